/* SPDX-License-Identifier: BSD-2-Clause */
/* What sleep-latched.c and sleep-preempt.c are made of. */
#ifndef RING_SLEEP_COMMON_H
#define RING_SLEEP_COMMON_H

#include <ring/sleep.h>

/* Says for every ring of the set that its consumer sleeps. No fence is included. */
void ring_set_begin_all(struct ring_set *set);

/* Says for every ring of the set that its consumer is awake, if it was said to sleep. */
void ring_set_end_all(struct ring_set *set);

/* True if no ring of the set holds as many entries as its consumer wants to be woken for. */
bool ring_set_all_empty(struct ring_set *set);

#endif
