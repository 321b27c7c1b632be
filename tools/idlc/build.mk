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
IDLC_LANGUAGES := $(wildcard tools/idlc/regs_*.c)
$(eval $(call idlc-grammar,regs))
IDLC_SOURCES := $(addprefix tools/idlc/,arena.c diagnostics.c names.c source.c writer.c) $(IDLC_LANGUAGES)

$(eval $(call host-program,idlc,tools/idlc/main.c $(IDLC_SOURCES),,,$(IDLC_GENERATED)))

$(eval $(call registers,tools/idlc/tests/good/widget))
