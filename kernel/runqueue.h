// SPDX-License-Identifier: BSD-2-Clause
//
// Run queue: 256 priorities, first come first served in each, everything in constant time.
//
// Each priority has a list; a bitmap says which are not empty. The links live in the thread; at
// which priority it is queued is the caller's knowledge.
#ifndef KERNEL_RUNQUEUE_H
#define KERNEL_RUNQUEUE_H

#include <stdint.h>

#include "list.h"

#define RUNQUEUE_PRIORITIES 256
#define RUNQUEUE_WORDS      (RUNQUEUE_PRIORITIES / 64)

struct runqueue {
    int32_t top;                   // greatest priority that is not empty, -1: all are
    uint32_t count;                // of threads
    uint64_t bits[RUNQUEUE_WORDS]; // bit p % 64 of bits[p / 64]: priority p is not empty
    struct link *first[RUNQUEUE_PRIORITIES];
};

// A runqueue of zeros, but for `top`, is an empty one.

// Puts a thread that is not queued behind all others of its priority.
static inline void runqueue_append(struct runqueue *queue, struct link *link, uint8_t priority)
{
    list_append(&queue->first[priority], link);
    queue->count++;
    queue->bits[priority / 64] |= (uint64_t)1 << (priority % 64);
    if (priority > queue->top)
        queue->top = priority;
}

// Puts a thread that is not queued before all others of its priority.
static inline void runqueue_prepend(struct runqueue *queue, struct link *link, uint8_t priority)
{
    runqueue_append(queue, link, priority);
    queue->first[priority] = link;
}

// Takes out a thread that is queued at that priority.
static inline void runqueue_remove(struct runqueue *queue, struct link *link, uint8_t priority)
{
    list_remove(&queue->first[priority], link);
    queue->count--;
    if (queue->first[priority])
        return;
    queue->bits[priority / 64] &= ~((uint64_t)1 << (priority % 64));
    int word = RUNQUEUE_WORDS - 1;
    while (word > 0 && !queue->bits[word])
        word--;
    queue->top = queue->bits[word] ? word * 64 + 63 - __builtin_clzll(queue->bits[word]) : -1;
}

// The first thread of the greatest priority, which stays queued; null if there is none.
static inline struct link *runqueue_first(const struct runqueue *queue)
{
    return queue->top < 0 ? 0 : queue->first[queue->top];
}

// The end of a time slice: the first of that priority becomes the last.
static inline void runqueue_rotate(struct runqueue *queue, uint8_t priority)
{
    if (queue->first[priority])
        queue->first[priority] = queue->first[priority]->next;
}

#endif
