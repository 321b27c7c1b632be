# SPDX-License-Identifier: BSD-2-Clause

SESSION_TEST_SOURCES := $(addprefix libs/rt/,dispatch.c component.c endpoint.c log.c format.c) $(SESSION_SOURCES) libs/session/session.c \
	$(INTERFACE_HOST_SOURCES)

$(eval $(call host-test,session,tests/unit/session/restart.c $(SESSION_TEST_SOURCES),$(RT_CFLAGS) $(INTERFACE_HOST_CFLAGS),,$(IDL_SAMPLE_HEADERS) $(INTERFACE_HEADERS)))
$(eval $(call host-test,session-local,tests/unit/session/local.c $(RT_HOST_SOURCES),$(RT_HOST_CFLAGS),,$(IDL_SAMPLE_HEADERS)))
