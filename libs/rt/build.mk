# SPDX-License-Identifier: BSD-2-Clause
# What a host test of components adds to its sources and flags to have the runtime.
RT_HOST_SOURCES := libs/rt/dispatch.c libs/rt/component.c libs/rt/log.c libs/rt/format.c libs/rt/host/host.c
RT_HOST_CFLAGS := -Ilibs/rt/include -Ilibs/rt/host -Ilibs/ring/include
