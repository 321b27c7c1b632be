# SPDX-License-Identifier: BSD-2-Clause
#
# `session` comes with every composed program.
$(eval $(call user-library,session,$(SESSION_SOURCES) libs/session/session.c libs/session/memory.c,$(RT_CFLAGS) $(INTERFACE_CFLAGS),\
	$(call interface-headers,dataspace root)))
