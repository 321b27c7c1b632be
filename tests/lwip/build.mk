# SPDX-License-Identifier: BSD-2-Clause
LWIP_TESTS := $(LWIP)/source/test/unit
LWIP_TEST_SOURCES := $(addprefix $(LWIP_TESTS)/,core/test_def.c core/test_mem.c core/test_netif.c core/test_pbuf.c core/test_timers.c \
	dhcp/test_dhcp.c etharp/test_etharp.c ip4/test_ip4.c tcp/tcp_helper.c tcp/test_tcp.c tcp/test_tcp_oos.c udp/test_udp.c)
$(LWIP_TEST_SOURCES): $(LWIP_SOURCES)

# lwIP's tests are not ours to warn about; those parts of it that we do not build are nobody's.
$(eval $(call host-test,lwip,tests/lwip/main.c $(LWIP_TEST_SOURCES) $(LWIP_SOURCES),\
	-std=gnu17 -w -Itests/lwip/options -I$(LWIP_TESTS) $(LWIP_CFLAGS),-lcheck -lsubunit -lrt -lm -lpthread,$(LWIP_SOURCES)))
