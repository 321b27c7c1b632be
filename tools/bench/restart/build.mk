# SPDX-License-Identifier: BSD-2-Clause
#
# The images that root ends a program of are those of tests/system/restart.
RESTARTED := driver net echo

$(eval $(call public-target,bench-restart,end each server of the packet's way under load: lost packets and time without answers))
_bench-restart: $(foreach program,$(RESTARTED),$(BUILD)/images/echo_without_$(program).iso) $(BUILD)/qemu/pecan-devices.so
	@tools/bench/restart/run $(BUILD)/bench/restart.csv $(RESTARTED)
