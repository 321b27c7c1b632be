# SPDX-License-Identifier: BSD-2-Clause
#
# How a folder uses idlc (tools/idlc):
#
#   $(eval $(call registers,drivers/net/widget/widget))
#
# makes from drivers/net/widget/widget.regs, below $(BUILD)/gen/drivers/net/widget:
#
#   widget_regs.h                    accessors and constants for drivers: include <drivers/net/widget/widget_regs.h>
#   widget_model.h widget_model.c    the register file (needs libs/regs): for device models, fuzzers and traces
#   widget.4                         the manual page
#
# List the header among the GENERATED of what includes it. $(REGISTERS_CFLAGS) and $(REGISTERS_SOURCES) are what users of the
# register file add to theirs.

REGISTERS_CFLAGS := -Ilibs/regs/include
REGISTERS_SOURCES := libs/regs/register_file.c

define registers
$(BUILD)/gen/$(1)_regs.h $(BUILD)/gen/$(1)_model.h $(BUILD)/gen/$(1)_model.c $(BUILD)/gen/$(1).4 &: $(1).regs $(BUILD)/tools/idlc
	$(BUILD)/tools/idlc --header $(BUILD)/gen/$(1)_regs.h --model-header $(BUILD)/gen/$(1)_model.h \
	    --model $(BUILD)/gen/$(1)_model.c --manual $(BUILD)/gen/$(1).4 $$<
endef
