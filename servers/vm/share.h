// SPDX-License-Identifier: BSD-2-Clause
//
// Places in a table that all tasks use. Each task has some that nobody can take from it; what is
// left over goes to whoever comes first, up to a limit. So a task that takes all it can get is
// refused in the end, and nobody else.
#ifndef VM_SHARE_H
#define VM_SHARE_H

#include <stdbool.h>

struct share {
    unsigned sure; // places of each task
    unsigned most; // that a task may have
    unsigned rest; // places that are nobody's and still free
};

// A task that has `*count` places takes another one. False if it may not.
static inline bool share_take(struct share *share, unsigned *count)
{
    if (*count >= share->sure) {
        if (*count >= share->most || share->rest == 0)
            return false;
        share->rest--;
    }
    ++*count;
    return true;
}

static inline void share_give(struct share *share, unsigned *count)
{
    --*count;
    if (*count >= share->sure)
        share->rest++;
}

#endif
