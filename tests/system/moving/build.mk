# SPDX-License-Identifier: BSD-2-Clause
IMAGE_VARIANTS += echo_moving:echo:dp83820.holdoff_us=100
IMAGE_ARGUMENTS_echo_moving := vm.move_us=100
$(eval $(call script-test,moving,tests/system/moving/run $(BUILD)/images/echo_moving.iso,$(BUILD)/images/echo_moving.iso $(BUILD)/qemu/pecan-devices.so))
