# SPDX-License-Identifier: BSD-2-Clause

# Two samples of the interface language: everything in it, and the kernel's kind.
IDL_SAMPLES := tools/idlc/tests/interfaces/good
$(eval $(call interface,$(IDL_SAMPLES)/everything))
$(eval $(call interface,$(IDL_SAMPLES)/kernel_protocol))
IDL_SAMPLE_HEADERS := $(foreach name,everything kernel_protocol,$(addprefix $(BUILD)/gen/$(IDL_SAMPLES)/$(name),.h _session.h _client.h _server.h _mock.h))

# $1 name of test and file, $2 further sources
define interface-test
$(call host-test,interface-$(1),tests/unit/interface/$(1).c $(2) $(INTERFACE_HOST_SOURCES),$(INTERFACE_HOST_CFLAGS),,$(IDL_SAMPLE_HEADERS) $(INTERFACE_HEADERS))
endef

$(eval $(call interface-test,calls))
$(eval $(call interface-test,queues))
$(eval $(call interface-test,kernel-messages))
$(eval $(call interface-test,mock))
# The tables of all interfaces are there to be compiled.
$(eval $(call interface-test,trace,libs/interface/trace.c $(BUILD)/gen/$(IDL_SAMPLES)/everything_trace.c $(patsubst %,$(BUILD)/gen/idl/%_trace.c,$(INTERFACES))))
