# SPDX-License-Identifier: BSD-2-Clause
#
#   $(BUILD)/images/NAME.iso   a bootable image           $(eval $(call boot-image,NAME,KERNEL,ARGUMENTS,MODULES))
#
# KERNEL is the file of the kernel, ARGUMENTS its command line. MODULES are files, in the order in which the kernel sees them: the first is the first
# task; each is named after its file. GRUB loads them by multiboot2, from CD or USB stick.

IMAGES :=

define boot-image
IMAGES += $(1)
$(call flags-file,$(BUILD)/images/$(1)/grub.cfg,$(call grub-configuration,$(3),$(4)))
$(BUILD)/images/$(1).iso: $(2) $(4) $(BUILD)/images/$(1)/grub.cfg tools/build/boot-image
	@tools/build/boot-image $$@ $(BUILD)/images/$(1)/grub.cfg $(2) $(4)
endef

# One line per command, joined by `;`.
grub-configuration = multiboot2 /boot/kernel $(1)$(foreach module,$(2),; module2 /boot/$(notdir $(module)) $(notdir $(module))); boot
