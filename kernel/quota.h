// SPDX-License-Identifier: BSD-2-Clause
//
// Kernel-memory quota of a space: what it may cause the kernel to hold, in bytes.
//
// Charged before memory is taken, refunded after it is given back. A new space's quota is carved
// out of its creator's and returns there at its end, so the sum over all spaces never changes.
#ifndef KERNEL_QUOTA_H
#define KERNEL_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct quota {
    uint64_t limit_bytes;
    uint64_t used_bytes; // never above the limit
};

static inline void quota_init(struct quota *quota, uint64_t limit_bytes)
{
    quota->limit_bytes = limit_bytes;
    quota->used_bytes = 0;
}

static inline uint64_t quota_left(const struct quota *quota)
{
    return quota->limit_bytes - quota->used_bytes;
}

// True and charged, or false and nothing done.
static inline bool quota_charge(struct quota *quota, uint64_t bytes)
{
    if (bytes > quota_left(quota))
        return false;
    quota->used_bytes += bytes;
    return true;
}

// Gives back what was charged. A refund of more than that is cut: it must not create quota.
static inline void quota_refund(struct quota *quota, uint64_t bytes)
{
    quota->used_bytes -= bytes < quota->used_bytes ? bytes : quota->used_bytes;
}

// Moves unused quota. True, or false and nothing done.
static inline bool quota_transfer(struct quota *from, struct quota *to, uint64_t bytes)
{
    if (bytes > quota_left(from) || bytes > UINT64_MAX - to->limit_bytes)
        return false;
    from->limit_bytes -= bytes;
    to->limit_bytes += bytes;
    return true;
}

#endif
