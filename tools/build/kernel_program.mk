# SPDX-License-Identifier: BSD-2-Clause
#
# Test programs that run as the first program on the kernel.
#   $(BUILD)/tests/kernel/NAME    $(eval $(call kernel-program,NAME,SOURCES,CFLAGS))

KERNEL_TEST_CC    := $(CROSS_COMPILE)gcc
KERNEL_TEST_FLAGS := -std=c17 -O2 -g -ffreestanding -fno-pic -no-pie -mgeneral-regs-only -fno-stack-protector -fno-tree-loop-distribute-patterns \
	-fcf-protection=none -fno-asynchronous-unwind-tables $(WARNINGS) -Ikernel -Ilibs/l4/include -Itests/kernel -I$(BUILD)/gen
KERNEL_TEST_LINK  := -nostdlib -static -no-pie -Wl,-z,max-page-size=4096,--build-id=none,-z,noexecstack

# $1 name, $2 sources, $3 further compile flags
define kernel-program
$(eval objects_of_$(1) := $(patsubst %.c,$(BUILD)/tests/kernel/$(1).objects/%.o,$(2) tests/kernel/support.c libs/l4/status.c libs/l4/log.c libs/l4/sleep.c))
$(call flags-file,$(BUILD)/tests/kernel/$(1).objects/flags,$(KERNEL_TEST_CC) $(KERNEL_TEST_FLAGS) $(3) $(KERNEL_TEST_LINK))
$(BUILD)/tests/kernel/$(1): $(objects_of_$(1)) tests/kernel/program.lds
	$$(say)$(KERNEL_TEST_CC) $(KERNEL_TEST_LINK) -T tests/kernel/program.lds -o $$@ $(objects_of_$(1))
	@$(CROSS_COMPILE)objdump -d -S $$@ > $$@.asm
	@$(CROSS_COMPILE)nm -n $$@ > $$@.sym
$(objects_of_$(1)): $(BUILD)/tests/kernel/$(1).objects/%.o: %.c $(BUILD)/tests/kernel/$(1).objects/flags | $(BUILD)/gen/version.h
	@mkdir -p $$(@D)
	$$(say)$(KERNEL_TEST_CC) $(KERNEL_TEST_FLAGS) $(3) -MMD -MP -c -o $$@ $$<
-include $(objects_of_$(1):.o=.d)
endef
