# SPDX-License-Identifier: BSD-2-Clause

HOSTILE_SOURCES := tests/unit/hostile/hostile.c libs/interface/trace.c libs/ring/sleep.c libs/ring/section-latched.c $(RT_HOST_SOURCES)
HOSTILE_NET_SOURCES := $(addprefix tests/unit/net/,wire.c frames.c program.c) $(NET_SOURCES) $(ECHO_SOURCES) libs/lwip/port.c $(LWIP_SOURCES)

# $1 file and name of the test, $2 interfaces whose trace tables are needed, $3 further sources, $4 flags, $5 generated headers
define hostile-test
$(call host-test,hostile-$(1),tests/unit/hostile/$(1).c $(HOSTILE_SOURCES) $(patsubst %,$(BUILD)/gen/idl/%_trace.c,$(2)) $(3),$(RT_HOST_CFLAGS) \
	$(INTERFACE_HOST_CFLAGS) $(4),,$(INTERFACE_HEADERS) $(5))
endef

$(eval $(call hostile-test,udp_client,udp,$(HOSTILE_NET_SOURCES),$(NET_CFLAGS),$(LWIP_SOURCES)))
$(eval $(call hostile-test,netdev_server,netdev,$(HOSTILE_NET_SOURCES),$(NET_CFLAGS),$(LWIP_SOURCES)))
$(eval $(call hostile-test,udp_server,udp,$(ECHO_SOURCES)))
$(eval $(call hostile-test,tcp_server,tcp,$(ECHO_SOURCES)))
$(eval $(call hostile-test,pingpong,pingpong,servers/pingpong/ping.c servers/pingpong/pong.c))
$(eval $(call hostile-test,netdev_client,netdev,$(DRIVER_BENCH_SOURCES),$(DRIVER_BENCH_CFLAGS),$(DRIVER_BENCH_GENERATED)))
