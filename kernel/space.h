// SPDX-License-Identifier: BSD-2-Clause
//
// Address spaces: page tables, handle table, quota, threads.
#ifndef KERNEL_SPACE_H
#define KERNEL_SPACE_H

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "frames.h"
#include "handle_table.h"
#include "list.h"
#include "quota.h"

#define SPACE_GROUPS 64 // of threads

// A table of small pages that was used.
struct space_table {
    uint64_t *table;
    uint64_t covered; // which 2 MiB it is for, all ones: none
};

struct space {
    struct object object;
    struct handle_table table;
    uint64_t *top; // page table, level 4
    uint64_t cr3;  // as loaded
    uint64_t pcid;
    struct quota quota;
    struct space *parent;
    struct link *children;
    struct link sibling;
    struct slab nodes; // mappings
    struct slab fpus;
    struct slab irqs_slab;
    struct link *members;      // threads
    struct link *free_threads; // through `next` alone
    uint32_t thread_count;
    uint32_t handle_order; // the table has 2^order frames
    uint8_t greatest_priority;
    bool ending;
    struct port_range *port_ranges; // a frame of them; null: never had any
    struct link *irqs;
    uint64_t *system_table;     // level 1: information page and UTCBs
    struct space_table last[2]; // see table.h
    uint64_t end_address;       // how far the end has come
    uint32_t end_slot;
    struct thread_group *groups[SPACE_GROUPS];
    uint32_t group_count;
};

_Static_assert(sizeof(struct space) <= FRAME_BYTES, "a space is one frame");

// Creates an empty space with a quota carved out of its parent's (null: the first space, whose
// quota is given). Null with the reason in `status`.
struct space *space_new(struct space *parent, uint64_t quota_bytes, uint32_t handle_count,
                        uint8_t greatest_priority, enum l4_status *status);

// Memory of 2^order frames that is charged to a space, not cleared. Null with the reason in
// `status`.
void *space_alloc(struct space *space, unsigned order, enum l4_status *status);
void space_free(struct space *space, void *block, unsigned order);

#endif
