# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-program,ipbench-load,$(addprefix tools/ipbench/,main.c load.c target.c socket.c),,-lm,))

$(eval $(call public-target,ipbench,run a ramp of loads against an image in wall time (IMAGE=echo LOADS=Mb/s numbers in quotes)))
.PHONY: known-ramp
known-ramp: known-image
	@$(call one-of,image with a network,$(IMAGE),$(NETWORK_IMAGES))
	@$(call numbers,LOADS,$(LOADS))

_ipbench: known-ramp $(BUILD)/tools/ipbench-load $(BUILD)/qemu/pecan-devices.so
	+@$(MAKE) $(BUILD)/images/$(ISO_NAME).iso
	@tools/ipbench/ramp $(BUILD)/images/$(ISO_NAME).iso
