# SPDX-License-Identifier: BSD-2-Clause
IMAGE_VARIANTS += echo_port:echo:tcp_echo.port=1237 echo_dhcp:echo:net.address=dhcp
MISCONFIGURED := $(foreach name,echo_100us echo_port echo_dhcp,$(BUILD)/images/$(name).iso)
$(eval $(call script-test,misconfigured,tests/system/misconfigured/run $(BUILD)/images,$(MISCONFIGURED) $(BUILD)/qemu/pecan-devices.so))
