// SPDX-License-Identifier: BSD-2-Clause
//
// Run queue: 256 priorities, first come first served in each, everything in constant time.
//
// Each priority has a circular list; a two-level bitmap says which are not empty. The links live in
// the thread; whether a thread is queued, and at which priority, is the caller's knowledge.
#ifndef KERNEL_RUNQUEUE_H
#define KERNEL_RUNQUEUE_H

#include <stdint.h>

#define RUNQUEUE_PRIORITIES 256

struct run_link {
    struct run_link *next;
    struct run_link *previous;
};

struct runqueue {
    uint64_t words;   // bit n: bits[n] is not zero
    uint64_t bits[4]; // bit p % 64 of bits[p / 64]: priority p is not empty
    struct run_link *first[RUNQUEUE_PRIORITIES];
};

// A runqueue of zeros is an empty one.

static inline void runqueue_mark(struct runqueue *queue, unsigned priority)
{
    queue->bits[priority / 64] |= (uint64_t)1 << (priority % 64);
    queue->words |= (uint64_t)1 << (priority / 64);
}

// Puts a thread that is not queued behind all others of its priority.
static inline void runqueue_append(struct runqueue *queue, struct run_link *link, uint8_t priority)
{
    struct run_link *first = queue->first[priority];
    if (!first) {
        link->next = link;
        link->previous = link;
        queue->first[priority] = link;
        runqueue_mark(queue, priority);
        return;
    }
    link->next = first;
    link->previous = first->previous;
    first->previous->next = link;
    first->previous = link;
}

// Puts a thread that is not queued before all others of its priority.
static inline void runqueue_prepend(struct runqueue *queue, struct run_link *link, uint8_t priority)
{
    runqueue_append(queue, link, priority);
    queue->first[priority] = link;
}

// Takes out a thread that is queued at that priority.
static inline void runqueue_remove(struct runqueue *queue, struct run_link *link, uint8_t priority)
{
    if (link->next != link) {
        link->previous->next = link->next;
        link->next->previous = link->previous;
        if (queue->first[priority] == link)
            queue->first[priority] = link->next;
        return;
    }
    queue->first[priority] = 0;
    uint64_t *word = &queue->bits[priority / 64];
    *word &= ~((uint64_t)1 << (priority % 64));
    if (!*word)
        queue->words &= ~((uint64_t)1 << (priority / 64));
}

// The greatest priority that is not empty, -1 if all are.
static inline int runqueue_top(const struct runqueue *queue)
{
    if (!queue->words)
        return -1;
    unsigned word = 63 - (unsigned)__builtin_clzll(queue->words);
    return (int)(word * 64 + 63 - (unsigned)__builtin_clzll(queue->bits[word]));
}

// The first thread of the greatest priority, which stays queued; null if there is none.
static inline struct run_link *runqueue_first(const struct runqueue *queue)
{
    int top = runqueue_top(queue);
    return top < 0 ? 0 : queue->first[top];
}

// The end of a time slice: the first of that priority becomes the last.
static inline void runqueue_rotate(struct runqueue *queue, uint8_t priority)
{
    if (queue->first[priority])
        queue->first[priority] = queue->first[priority]->next;
}

#endif
