# SPDX-License-Identifier: BSD-2-Clause
CONSOLE_SOURCES := servers/console/console.c
$(eval $(call user-program,console,servers/console/main.c $(CONSOLE_SOURCES),$(RT_CFLAGS) $(INTERFACE_CFLAGS),interface l4,$(call interface-headers,log root)))
