# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/vanish/vanisher,tests/system/vanish/vanisher.c,,))
$(eval $(call script-test,vanish,tests/system/vanish/run $(BUILD)/images/vanish.iso 22650,\
    $(BUILD)/images/vanish.iso $(BUILD)/tools/ipbench-load $(BUILD)/qemu/pecan-devices.so))
