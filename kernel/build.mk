# SPDX-License-Identifier: BSD-2-Clause
#
# The kernel: build/kernel/pecan, with .asm and .sym beside it.

KERNEL       := $(BUILD)/kernel/pecan
KERNEL_DIR   := $(BUILD)/kernel/objects
KERNEL_CC    := $(CROSS_COMPILE)gcc
KERNEL_C     := $(filter-out kernel/offsets.c,$(wildcard kernel/*.c))
KERNEL_S     := $(wildcard kernel/*.S)
# Optimised as a whole, at the link.
KERNEL_FLAGS := -std=c17 -O2 -flto -g -ffreestanding -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone \
                -mgeneral-regs-only -fno-stack-protector -fno-asynchronous-unwind-tables \
                -fno-omit-frame-pointer -fno-strict-aliasing -fcf-protection=none $(WARNINGS) \
                -Ikernel -I$(BUILD)/gen
# Files whose paths are never hot are compiled for size.
KERNEL_COLD  := acpi boot bootmap control cpu first handle irq multiboot1 panic ports region space
KERNEL_LINK  := -O2 -flto -nostdlib -static -no-pie -Wl,-z,max-page-size=4096,--build-id=none,-z,noexecstack,--no-warn-rwx-segments
KERNEL_OBJS  := $(KERNEL_C:kernel/%.c=$(KERNEL_DIR)/%.o) $(KERNEL_S:kernel/%.S=$(KERNEL_DIR)/%.s.o)
KERNEL_GEN   := $(BUILD)/gen/kernel/offsets.h $(BUILD)/gen/version.h

$(eval $(call flags-file,$(KERNEL_DIR)/flags,$(KERNEL_CC) $(KERNEL_FLAGS) $(KERNEL_LINK) $(KERNEL_COLD)))

$(BUILD)/gen/kernel/offsets.h: kernel/offsets.c $(KERNEL_DIR)/flags
	@mkdir -p $(@D)
	$(say)$(KERNEL_CC) $(KERNEL_FLAGS) -MMD -MP -MT $@ -MF $(KERNEL_DIR)/offsets.d -fno-lto -S -o $(KERNEL_DIR)/offsets.s $<
	@{ echo '// Made from kernel/offsets.c.'; \
	  sed -n 's/^=> \([A-Z0-9_]*\) \$$*\([-0-9]*\)/#define \1 \2/p' $(KERNEL_DIR)/offsets.s; } > $@
-include $(KERNEL_DIR)/offsets.d

# Rewritten only if version or commit changed.
$(BUILD)/gen/version.h: FORCE
	@mkdir -p $(@D)
	@{ echo '#define KERNEL_VERSION "0.1"'; \
	   echo "#define KERNEL_HASH \"$$(git rev-parse HEAD 2>/dev/null || echo unknown)\""; } > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(KERNEL_DIR)/%.o: kernel/%.c $(KERNEL_DIR)/flags | $(KERNEL_GEN)
	@mkdir -p $(@D)
	$(say)$(KERNEL_CC) $(KERNEL_FLAGS) -MMD -MP -c -o $@ $<
$(KERNEL_COLD:%=$(KERNEL_DIR)/%.o): KERNEL_FLAGS += -Os
$(KERNEL_DIR)/%.s.o: kernel/%.S $(KERNEL_DIR)/flags | $(KERNEL_GEN)
	@mkdir -p $(@D)
	$(say)$(KERNEL_CC) $(KERNEL_FLAGS) -MMD -MP -c -o $@ $<
-include $(KERNEL_OBJS:.o=.d)

# Linked twice: the first link says where the functions are, the second has the table of their names in it, behind all code.
$(KERNEL_DIR)/nothing:
	@mkdir -p $(@D)
	@touch $@
$(KERNEL_DIR)/symbols-first.S: $(KERNEL_DIR)/nothing
$(KERNEL_DIR)/symbols.S: $(KERNEL_DIR)/first.sym
$(KERNEL_DIR)/symbols-first.S $(KERNEL_DIR)/symbols.S: tools/build/kernel-symbols
	@tools/build/kernel-symbols < $(filter-out $<,$^) > $@
$(KERNEL_DIR)/symbols-first.o $(KERNEL_DIR)/symbols.o: %.o: %.S $(KERNEL_DIR)/flags
	@$(KERNEL_CC) $(KERNEL_FLAGS) -c -o $@ $<
$(KERNEL_DIR)/first: $(KERNEL_OBJS) $(KERNEL_DIR)/symbols-first.o kernel/kernel.lds
	@$(KERNEL_CC) $(KERNEL_LINK) -T kernel/kernel.lds -o $@ $(filter %.o,$^)
$(KERNEL_DIR)/first.sym: $(KERNEL_DIR)/first
	@$(CROSS_COMPILE)nm -n $< > $@

$(KERNEL): $(KERNEL_OBJS) $(KERNEL_DIR)/symbols.o kernel/kernel.lds
	$(say)$(KERNEL_CC) $(KERNEL_LINK) -T kernel/kernel.lds -o $@.new $(filter %.o,$^)
	@$(CROSS_COMPILE)objdump -d -S $@.new > $@.asm
	@$(CROSS_COMPILE)nm -n $@.new > $@.sym
	@tools/build/kernel-symbols < $@.sym | cmp - $(KERNEL_DIR)/symbols.S
	@mv $@.new $@

$(eval $(call public-target,size,lines and bytes of the kernel))
# Not counted: kernel/offsets.c, which the build runs as a generator and the kernel does not contain.
_size: $(KERNEL)
	@for part in 'kernel/*.c kernel/*.S kernel/*.inc' 'kernel/*.h' 'kernel/abi/*.h'; do \
	  cat $$(ls $$part | grep -v '^kernel/offsets.c$$') | sed -e 's@//.*@@' -e '/^ *$$/d' | wc -l \
	  | sed "s@\$$@ lines without comments and blanks in $$part@"; done
	@$(CROSS_COMPILE)size -A $(KERNEL) | awk '/^\.(text|rodata|data|bss|boot)/ { print $$2, "bytes of", $$1 }'
