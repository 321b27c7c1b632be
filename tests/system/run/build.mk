# SPDX-License-Identifier: BSD-2-Clause
RUN_ISO := $(BUILD)/images/echo_100us.iso
$(eval $(call script-test,run-tap,tests/system/run/tap $(RUN_ISO),$(RUN_ISO) $(BUILD)/tools/ipbench-load $(BUILD)/qemu/pecan-devices.so))
$(eval $(call script-test,run-keys,tests/system/run/keys $(RUN_ISO),$(RUN_ISO) $(BUILD)/qemu/pecan-devices.so))
