// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's own memory: frames and small objects.
//
// `struct frames` is a buddy system over one contiguous piece of mapped memory. It hands out blocks
// of 2^order frames, naturally aligned relative to the pool's start. Single frames that come back
// wait on a short list before they are merged, since page tables and threads come and go.
//
// `struct slab` cuts frames into objects of one size and charges whole frames to one quota, so each
// space has its own slabs and what it leaves fragmented is its own loss. An object's frame is found
// from its address. One empty frame is kept until slab_trim.
//
// Nothing here clears memory.
#ifndef KERNEL_FRAMES_H
#define KERNEL_FRAMES_H

#include <stddef.h>

#include "list.h"
#include "quota.h"

#define FRAME_BITS   12
#define FRAME_BYTES  ((size_t)1 << FRAME_BITS)
#define FRAME_ORDERS 16 // largest block: 2^15 frames, 128 MiB
#define FRAME_HOT    16 // single frames that wait unmerged

// The state of a block, kept at its first frame, is order | FRAME_FREE, or the order of a block in
// use; the other frames of any block have FRAME_INSIDE.
#define FRAME_FREE   0x40
#define FRAME_INSIDE 0x80

struct frames {
    uint8_t *base;
    uint8_t *states; // one byte per frame, in the pool's first frames
    size_t frame_count;
    size_t free_count; // frames, hot ones included
    struct link *hot;  // linked by `next` alone
    unsigned hot_count;
    unsigned orders; // bit n: there is a free block of order n
    struct link *free[FRAME_ORDERS];
};

// Makes a pool of the memory [base, base + frame_count frames), aligned to a frame; some of its
// first frames hold the pool's own table.
void frames_init(struct frames *frames, void *base, size_t frame_count);

// A block of 2^order frames; null if there is none.
void *frames_alloc(struct frames *frames, unsigned order);

// Gives back what frames_alloc returned for the same order.
void frames_free(struct frames *frames, void *block, unsigned order);

// The same, with the memory charged to a quota.
void *frames_alloc_charged(struct frames *frames, struct quota *quota, unsigned order);
void frames_free_charged(struct frames *frames, struct quota *quota, void *block, unsigned order);

struct slab_frame {
    struct slab *slab;
    struct link link; // among the frames with a free object
    void **free;      // free objects, linked through their first word; null: all are in use
    uint32_t fresh;   // offset of the first object that was never free
    uint32_t used;    // objects in use
    uint64_t spare[3];
};

_Static_assert(sizeof(struct slab_frame) == 64, "objects start at a cache line");

struct slab {
    struct frames *frames;
    struct quota *quota;
    struct link *partial;
    struct slab_frame *spare; // the only frame that may be empty; it may have come into use again
    uint64_t object_bytes;
};

// Objects of `object_bytes`: a multiple of 8, at most FRAME_BYTES - 64.
void slab_init(struct slab *slab, struct frames *frames, struct quota *quota,
               uint64_t object_bytes);

// An object; null if the quota or the pool is exhausted.
void *slab_alloc(struct slab *slab);

// Gives an object back to the slab it came from. Its first word is overwritten.
void slab_free(void *object);

// Gives the empty frame back, if there is one.
void slab_trim(struct slab *slab);

#endif
