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
	$$(say)$(BUILD)/tools/idlc --header $(BUILD)/gen/$(1)_regs.h --model-header $(BUILD)/gen/$(1)_model.h \
	    --model $(BUILD)/gen/$(1)_model.c --manual $(BUILD)/gen/$(1).4 $$<
endef

# Interfaces:
#
#   $(eval $(call interface,idl/netdev))
#
# makes from idl/netdev.idl, below $(BUILD)/gen: idl/netdev.h (types), netdev_session.h (rings and events), netdev_client.h (stubs),
# netdev_server.h (dispatch), netdev_mock.h (a server for unit tests), netdev_trace.c (for trace decoders) and netdev.7 (the manual
# page). idl/build.mk does so for all of idl/. $(call interface-headers,netdev udp) are the headers to list among the GENERATED of
# what includes them.

interface-headers = $(foreach name,$(1),$(addprefix $(BUILD)/gen/idl/$(name),.h _session.h _client.h _server.h _mock.h))

define interface
$(addprefix $(BUILD)/gen/$(1),.h _session.h _client.h _server.h _mock.h _trace.c .7) &: $(1).idl $(BUILD)/tools/idlc
	$$(say)$(BUILD)/tools/idlc --types $(BUILD)/gen/$(1).h --session $(BUILD)/gen/$(1)_session.h --client $(BUILD)/gen/$(1)_client.h \
	    --server $(BUILD)/gen/$(1)_server.h --mock $(BUILD)/gen/$(1)_mock.h --trace $(BUILD)/gen/$(1)_trace.c \
	    --manual $(BUILD)/gen/$(1).7 $$<
endef
