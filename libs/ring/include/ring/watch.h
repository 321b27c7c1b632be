/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Consumers that do not consume. A program can answer everything it is asked and still be dead: a
 * component has lost a wake-up, or has waited since yesterday for something that will not come. Its
 * rings show it: entries wait, and the consumer stays where it is.
 *
 * All consumers of work that a program has are noted here when their end of a session starts (the
 * code that idlc writes does it; returned buffers are no work, they may lie as long as they like).
 * A watchdog looks from time to time, at a moment at which the program would sleep because it has
 * done all there is to do. Who has left entries at two looks one after the other, the same ones,
 * and has not said that he does so on purpose (ring_stall, or fewer than ring_wake_count_set asks
 * for), does not go on.
 *
 * Only the consumer's private index is believed. The words in the area can be written by the other
 * end too, which could make an honest consumer look dead by them; all that it can do here is to
 * publish entries, and those an honest consumer takes.
 */
#ifndef RING_WATCH_H
#define RING_WATCH_H

#include <ring/ring.h>

#define RING_WATCH_MAX 128

/* Notes a consumer, which must stay where it is until ring_watch_end; one that is known starts
 * anew. More than RING_WATCH_MAX are not watched. */
void ring_watch(struct ring_consumer *ring);

/* Forgets the consumers of an area that is about to go. */
void ring_watch_end(const void *area, size_t length_bytes);

/* A look: the first consumer that has left the same entries since the last look, or null. Their
 * number is in `waiting`. Reads one word of each ring and changes none. */
const struct ring_consumer *ring_watch_look(uint32_t *waiting);

#endif
