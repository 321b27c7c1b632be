# SPDX-License-Identifier: BSD-2-Clause
#
# idlc: descriptions of registers and interfaces -> C. How other folders call it: tools/build/idlc.mk.

# $1 language: NAME.l and NAME.y become C below build/gen, NAME.lex.c, NAME.tab.c and NAME.tab.h
define idlc-grammar
IDLC_GENERATED += $(BUILD)/gen/tools/idlc/$(1).tab.h
IDLC_LANGUAGES += $(BUILD)/gen/tools/idlc/$(1).tab.c $(BUILD)/gen/tools/idlc/$(1).lex.c
$(BUILD)/gen/tools/idlc/$(1).lex.c: tools/idlc/$(1).l
	@mkdir -p $$(@D)
	flex -o $$@ $$<
$(BUILD)/gen/tools/idlc/$(1).tab.c $(BUILD)/gen/tools/idlc/$(1).tab.h &: tools/idlc/$(1).y
	@mkdir -p $$(@D)
	bison -Wall -Werror -o $(BUILD)/gen/tools/idlc/$(1).tab.c --header=$(BUILD)/gen/tools/idlc/$(1).tab.h $$<
endef

IDLC_GENERATED :=
IDLC_LANGUAGES := $(wildcard tools/idlc/regs_*.c tools/idlc/idl_*.c)
$(eval $(call idlc-grammar,regs))
$(eval $(call idlc-grammar,idl))
IDLC_SOURCES := $(addprefix tools/idlc/,arena.c diagnostics.c names.c source.c writer.c) $(IDLC_LANGUAGES)

$(eval $(call host-program,idlc,tools/idlc/main.c $(IDLC_SOURCES),,,$(IDLC_GENERATED)))

# The example of REGISTERS.md, kept in step with the page by the test below, and what is made from it.
$(eval $(call registers,tools/idlc/tests/good/widget))
WIDGET := $(BUILD)/gen/tools/idlc/tests/good/widget

$(eval $(call script-test,regs-golden,tools/idlc/tests/check-golden $(dir $(WIDGET)) tools/idlc/tests/golden,$(WIDGET)_regs.h))
$(eval $(call script-test,regs-errors,tools/idlc/tests/check-errors $(BUILD)/tools/idlc $(wildcard tools/idlc/tests/bad/*.regs),$(BUILD)/tools/idlc))
$(eval $(call script-test,regs-page,tools/idlc/tests/check-page tools/idlc/REGISTERS.md tools/idlc/tests/good/widget.regs $(WIDGET).4,$(WIDGET)_regs.h))

$(BUILD)/tests/idlc-accessors.o: tools/idlc/tests/accessors.c $(WIDGET)_regs.h
	@mkdir -p $(@D)
	$(say)$(HOST_CC) $(HOST_CFLAGS) -g0 -c -o $@ $<
$(eval $(call script-test,regs-accessors,tools/idlc/tests/check-accessors $(BUILD)/tests/idlc-accessors.o,$(BUILD)/tests/idlc-accessors.o))

$(eval $(call host-test,regs-file,tools/idlc/tests/register_file_test.c $(WIDGET)_model.c $(REGISTERS_SOURCES),$(REGISTERS_CFLAGS),,$(WIDGET)_regs.h))
$(eval $(call fuzz-test,regs-fuzz,tools/idlc/tests/fuzz_regs.c $(IDLC_SOURCES),,tools/idlc/tests/good tools/idlc/tests/bad,$(IDLC_GENERATED)))

# Two samples of the interface language: everything, and the kernel's kind (IDL_SAMPLES: tests/unit/interface, which calls and
# serves them).
$(eval $(call script-test,idl-golden,tools/idlc/tests/check-golden $(BUILD)/gen/$(IDL_SAMPLES) tools/idlc/tests/interfaces/golden,$(IDL_SAMPLE_HEADERS)))
$(eval $(call script-test,idl-errors,tools/idlc/tests/check-errors $(BUILD)/tools/idlc $(wildcard tools/idlc/tests/interfaces/bad/*.idl),$(BUILD)/tools/idlc))
$(eval $(call script-test,idl-sources,tools/idlc/tests/check-sources $(BUILD)/tools/idlc,$(BUILD)/tools/idlc))
$(eval $(call script-test,idl-page,tools/idlc/tests/check-idl-page $(BUILD)/tools/idlc tools/idlc/INTERFACES.md,$(BUILD)/tools/idlc))
$(eval $(call script-test,idl-manual,tools/idlc/tests/check-manual $(patsubst %,$(BUILD)/gen/%.7,$(IDL_SAMPLES)/everything idl/netdev idl/dataspace),$(IDL_SAMPLE_HEADERS) $(INTERFACE_HEADERS)))
$(eval $(call fuzz-test,idl-fuzz,tools/idlc/tests/fuzz_idl.c $(IDLC_SOURCES),,$(IDL_SAMPLES) tools/idlc/tests/interfaces/bad,$(IDLC_GENERATED)))
