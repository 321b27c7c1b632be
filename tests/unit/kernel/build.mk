# SPDX-License-Identifier: BSD-2-Clause
KERNEL_UNIT := mapdb handle_table runqueue timerqueue quota frames bootmap
KERNEL_UNIT_WITH_mapdb := kernel/mapdb.c
KERNEL_UNIT_WITH_handle_table := kernel/handle_table.c
KERNEL_UNIT_WITH_timerqueue := kernel/timerqueue.c
KERNEL_UNIT_WITH_frames := kernel/frames.c kernel/slab.c
KERNEL_UNIT_WITH_bootmap := kernel/bootmap.c
$(foreach part,$(KERNEL_UNIT),$(eval $(call host-test,kernel-$(subst _,-,$(part)),\
    tests/unit/kernel/$(part)_test.c $(KERNEL_UNIT_WITH_$(part)),-Ikernel,,)))
