# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-library,l4,libs/l4/log.c libs/l4/status.c libs/l4/sleep.c,$(L4_CFLAGS),))
