# SPDX-License-Identifier: BSD-2-Clause
NET_SOURCES := $(addprefix servers/net/,net.c nic.c udp_session.c tcp_session.c tcp_connection.c tcp_handshake.c address.c report.c)
NET_CFLAGS := $(LWIP_CFLAGS) $(RT_CFLAGS) $(INTERFACE_CFLAGS)
# lwIP is compiled into the component, so that the compiler sees a packet's whole way; these let it inline that.
NET_OPTIMISE := -O3 --param inline-unit-growth=200 --param max-inline-insns-auto=200 --param early-inlining-insns=100
$(eval $(call component,servers/net/net,$(NET_SOURCES) libs/lwip/port.c $(LWIP_SOURCES),$(LWIP_CFLAGS) $(NET_OPTIMISE),$(LWIP_SOURCES)))
