/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How one end of a link wakes the other. If both live in one program, the wake-up is a bit in the
 * pending word of their common event loop; otherwise it is a notification of the other program's
 * thread. Which of the two was decided when the image was composed; neither end can tell.
 */
#ifndef RING_WAKE_H
#define RING_WAKE_H

#include <stdint.h>

struct ring_wake {
    volatile uint64_t
        *local_pending; /* the loop's word if the other end lives here, otherwise NULL */
    uint64_t bits;      /* what the other end knows this link by */
    uint32_t thread;    /* handle with the right to notify, unused if local */
};

/*
 * Notifies the thread behind `thread`. Never blocks; an invalid handle is ignored, because it means
 * that the other end is gone. The runtime provides it; tests on the host bring their own.
 */
void ring_wake_remote(uint32_t thread, uint64_t bits);

/* Wakes the other end. The word of the loop needs no atomic operation: a program has one thread. */
static inline void ring_wake(const struct ring_wake *wake)
{
    if (wake->local_pending)
        *wake->local_pending |= wake->bits;
    else
        ring_wake_remote(wake->thread, wake->bits);
}

#endif
