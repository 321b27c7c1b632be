# SPDX-License-Identifier: BSD-2-Clause
#
# The driver's registers are loads and stores; for the bench each becomes a call of the model. That is done to a copy of the
# generated header, which is included before everything else and so takes the place of the original.
include tools/qemu/dp83820/core.mk

DRIVER_BENCH := $(BUILD)/gen/tests/unit/dp83820_driver
DRIVER_BENCH_REGS := $(DRIVER_BENCH)/dp83820_regs_bench.h

$(DRIVER_BENCH_REGS): $(BUILD)/gen/drivers/net/dp83820/dp83820_regs.h tests/unit/dp83820_driver/build.mk
	@mkdir -p $(@D)
	sed -e 's/return \*(const volatile uint32_t \*)((const volatile char \*)base + \(.*\));/return driver_host_read(base, \1);/' \
	    -e 's/\*(volatile uint32_t \*)((volatile char \*)base + \(.*\)) = value;/driver_host_write(base, \1, value);/' \
	    -e 's/^#include <stdint.h>/&\n\nuint32_t driver_host_read(const volatile void *base, uint32_t offset);\nvoid driver_host_write(volatile void *base, uint32_t offset, uint32_t value);/' \
	    $< > $@
	@! grep -n 'volatile char' $@

DRIVER_BENCH_SOURCES := tests/unit/dp83820_driver/bench.c $(wildcard drivers/net/dp83820/*.c) \
    $(filter-out libs/driver/device.c,$(wildcard libs/driver/*.c)) libs/dataspace/translation.c $(DP83820_CORE_SOURCES) $(DP83820_BENCH_SOURCES) $(RT_HOST_SOURCES)
DRIVER_BENCH_CFLAGS := -include $(DRIVER_BENCH_REGS) -Itests/unit/dp83820_driver -Itools/qemu/dp83820 -Idrivers/net/dp83820 \
    -Ilibs/driver/include -Ilibs/dataspace/include $(DP83820_CORE_CFLAGS) $(INTERFACE_HOST_CFLAGS) $(RT_HOST_CFLAGS)
DRIVER_BENCH_GENERATED := $(DRIVER_BENCH_REGS) $(DP83820_CORE_GENERATED) $(call interface-headers,netdev)

$(eval $(call host-test,dp83820-driver,$(wildcard tests/unit/dp83820_driver/*_test.c) tests/unit/dp83820_driver/main.c \
    $(DRIVER_BENCH_SOURCES),$(DRIVER_BENCH_CFLAGS),,$(DRIVER_BENCH_GENERATED)))

$(eval $(call fuzz-test,dp83820-driver-fuzz,tests/unit/dp83820_driver/fuzz.c $(DRIVER_BENCH_SOURCES),$(DRIVER_BENCH_CFLAGS),,$(DRIVER_BENCH_GENERATED)))
