# SPDX-License-Identifier: BSD-2-Clause

SESSION_TEST_SOURCES := $(addprefix libs/rt/,dispatch.c component.c log.c format.c target/sessions.c) libs/ring/watch.c libs/l4/host/host.c

$(eval $(call host-test,session,tests/unit/session/restart.c $(SESSION_TEST_SOURCES),-Ilibs/rt/include -Ilibs/rt $(INTERFACE_HOST_CFLAGS),,$(IDL_SAMPLE_HEADERS)))
