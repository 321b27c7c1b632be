/* SPDX-License-Identifier: BSD-2-Clause */
/* The set of rings that a thread sleeps on. */
#include <ring/sleep.h>

bool ring_set_add(struct ring_set *set, struct ring_consumer *ring, uint32_t wake_count)
{
    if (set->count == RING_SET_MAX || wake_count == 0)
        return false;
    ring_set_end(set); /* an armed set would leave the new ring out */
    set->sources[set->count].ring = ring;
    set->sources[set->count].wake_count = wake_count;
    set->count++;
    ring_wake_count_set(ring, wake_count);
    return true;
}

void ring_set_remove(struct ring_set *set, struct ring_consumer *ring)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->sources[i].ring != ring)
            continue;
        ring_sleep_end(ring);
        set->sources[i] = set->sources[--set->count];
        return;
    }
}

static bool all_empty(struct ring_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        uint32_t enough = set->sources[i].wake_count;

        if (ring_available(set->sources[i].ring, enough) >= enough)
            return false;
    }
    return true;
}

bool ring_set_prepare(struct ring_set *set)
{
    if (set->armed)
        return true;
    for (uint32_t i = 0; i < set->count; i++)
        ring_sleep_begin(set->sources[i].ring);
    set->armed = true;
    ring_fence();
    if (all_empty(set))
        return true;
    ring_set_end(set);
    return false;
}

void ring_set_end(struct ring_set *set)
{
    if (!set->armed)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        ring_sleep_end(set->sources[i].ring);
    set->armed = false;
}
