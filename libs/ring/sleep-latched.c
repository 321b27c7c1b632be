/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sleep protocol on latched notifications. A producer that publishes after the look sees the sleep
 * word (the fences on both sides see to that) and notifies; if the thread does not wait yet, the
 * kernel keeps the bits and the wait returns at once. A producer that publishes before the look is
 * seen by the look. It may have notified as well: that wake-up finds nothing to do.
 */
#include "sleep-common.h"

bool ring_set_prepare(struct ring_set *set)
{
    ring_set_begin_all(set);
    ring_fence();
    if (ring_set_all_empty(set))
        return true;
    ring_set_end_all(set);
    return false;
}

void ring_set_end(struct ring_set *set)
{
    ring_set_end_all(set);
}
