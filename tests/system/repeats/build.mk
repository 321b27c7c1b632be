# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,repeats,tests/system/repeats/run $(BUILD)/images/echo_without_driver.iso,$(BUILD)/images/echo_without_driver.iso $(BUILD)/qemu/pecan-devices.so))
