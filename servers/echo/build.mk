# SPDX-License-Identifier: BSD-2-Clause
ECHO_SOURCES := $(addprefix servers/echo/,udp_echo.c)
$(eval $(call component,servers/echo/udp_echo,$(ECHO_SOURCES),,))
