# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,net,$(addprefix tests/unit/net/,net_test.c wire.c frames.c) $(NET_SOURCES) $(ECHO_SOURCES) libs/lwip/port.c \
	$(LWIP_SOURCES) libs/ring/sleep.c libs/ring/section-latched.c $(RT_HOST_SOURCES),$(RT_HOST_CFLAGS) $(NET_CFLAGS),,\
	$(LWIP_SOURCES) $(call interface-headers,netdev udp)))
