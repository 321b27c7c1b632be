# SPDX-License-Identifier: BSD-2-Clause
include tools/qemu/dp83820/core.mk

PATH_SOURCES := tests/unit/path/path.c $(addprefix tests/unit/net/,frames.c program.c) $(wildcard drivers/net/dp83820/*.c) \
    $(filter-out libs/driver/device.c,$(wildcard libs/driver/*.c)) libs/dataspace/translation.c $(DP83820_CORE_SOURCES) \
    $(DP83820_BENCH_SOURCES) $(NET_SOURCES) $(ECHO_SOURCES) libs/lwip/port.c $(LWIP_SOURCES) libs/ring/sleep.c \
    libs/ring/section-latched.c $(RT_HOST_SOURCES)
# The registers as in tests/unit/dp83820_driver: calls of the model.
PATH_CFLAGS := -include $(BUILD)/gen/tests/unit/dp83820_driver/dp83820_regs_bench.h -Itools/qemu/dp83820 -Idrivers/net/dp83820 \
    -Ilibs/driver/include -Ilibs/dataspace/include $(DP83820_CORE_CFLAGS) $(RT_HOST_CFLAGS) $(NET_CFLAGS)
PATH_GENERATED := $(BUILD)/gen/tests/unit/dp83820_driver/dp83820_regs_bench.h $(DP83820_CORE_GENERATED) $(LWIP_SOURCES) \
    $(call interface-headers,netdev udp tcp)

$(eval $(call host-test,path,tests/unit/path/path_test.c $(PATH_SOURCES),$(PATH_CFLAGS),,$(PATH_GENERATED)))
$(eval $(call fuzz-test,path-fuzz,tests/unit/path/fuzz.c $(PATH_SOURCES),$(PATH_CFLAGS),,$(PATH_GENERATED),20))
