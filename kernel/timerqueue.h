// SPDX-License-Identifier: BSD-2-Clause
//
// Timer queue: who is to be woken when, earliest first.
//
// A leftist heap: nodes live in what is to be woken, so inserting needs no memory, and inserting,
// cancelling and taking the earliest cost a logarithmic number of steps in the worst case, not
// only on average. Deadlines are in the caller's unit; equal ones come out in no particular order.
#ifndef KERNEL_TIMERQUEUE_H
#define KERNEL_TIMERQUEUE_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
    uint64_t deadline;
    struct timer *left;
    struct timer *right;
    struct timer *parent;
    uint32_t rank; // steps to the nearest missing child, 1 for a leaf; 0: not queued
};

struct timerqueue {
    struct timer *first;
};

// A timerqueue of zeros is an empty one, a timer of zeros one that is not queued.

// Queues a timer that is not queued. True if it is now the earliest.
bool timerqueue_insert(struct timerqueue *queue, struct timer *timer, uint64_t deadline);

// Cancels a timer that is queued.
void timerqueue_remove(struct timerqueue *queue, struct timer *timer);

static inline bool timer_queued(const struct timer *timer)
{
    return timer->rank;
}

// The earliest timer, which stays queued; null if there is none.
static inline struct timer *timerqueue_first(const struct timerqueue *queue)
{
    return queue->first;
}

// The earliest deadline, all ones if there is none.
static inline uint64_t timerqueue_deadline(const struct timerqueue *queue)
{
    return queue->first ? queue->first->deadline : UINT64_MAX;
}

#endif
