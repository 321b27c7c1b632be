# SPDX-License-Identifier: BSD-2-Clause
RT_SOURCES := libs/rt/dispatch.c libs/rt/component.c libs/rt/log.c libs/rt/format.c

$(eval $(call user-library,rt,$(RT_SOURCES) $(wildcard libs/rt/target/*.c libs/rt/target/*.S),$(RT_CFLAGS) $(L4_CFLAGS),))

# What a host test of components adds to its sources and flags to have the runtime.
RT_HOST_SOURCES := $(RT_SOURCES) libs/rt/host/host.c
RT_HOST_CFLAGS := $(RT_CFLAGS) -Ilibs/rt/host
