/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going to sleep on rings without losing a wake-up. The danger: the consumer finds its rings empty,
 * the producer publishes and sees a consumer that is awake, the consumer sleeps for ever. So the
 * consumer first says that it sleeps, then looks again (ring_arm for one ring, ring_set_prepare for
 * several). What remains is the moment between that look and the block itself; ring/section.h has
 * the two answers.
 *
 *     for (;;) {
 *         ... serve all rings until they are empty ...
 *         if (ring_set_prepare(&set))
 *             wait for a message, an interrupt or a notification
 *         ring_set_end(&set);
 *     }
 */
#ifndef RING_SLEEP_H
#define RING_SLEEP_H

#include <ring/ring.h>

#define RING_SET_MAX 32

/* The rings whose producers shall wake this thread. */
struct ring_set {
    uint32_t count;
    bool armed;
    struct {
        struct ring_consumer *ring;
        uint32_t wake_count;
    } sources[RING_SET_MAX];
};

/* Adds a ring; false if the set is full. The ring must outlive its membership. `wake_count` is 1,
 * or more for a late wake-up. */
bool ring_set_add(struct ring_set *set, struct ring_consumer *ring, uint32_t wake_count);

/* Takes a ring out; it is awake afterwards. */
void ring_set_remove(struct ring_set *set, struct ring_consumer *ring);

/*
 * Says that this thread sleeps, and looks again. True: all rings are empty and the caller must
 * block now, with nothing but the system call in between. False: there is work, and everything is
 * as if never called. Broken rings count as empty. A set that still is as an earlier call left it
 * costs nothing: its producers notify, so a thread that serves many links keeps a set for each and
 * ends the sleep of those alone that it was woken for.
 */
bool ring_set_prepare(struct ring_set *set);

/* Ends the sleep: producers no longer notify. To be called after a wait, before the rings are
 * served. */
void ring_set_end(struct ring_set *set);

#endif
