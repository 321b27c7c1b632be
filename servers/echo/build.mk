# SPDX-License-Identifier: BSD-2-Clause
ECHO_SOURCES := $(addprefix servers/echo/,udp_echo.c tcp_echo.c cpu_target.c ipbench.c port.c)
$(eval $(call component,servers/echo/udp_echo,servers/echo/udp_echo.c servers/echo/port.c,,))
$(eval $(call component,servers/echo/tcp_echo,servers/echo/tcp_echo.c servers/echo/port.c,,))
$(eval $(call component,servers/echo/cpu_target,servers/echo/cpu_target.c servers/echo/ipbench.c servers/echo/port.c,,))
