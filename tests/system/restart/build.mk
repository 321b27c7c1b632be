# SPDX-License-Identifier: BSD-2-Clause

# $1 program that root ends again and again, $2 period in ms
define restart-test
IMAGE_VARIANTS += echo_without_$(1):echo:dp83820.holdoff_us=100
IMAGE_ARGUMENTS_echo_without_$(1) := root.end=$(1):$(2)
$(call script-test,restart-$(1),tests/system/restart/run $(BUILD)/images/echo_without_$(1).iso $(1),$(BUILD)/images/echo_without_$(1).iso $(BUILD)/qemu/pecan-devices.so)
endef

$(eval $(call restart-test,driver,250))
$(eval $(call restart-test,net,250))
$(eval $(call restart-test,echo,250))
