# SPDX-License-Identifier: BSD-2-Clause
# Each image gets ports of its own, for tests that run side by side.
# $1 image, $2 first port
define echo-test
$(call script-test,echo-$(1),tests/system/echo/run $(1) $(BUILD)/images/$(1)_100us.iso $(2),\
    $(BUILD)/images/$(1)_100us.iso $(BUILD)/tools/ipbench-load $(BUILD)/qemu/pecan-devices.so)
endef

$(eval $(call echo-test,echo,22350))
$(eval $(call echo-test,paper,22450))
$(eval $(call echo-test,merged,22550))
