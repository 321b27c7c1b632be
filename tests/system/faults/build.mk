# SPDX-License-Identifier: BSD-2-Clause

$(eval $(call script-test,faults,tests/system/faults/run $(BUILD)/images/echo_100us.iso,$(BUILD)/images/echo_100us.iso $(BUILD)/qemu/pecan-devices.so))
