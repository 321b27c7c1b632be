/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The wake object: what the producer of a ring holds to wake the consumer's component. Each program
 * has one word of pending event bits. A consumer in the same program is woken by setting its bits
 * in that word, without a system call; one in another program by a notification of its thread,
 * whose bits arrive in that program's word.
 */
#ifndef RT_WAKE_H
#define RT_WAKE_H

#include <rt/machine.h>
#include <stdint.h>

struct ring_wake {
    volatile uint64_t *
        local_pending; /* pending word of this very program, or null if the consumer is elsewhere */
    machine_handle thread; /* the consumer's thread, if it is elsewhere */
    uint64_t bits;         /* event bits of the consumer's link */
};

/* Wakes the consumer. Never blocks. A wake object of all zeroes wakes nobody. */
static inline void ring_wake(const struct ring_wake *wake)
{
    if (wake->local_pending)
        *wake->local_pending |= wake->bits;
    else if (wake->bits)
        machine_notify(wake->thread, wake->bits);
}

#endif
