# SPDX-License-Identifier: BSD-2-Clause
pingpong_sources := tests/unit/pingpong/inside.c $(BUILD)/images/pingpong_inside/programs/ping.c servers/pingpong/ping.c \
	servers/pingpong/pong.c $(BUILD)/gen/servers/pingpong/ping_notes.c $(BUILD)/gen/servers/pingpong/pong_notes.c \
	libs/ring/sleep.c libs/ring/section-latched.c $(RT_HOST_SOURCES)
$(eval $(call host-test,pingpong-host,$(pingpong_sources),$(RT_HOST_CFLAGS) $(INTERFACE_CFLAGS) $(L4_CFLAGS),,\
	$(call interface-headers,pingpong)))
