# SPDX-License-Identifier: BSD-2-Clause

SAMPLE := tools/idlc/tests/interfaces/good/everything
SAMPLE_HEADERS := $(addprefix $(BUILD)/gen/$(SAMPLE),.h _session.h _client.h _server.h _mock.h)

$(eval $(call host-test,interface-calls,tests/unit/interface/calls.c $(INTERFACE_HOST_SOURCES),$(INTERFACE_HOST_CFLAGS),,$(SAMPLE_HEADERS)))
