// SPDX-License-Identifier: BSD-2-Clause
//
// Timer queue as a leftist heap. At every node the left side's rank is at least the right side's,
// so the way down the right sides is logarithmic, and merging walks only that way.
#include "timerqueue.h"

static uint32_t rank_of(const struct timer *timer)
{
    return timer ? timer->rank : 0;
}

// Restores sides and ranks from `timer` upwards: below `merged` at every node, which is the way the
// merge took, from there on as far as ranks change. A rank that changes there is one more than that
// of a changed right child, so this way is logarithmic too.
static void heap_repair(struct timer *timer, const struct timer *merged)
{
    bool below = true;
    while (timer) {
        below = below && timer != merged;
        if (rank_of(timer->left) < rank_of(timer->right)) {
            struct timer *left = timer->left;
            timer->left = timer->right;
            timer->right = left;
        }
        uint32_t rank = rank_of(timer->right) + 1;
        if (rank == timer->rank && !below)
            return;
        timer->rank = rank;
        timer = timer->parent;
    }
}

// Merges two heaps at `*place`, whose owner is `parent`. Returns the lowest node that changed.
static struct timer *heap_merge(struct timer **place, struct timer *parent, struct timer *a,
                                struct timer *b)
{
    while (a && b) {
        if (b->deadline < a->deadline) {
            struct timer *swap = a;
            a = b;
            b = swap;
        }
        *place = a;
        a->parent = parent;
        parent = a;
        place = &a->right;
        a = a->right;
    }
    struct timer *rest = a ? a : b;
    *place = rest;
    if (rest)
        rest->parent = parent;
    return parent;
}

bool timerqueue_insert(struct timerqueue *queue, struct timer *timer, uint64_t deadline)
{
    timer->deadline = deadline;
    timer->left = 0;
    timer->right = 0;
    timer->parent = 0;
    timer->rank = 1;
    struct timer *changed = heap_merge(&queue->first, 0, queue->first, timer);
    heap_repair(changed, 0);
    return queue->first == timer;
}

void timerqueue_remove(struct timerqueue *queue, struct timer *timer)
{
    struct timer *parent = timer->parent;
    struct timer **place = &queue->first;
    if (parent)
        place = parent->left == timer ? &parent->left : &parent->right;
    struct timer *changed = heap_merge(place, parent, timer->left, timer->right);
    timer->rank = 0;
    heap_repair(changed, parent);
}
