# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-program,bootfs,servers/bootfs/main.c,$(RT_CFLAGS) $(L4_CFLAGS),l4,))
