# SPDX-License-Identifier: BSD-2-Clause
NET_TEST_SOURCES := $(addprefix tests/unit/net/,wire.c frames.c program.c attack.c) $(NET_SOURCES) $(ECHO_SOURCES) libs/lwip/port.c $(LWIP_SOURCES) \
	libs/ring/sleep.c libs/ring/section-latched.c $(RT_HOST_SOURCES)
NET_TEST_GENERATED := $(LWIP_SOURCES) $(call interface-headers,netdev udp tcp)

$(foreach name,net tcp dhcp late clients peers storm,$(eval $(call host-test,$(if $(filter net,$(name)),net,net-$(name)),tests/unit/net/$(name)_test.c $(NET_TEST_SOURCES),\
	$(RT_HOST_CFLAGS) $(NET_CFLAGS),,$(NET_TEST_GENERATED))))
