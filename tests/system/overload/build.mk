# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,overload,tests/system/overload/run $(BUILD)/images/echo_100us.iso,$(BUILD)/images/echo_100us.iso $(BUILD)/qemu/pecan-devices.so))
