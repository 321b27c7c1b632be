# SPDX-License-Identifier: BSD-2-Clause
RING_CFLAGS := -Ilibs/ring/include
$(eval $(call user-library,ring,libs/ring/sleep.c libs/ring/sleep-latched.c,$(RING_CFLAGS) -Ilibs/ring,))
