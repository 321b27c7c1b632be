# SPDX-License-Identifier: BSD-2-Clause
#
# `ring` comes with every composed program; one that names `ring-preempt` among its libraries sleeps by preemption control instead.
RING_CFLAGS := -Ilibs/ring/include $(L4_CFLAGS)
$(eval $(call user-library,ring,libs/ring/sleep.c libs/ring/watch.c libs/ring/section-latched.c,$(RING_CFLAGS),))
$(eval $(call user-library,ring-preempt,libs/ring/section-preempt.c,$(RING_CFLAGS),))
$(BUILD)/user/ring/libs/ring/sleep.o $(BUILD)/user/ring/libs/ring/section-latched.o: LINK_TIME := -flto
