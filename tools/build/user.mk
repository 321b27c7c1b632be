# SPDX-License-Identifier: BSD-2-Clause
#
# Programs and libraries of user land.
#
#   $(BUILD)/user/NAME.a     a library or component       $(eval $(call user-library,NAME,SOURCES,CFLAGS,GENERATED))
#   $(BUILD)/programs/NAME   a program, with .asm, .sym   $(eval $(call user-program,NAME,SOURCES,CFLAGS,LIBRARIES,GENERATED,OPTIONS))
#
# A library is compiled once, whatever programs it is linked into. CFLAGS holds the include paths that it is entitled to (-Ilibs/rt/include …);
# there are no others but the C library's and $(BUILD)/gen. LIBRARIES are names of user-libraries; rt and newlib come with every program.
# OPTIONS: `fpu` for a program that declares the FPU: only such a one may contain SSE instructions, and only it can print doubles.
# Link order does not matter. Every program is linked at an address of its own among those of its image, in steps of 16 MiB below 2 GiB, so that an address
# in a trace or a debugger says which program it belongs to.

USER_CC  := $(CROSS_COMPILE)gcc
NEWLIB   := $(BUILD)/newlib
NEWLIB_TARGET := $(NEWLIB)/install/x86_64-elf
USER_CFLAGS := -std=c17 -O2 -g $(WARNINGS) -mgeneral-regs-only -fno-pie -ffunction-sections -fdata-sections -fno-stack-protector \
	-fcf-protection=none -fno-asynchronous-unwind-tables -U__linux__ -U__linux -Ulinux -U__unix__ -U__unix -Uunix \
	-nostdinc -isystem $(shell $(CROSS_COMPILE)gcc -print-file-name=include) -isystem $(NEWLIB_TARGET)/include -I$(BUILD)/gen
# Objects with a target-specific LINK_TIME := -flto are optimised together with the program they are linked into.
LINK_TIME :=
USER_LDFLAGS := -nostdlib -static -no-pie -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -Wl,--build-id=none \
	-Wl,--fatal-warnings -T tools/build/user.ld

$(eval $(call flags-file,$(NEWLIB)/flags,$(CROSS_COMPILE) $(shell $(CROSS_COMPILE)gcc -dumpfullversion; cksum < tools/build/newlib)))
$(NEWLIB)/built: $(NEWLIB)/flags
	@echo "building newlib, once (the log is in $(NEWLIB)/log)"
	@CROSS_COMPILE=$(CROSS_COMPILE) JOBS=$(JOBS) tools/build/newlib $(NEWLIB) > $(NEWLIB)/log 2>&1 || { tail -n 20 $(NEWLIB)/log; exit 1; }
	@touch $@

# $1 object folder, $2 sources (.c or .S), $3 compile flags, $4 generated headers; leaves the objects in objects_of_$1
define user-objects
$(eval objects_of_$(1) := $(patsubst %,$(1)/%.o,$(basename $(2))))
$(call flags-file,$(1)/flags,$(USER_CC) $(USER_CFLAGS) $(3))
$(patsubst %.c,$(1)/%.o,$(filter %.c,$(2))): $(1)/%.o: %.c $(1)/flags $(NEWLIB)/built | $(4)
	@mkdir -p $$(@D)
	$$(say)$(USER_CC) $(USER_CFLAGS) $(3) $$(LINK_TIME) -MMD -MP -c -o $$@ $$<
$(patsubst %.S,$(1)/%.o,$(filter %.S,$(2))): $(1)/%.o: %.S $(1)/flags $(NEWLIB)/built | $(4)
	@mkdir -p $$(@D)
	$$(say)$(USER_CC) $(USER_CFLAGS) $(3) $$(LINK_TIME) -MMD -MP -c -o $$@ $$<
-include $(objects_of_$(1):.o=.d)
endef

define user-library
$(call user-objects,$(BUILD)/user/$(1),$(2),$(3),$(4))
$(BUILD)/user/$(1).a: $(objects_of_$(BUILD)/user/$(1))
	@rm -f $$@
	$$(say)$(CROSS_COMPILE)gcc-ar rcs $$@ $$^
endef

PROGRAM_NUMBERS :=
program-base = $(shell printf '0x%x' $$((0x400000 + $(words $(PROGRAM_NUMBERS)) * 0x1000000)))

define user-program
$(eval base_of_$(1) := $(or $(base_of_$(1)),$(program-base)))
$(eval PROGRAM_NUMBERS += $(1))
$(call user-objects,$(BUILD)/programs/$(1).objects,$(2),$(3),$(5))
$(call flags-file,$(BUILD)/programs/$(1).objects/link-flags,$(USER_CC) $(USER_LDFLAGS) $(4) $(6) $(base_of_$(1)))
$(BUILD)/programs/$(1): $(objects_of_$(BUILD)/programs/$(1).objects) $(patsubst %,$(BUILD)/user/%.a,$(4) rt) \
		$(NEWLIB)/built tools/build/user.ld tools/build/check-program $(BUILD)/programs/$(1).objects/link-flags
	$$(say)$(USER_CC) $(USER_CFLAGS) $(USER_LDFLAGS) -flto -flto-partition=one -Wl$(comma)--defsym=program_base=$(base_of_$(1)) $(if $(filter fpu,$(6)),-Wl$(comma)-u$(comma)_printf_float) -o $$@.new \
		$(objects_of_$(BUILD)/programs/$(1).objects) \
		-Wl,--start-group $(patsubst %,$(BUILD)/user/%.a,$(4) rt) $(NEWLIB_TARGET)/lib/libc.a -lgcc -Wl,--end-group
	@$(CROSS_COMPILE)objdump -d -S $$@.new > $$@.asm
	@$(CROSS_COMPILE)nm -n $$@.new > $$@.sym
	@tools/build/check-program $$@ $(6)
	@mv $$@.new $$@
endef

comma := ,
