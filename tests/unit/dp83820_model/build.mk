# SPDX-License-Identifier: BSD-2-Clause
include tools/qemu/dp83820/core.mk

$(eval $(call host-test,dp83820-model,\
    $(wildcard tests/unit/dp83820_model/*_test.c) $(addprefix tests/unit/dp83820_model/,main.c bench.c) \
    $(DP83820_CORE_SOURCES) $(DP83820_BENCH_SOURCES),$(DP83820_CORE_CFLAGS),,$(DP83820_CORE_GENERATED)))
