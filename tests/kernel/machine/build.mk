# SPDX-License-Identifier: BSD-2-Clause
MACHINE_PROGRAM := $(BUILD)/tests/kernel/kernel-machine
MACHINE_MODULES := $(foreach bytes,1 4095 4096 4097 1000001,$(BUILD)/tests/kernel/module-$(bytes))
$(eval $(call kernel-program,kernel-machine,tests/kernel/machine/machine.c))

$(BUILD)/tests/kernel/module-%:
	@mkdir -p $(@D)
	@head -c $* /dev/zero | tr '\0' o > $@

# By GRUB, which makes holes in its memory map, of whole pages and not.
MACHINE_ISO := $(BUILD)/images/kernel-machine.iso
$(eval $(call flags-file,$(MACHINE_ISO:.iso=)/grub.cfg,insmod mmap; cutmem 16M 24M; cutmem 0x2001000 0x2345678; cutmem 100M 101M; \
    $(call grub-configuration,memory=118 modules=6,$(MACHINE_PROGRAM) $(MACHINE_MODULES))))
$(MACHINE_ISO): $(KERNEL) $(MACHINE_PROGRAM) $(MACHINE_MODULES) $(MACHINE_ISO:.iso=)/grub.cfg tools/build/boot-image
	@tools/build/boot-image $@ $(MACHINE_ISO:.iso=)/grub.cfg $(KERNEL) $(MACHINE_PROGRAM) $(MACHINE_MODULES)

$(eval $(call script-test,kernel-machine,tests/kernel/machine/sizes $(MACHINE_ISO) $(KERNEL) $(MACHINE_PROGRAM) $(MACHINE_MODULES),\
    $(KERNEL) $(MACHINE_PROGRAM) $(MACHINE_MODULES) $(MACHINE_ISO) tests/kernel/run tests/kernel/machine/sizes))
