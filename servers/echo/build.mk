# SPDX-License-Identifier: BSD-2-Clause
ECHO_SOURCES := $(addprefix servers/echo/,udp_echo.c)
ECHO_CFLAGS := $(RT_CFLAGS) $(INTERFACE_CFLAGS)
$(eval $(call user-library,echo,$(ECHO_SOURCES),$(ECHO_CFLAGS),$(call interface-headers,udp)))
