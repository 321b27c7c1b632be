# SPDX-License-Identifier: BSD-2-Clause
#
# Devices of ours for the installed QEMU: one shared object, brought in with LD_PRELOAD.

include tools/qemu/dp83820/core.mk

QEMU_DEVICES := $(BUILD)/qemu/pecan-devices.so
# Starts QEMU with the devices; only QEMU itself gets the LD_PRELOAD.
QEMU_RUN := env LD_PRELOAD=$(CURDIR)/$(QEMU_DEVICES) qemu-system-x86_64
# Runs that repeat to the digit: one instruction a nanosecond, idle time skipped.
QEMU_VIRTUAL_TIME := -icount shift=0,align=off,sleep=off

QEMU_HEADERS := $(BUILD)/qemu/configured.version
QEMU_VERSION = $(shell qemu-system-x86_64 --version 2>/dev/null | sed -n 's/^QEMU emulator version //p')
QEMU_DEVICE_SOURCES := $(wildcard tools/qemu/*.c tools/qemu/udpload/*.c) tools/qemu/dp83820/dp83820_device.c $(DP83820_CORE_SOURCES)
QEMU_DEVICE_OBJECTS := $(QEMU_DEVICE_SOURCES:%.c=$(BUILD)/qemu/objects/%.o)
# $1 folder of the headers
qemu-device-cflags = -std=gnu17 -O2 -g -fPIC -fno-strict-aliasing -fwrapv $(WARNINGS) -Wno-unused-parameter -D_GNU_SOURCE \
    -I. -I$(BUILD)/gen $(DP83820_CORE_CFLAGS) -isystem $(1)/configured -isystem $(1)/source/include -isystem $(1)/source/linux-headers
QEMU_DEVICE_CFLAGS := $(call qemu-device-cflags,$(BUILD)/qemu)

$(eval $(call public-target,qemu-devices,build the card and the load generator for the installed QEMU))
_qemu-devices: $(QEMU_DEVICES)
	@echo "$(QEMU_DEVICES): for QEMU $(QEMU_VERSION)"

$(QEMU_HEADERS): FORCE
	@tools/qemu/fetch-headers $(BUILD)/qemu

$(BUILD)/qemu/objects/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(QEMU_DEVICE_CFLAGS) $(QEMU_VERSION)' | cmp -s - $@ || \
	    printf '%s\n' '$(QEMU_DEVICE_CFLAGS) $(QEMU_VERSION)' > $@

$(QEMU_DEVICES): $(QEMU_DEVICE_OBJECTS)
	$(say)$(HOST_CC) -shared -o $@ $^ -lm

$(QEMU_DEVICE_OBJECTS): $(BUILD)/qemu/objects/%.o: %.c $(BUILD)/qemu/objects/flags $(QEMU_HEADERS) | $(DP83820_CORE_GENERATED)
	@mkdir -p $(@D)
	$(say)$(HOST_CC) $(QEMU_DEVICE_CFLAGS) $$(pkg-config --cflags glib-2.0 pixman-1 | sed 's/-I/-isystem /g') \
	    '-DPECAN_QEMU_VERSION="$(QEMU_VERSION)"' -MMD -MP -c -o $@ $<
-include $(QEMU_DEVICE_OBJECTS:.o=.d)

# What knows QEMU's headers has to compile for the QEMU of the next Debian, too.
QEMU_NEXT := $(BUILD)/qemu-next
$(eval $(call public-target,qemu-devices-next,check that the devices compile for the QEMU of Debian 13 (fetches its source)))
_qemu-devices-next: $(DP83820_CORE_GENERATED)
	@tools/qemu/fetch-headers-of trixie $(QEMU_NEXT)
	@set -e; for file in $(filter-out $(DP83820_CORE_SOURCES),$(QEMU_DEVICE_SOURCES)); do \
	    $(HOST_CC) $(call qemu-device-cflags,$(QEMU_NEXT)) $$(pkg-config --cflags glib-2.0 pixman-1 | sed 's/-I/-isystem /g') \
	        '-DPECAN_QEMU_VERSION="next"' -fsyntax-only $$file; \
	    echo "ok - $$file compiles for QEMU $$(cat $(QEMU_NEXT)/configured.version)"; done
