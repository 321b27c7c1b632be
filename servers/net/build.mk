# SPDX-License-Identifier: BSD-2-Clause
NET_SOURCES := $(addprefix servers/net/,net.c nic.c udp_session.c tcp_session.c address.c)
NET_CFLAGS := $(LWIP_CFLAGS) $(RT_CFLAGS) $(INTERFACE_CFLAGS)
$(eval $(call component,servers/net/net,$(NET_SOURCES),$(LWIP_CFLAGS),$(LWIP_SOURCES)))
