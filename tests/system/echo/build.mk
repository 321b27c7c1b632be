# SPDX-License-Identifier: BSD-2-Clause
# Each image gets ports of its own, for tests that run side by side.
# $1 name, $2 its ISO, $3 first port
define echo-test
$(call script-test,echo-$(1),tests/system/echo/run $(1) $(BUILD)/images/$(2).iso $(3),\
    $(BUILD)/images/$(2).iso $(BUILD)/tools/ipbench-load $(BUILD)/qemu/pecan-devices.so)
endef

$(eval $(call echo-test,echo,echo_100us,22350))
$(eval $(call echo-test,paper,paper_100us,22450))
$(eval $(call echo-test,merged,merged_100us,22550))
# With an address by DHCP. The image is that of tests/system/misconfigured.
$(eval $(call echo-test,dhcp,echo_dhcp,22750))

$(eval $(call script-test,packet-life,tests/system/echo/life,$(BUILD)/images/echo_0us.iso $(BUILD)/qemu/profile-plugin.so $(BUILD)/qemu/pecan-devices.so))
