/* SPDX-License-Identifier: BSD-2-Clause */
/* The consumers of this program, and where they were at the last look. */
#include <ring/watch.h>

static struct watched {
    struct ring_consumer *ring; /* null: free */
    uintptr_t shared;           /* where its words are */
    uint32_t next;              /* at the last look */
    bool left;                  /* entries, then */
} all[RING_WATCH_MAX];

void ring_watch(struct ring_consumer *ring)
{
    struct watched *place = NULL;

    for (unsigned i = 0; i < RING_WATCH_MAX; i++) {
        if (all[i].ring == ring) {
            place = &all[i];
            break;
        }
        if (!all[i].ring && !place)
            place = &all[i];
    }
    if (place)
        *place = (struct watched){.ring = ring, .shared = (uintptr_t)ring->shared};
}

void ring_watch_end(const void *area, size_t length_bytes)
{
    for (unsigned i = 0; i < RING_WATCH_MAX; i++)
        if (all[i].ring && all[i].shared - (uintptr_t)area < length_bytes)
            all[i].ring = NULL;
}

/* Entries that an honest consumer would take now. */
static uint32_t left_by(const struct ring_consumer *ring)
{
    uint32_t waiting = ring_load(&ring->shared->produced) - ring->next;

    if (ring->broken || ring->stalled || waiting > ring->mask + 1 || waiting < ring->enough)
        return 0;
    return waiting;
}

const struct ring_consumer *ring_watch_look(uint32_t *waiting)
{
    const struct ring_consumer *found = NULL;

    for (unsigned i = 0; i < RING_WATCH_MAX; i++) {
        struct watched *watched = &all[i];
        uint32_t left;

        if (!watched->ring)
            continue;
        left = left_by(watched->ring);
        if (left && watched->left && watched->ring->next == watched->next && !found) {
            found = watched->ring;
            *waiting = left;
        }
        watched->left = left != 0;
        watched->next = watched->ring->next;
    }
    return found;
}
