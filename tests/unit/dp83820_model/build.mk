# SPDX-License-Identifier: BSD-2-Clause
include tools/qemu/dp83820/core.mk

$(eval $(call host-test,dp83820-model,\
    $(wildcard tests/unit/dp83820_model/*_test.c) $(addprefix tests/unit/dp83820_model/,main.c bench.c driver_steps.c) \
    $(DP83820_CORE_SOURCES) $(DP83820_BENCH_SOURCES),$(DP83820_CORE_CFLAGS),,$(DP83820_CORE_GENERATED)))

# Test `dp83820` and `make fuzz-dp83820`.
$(eval $(call fuzz-test,dp83820,tests/unit/dp83820_model/fuzz.c $(DP83820_CORE_SOURCES),$(DP83820_CORE_CFLAGS),\
    tests/unit/dp83820_model/corpus,$(DP83820_CORE_GENERATED),60))
