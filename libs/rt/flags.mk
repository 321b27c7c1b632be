# SPDX-License-Identifier: BSD-2-Clause
# RT_CFLAGS: what every component may include of the runtime.
RT_CFLAGS := -Ilibs/rt/include -Ilibs/session/include -Ilibs/ring/include
# What a host test of components adds to its sources and flags to have the runtime.
RT_SOURCES := $(addprefix libs/rt/,dispatch.c component.c endpoint.c log.c head.c format.c)
SESSION_SOURCES := libs/session/local.c
RT_HOST_SOURCES = $(RT_SOURCES) $(SESSION_SOURCES) libs/rt/host/host.c $(addprefix libs/session/host/,memory.c session.c) $(INTERFACE_HOST_SOURCES)
RT_HOST_CFLAGS = $(RT_CFLAGS) -Ilibs/rt/host $(INTERFACE_HOST_CFLAGS)
