# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,flood,tests/system/flood/run $(BUILD)/images/echo_100us.iso 22950,$(BUILD)/images/echo_100us.iso $(BUILD)/qemu/pecan-devices.so))
