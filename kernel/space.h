// SPDX-License-Identifier: BSD-2-Clause
//
// Address spaces: page tables, handle table, ports, quota, threads.
#ifndef KERNEL_SPACE_H
#define KERNEL_SPACE_H

#include <abi/status.h>

#include "frames.h"
#include "handle_table.h"
#include "quota.h"

struct thread;

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
    uint8_t depth; // below the first space
    bool ending;
    struct port_range *port_ranges; // a frame of them; null: never had any
    struct link *irqs;
    uint64_t *system_table;     // level 1: information page and UTCBs
    struct space_table last[2]; // see table.h
    uint32_t end_parts;         // how far the end has come: parts, addresses, slots
    uint32_t end_slot;
    uint64_t end_address;
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

// Puts a handle, or a copy with these rights, into a free slot of any table; who waited by one
// that moves is the caller's to tell. `source` and `slot` may be null: they are not there.
enum l4_status handle_pass(struct handle *source, struct handle *slot, bool move, uint32_t rights);

// One bounded step of closing a handle with all that was derived from it; true when done.
bool handle_close_step(struct handle *handle);

// One bounded step of removing all handles of an object except `kept`, which may be null; true when
// done.
bool handle_end_step(struct object *object, const struct handle *kept);

// Gives a range of I/O ports that lies within one of `from` to `to`, which has none of them yet;
// `from` null: from the authority.
enum l4_status ports_give(struct space *from, struct space *to, uint64_t first, uint64_t count);

// The space loses all ports. One bounded step; true when none are left.
bool ports_end_step(struct space *space);

// Opens its ports to the running thread, if its space has some and they were closed to it. Not
// inlined: page faults come the same way and need fewer registers.
__attribute__((noinline)) bool ports_load(struct thread *thread);

#endif
