# SPDX-License-Identifier: BSD-2-Clause
#
# The core of the DP83820 model, to be included by the build.mk of those who use it: they add DP83820_CORE_SOURCES and
# DP83820_CORE_CFLAGS to their own and list DP83820_CORE_GENERATED among their generated headers. Tests and drivers on the
# host also want DP83820_BENCH_SOURCES.

DP83820_CORE_GENERATED := $(addprefix $(BUILD)/gen/drivers/net/dp83820/dp83820_,regs.h model.h)
DP83820_CORE_CFLAGS := $(REGISTERS_CFLAGS)
DP83820_CORE_SOURCES := $(addprefix tools/qemu/dp83820/,checksum.c core.c counters.c descriptor.c eeprom.c faults.c fcs.c filter.c \
    interrupt.c mib.c mii.c pause.c pci.c phy.c receive.c receive_frame.c registers.c snapshot.c tbi.c transmit.c transmit_wire.c vlan.c \
    wake.c wire.c) \
    $(BUILD)/gen/drivers/net/dp83820/dp83820_model.c $(REGISTERS_SOURCES)
DP83820_BENCH_SOURCES := tools/qemu/dp83820/host_bus.c
