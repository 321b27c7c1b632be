/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of rings a thread sleeps on: what both sleep protocols have in common. */
#include "sleep-common.h"

bool ring_sleep_add(struct ring_sleep_set *set, struct ring_consumer *ring, uint32_t wake_count)
{
    if (set->count == RING_SLEEP_SET_MAX || wake_count == 0)
        return false;
    set->sources[set->count].ring = ring;
    set->sources[set->count].wake_count = wake_count;
    set->count++;
    return true;
}

void ring_sleep_remove(struct ring_sleep_set *set, struct ring_consumer *ring)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->sources[i].ring != ring)
            continue;
        ring_sleep_disarm(ring);
        set->sources[i] = set->sources[--set->count];
        return;
    }
}

void ring_sleep_arm_all(struct ring_sleep_set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        ring_sleep_arm(set->sources[i].ring, set->sources[i].wake_count);
    set->armed = true;
}

void ring_sleep_disarm_all(struct ring_sleep_set *set)
{
    if (!set->armed)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        ring_sleep_disarm(set->sources[i].ring);
    set->armed = false;
}

bool ring_sleep_all_empty(struct ring_sleep_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        uint32_t enough = set->sources[i].wake_count;

        if (ring_available(set->sources[i].ring, enough) >= enough)
            return false;
    }
    return true;
}
