# SPDX-License-Identifier: BSD-2-Clause
# Booting an image by hand. IMAGE names one of those in $(IMAGES); NIC a card; HOLDOFF is 0 or 100.
IMAGE ?= echo
NIC ?= dp83820
HOLDOFF ?= 100
NICS := dp83820
HOLDOFFS := 0 100

# Images with a network server come in a variant for each hold-off.
NETWORK_IMAGES := $(patsubst images/%.image,%,$(shell grep -lE '^component net ' images/*.image 2>/dev/null))
ISO_NAME = $(IMAGE)$(if $(filter $(IMAGE),$(NETWORK_IMAGES)),_$(HOLDOFF)us)

$(eval $(call public-target,iso,write a bootable image: build/images/IMAGE.iso (IMAGE=name)))
$(eval $(call public-target,run,boot an image in QEMU (IMAGE=echo NIC=dp83820 HOLDOFF=100 TAP=1); Ctrl-A X ends it))
$(eval $(call public-target,debug,the same$(comma) stopped$(comma) with gdb attached))

.PHONY: known-image
known-image:
	@$(call one-of,image,$(IMAGE),$(sort $(IMAGE_NAMES)))
	@$(call one-of,NIC,$(NIC),$(NICS))
	@$(call one-of,HOLDOFF,$(HOLDOFF),$(HOLDOFFS))

_iso: known-image
	+@$(MAKE) $(BUILD)/images/$(IMAGE).iso
	@echo "$(BUILD)/images/$(IMAGE).iso"

_run: known-image
	+@$(MAKE) $(BUILD)/images/$(ISO_NAME).iso $(if $(filter $(IMAGE),$(NETWORK_IMAGES)),$(BUILD)/qemu/pecan-devices.so)
	@NIC=$(NIC) TAP=$(TAP) tools/run/$(if $(filter $(IMAGE),$(NETWORK_IMAGES)),echo,machine) $(BUILD)/images/$(ISO_NAME).iso $(QEMU_OPTIONS)

# $1 image. The programs of the variant of an image have its name.
debug-command = tools/run/debug $(BUILD)/images/$(1).iso $(KERNEL) $(addprefix $(BUILD)/programs/,$(filter $(1).% vm bootfs,$(PROGRAM_NUMBERS)))

_debug: known-image
	+@$(MAKE) $(BUILD)/images/$(ISO_NAME).iso $(if $(filter $(IMAGE),$(NETWORK_IMAGES)),$(BUILD)/qemu/pecan-devices.so)
	@NIC=$(NIC) TAP=$(TAP) MACHINE=$(if $(filter $(IMAGE),$(NETWORK_IMAGES)),echo,machine) $(call debug-command,$(ISO_NAME))
