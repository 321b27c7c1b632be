# SPDX-License-Identifier: BSD-2-Clause
LWIP := $(BUILD)/lwip
LWIP_SOURCES := $(addprefix $(LWIP)/source/src/,$(addprefix core/,init.c def.c inet_chksum.c ip.c mem.c memp.c netif.c pbuf.c \
	stats.c sys.c tcp.c tcp_in.c tcp_out.c timeouts.c udp.c) $(addprefix core/ipv4/,dhcp.c etharp.c icmp.c ip4_frag.c ip4.c ip4_addr.c) \
	netif/ethernet.c)

# For those who call lwIP. Not as headers of the system: what those include is no reason to compile anew, but our options are.
LWIP_CFLAGS := -Ilibs/lwip/include -I$(LWIP)/source/src/include

$(LWIP_SOURCES) &: tools/build/fetch-source
	@rm -rf $(LWIP)/source
	@tools/build/fetch-source lwip $(LWIP)/source > $(LWIP).log 2>&1 || { cat $(LWIP).log; exit 1; }
	@touch $(LWIP_SOURCES)
