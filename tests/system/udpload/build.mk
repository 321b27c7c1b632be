# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,udpload-repeats,tests/system/udpload/repeats,$(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so))

FOREIGN_DEVICES := $(BUILD)/tests/foreign-devices.so
$(FOREIGN_DEVICES): tools/qemu/version.c $(BUILD)/qemu/pecan-devices.so
	@mkdir -p $(@D)
	$(say)$(HOST_CC) $(QEMU_DEVICE_CFLAGS) $$(pkg-config --cflags glib-2.0 pixman-1 | sed 's/-I/-isystem /g') \
	    '-DPECAN_QEMU_VERSION="1.2.3 (another)"' -shared -o $@ $<
$(eval $(call script-test,qemu-devices,tests/system/udpload/devices $(BUILD)/qemu/pecan-devices.so $(FOREIGN_DEVICES),$(BUILD)/qemu/pecan-devices.so $(FOREIGN_DEVICES)))
$(eval $(call script-test,profile-plugin,tests/system/udpload/profile $(BUILD)/qemu/profile-plugin.so,$(BUILD)/qemu/profile-plugin.so $(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so))
