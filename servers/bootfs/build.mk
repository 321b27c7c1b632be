# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-program,bootfs,servers/bootfs/main.c,$(RT_CFLAGS) $(INTERFACE_CFLAGS),interface l4,$(INTERFACE_HEADERS)))
