# SPDX-License-Identifier: BSD-2-Clause
# Booting an image by hand. IMAGE names one of those in $(IMAGES).
IMAGE ?= echo
KERNEL ?= $(BUILD)/kernel/kernel

$(eval $(call public-target,iso,write a bootable image: build/images/IMAGE.iso (IMAGE=name)))
$(eval $(call public-target,run,boot an image in QEMU (IMAGE=name); Ctrl-A X ends it))
$(eval $(call public-target,debug,the same, stopped, with gdb attached))

.PHONY: known-image
known-image:
	@case " $(IMAGES) " in *" $(IMAGE) "*) ;; *) echo "there is no image $(IMAGE); known: $(sort $(IMAGES))" >&2; exit 1;; esac

_iso: known-image
	+@$(MAKE) $(BUILD)/images/$(IMAGE).iso
	@echo "$(BUILD)/images/$(IMAGE).iso"

_run: known-image
	+@$(MAKE) $(BUILD)/images/$(IMAGE).iso
	@tools/run/machine $(BUILD)/images/$(IMAGE).iso $(QEMU_OPTIONS)

_debug: known-image
	+@$(MAKE) $(BUILD)/images/$(IMAGE).iso
	@tools/run/debug $(BUILD)/images/$(IMAGE).iso $(KERNEL) $(addprefix $(BUILD)/programs/,$(PROGRAM_NUMBERS))
