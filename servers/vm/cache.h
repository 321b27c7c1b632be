// SPDX-License-Identifier: BSD-2-Clause
//
// Translation caches: who may look at a dataspace's table, and what they have pinned.
#ifndef VM_CACHE_H
#define VM_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "space.h"
#include "task.h"

#define CACHES      256
#define CACHES_SURE 2  // that each task can hold, whatever others do
#define CACHES_EACH 32 // of one task at most

// How long a holder may keep pins of a cache that has ended. A driver has stopped its card by then.
#define CACHE_ENDING_US 1000000

struct cache {
    struct cache *next;          // of the same dataspace
    struct dataspace *dataspace; // null: free
    struct task *task;
    uint32_t pins_max;
    uint32_t expiry_us;
    uint64_t mark_frame; // first of those that hold the marks
    uint64_t mark_frames;
    volatile uint32_t *marks;
    struct dataspace *table_view; // what the task has attached: the table, read-only, …
    struct dataspace *marks_view; // … and the marks
    uint64_t table_address;       // in the task
    uint64_t marks_address;
    bool overstays;
    bool ending;         // to be deleted when nothing is pinned any more, …
    uint64_t end_due_us; // … until then, or its holder overstays; UINT64_MAX: that is known
};

// Shares the table of an anonymous or contiguous dataspace with a task. The marks are charged to
// the owner of the dataspace. Null, and a reason in `*error`.
struct cache *cache_create(struct dataspace *dataspace, struct task *task, uint32_t pins_max,
                           uint32_t expiry_us, uint32_t *error);

// The cache of a dataspace at a task that is not ending, or null.
struct cache *cache_find(const struct dataspace *dataspace, const struct task *task);

void cache_delete(struct cache *cache);

// The same when nothing is pinned any more: frames that a device may still write to are nobody
// else's until then.
void cache_end(struct cache *cache);

// The dataspace of the cache in a place, 0 … CACHES - 1; null if there is none.
struct dataspace *cache_dataspace(unsigned place);

// Ends all caches of a dataspace; true if none is left now.
bool cache_end_of(struct dataspace *dataspace);

// Pages charged for the marks of all caches of a dataspace.
uint64_t cache_charge_of(const struct dataspace *dataspace);

// Deletes all caches at a task that has ended and whose devices are quiet.
void cache_delete_at(const struct task *task);

// Deletes those caches that were to end and hold no pins any more. Root hears of holders who do not
// let go.
void cache_sweep(void);

// Whether anybody has the page pinned now.
bool cache_pinned(const struct dataspace *dataspace, uint64_t page);

// How many pages a task has pinned, in all its caches.
uint32_t cache_pins_at(const struct task *task);

// Notes who pins more or longer than he may, and tells root. Looks at all marks of a dataspace, or
// of all, but that not often: for when pins were in somebody's way.
void cache_audit(const struct dataspace *dataspace);
void cache_audit_all(void);

// Clears marks whose time is over, lest they seem to lie in the future when 32 bits of time have
// gone halfway round. Returns when it is to be called again, UINT64_MAX if no cache's pins expire.
uint64_t cache_expire(void);

// A cache whose holder was found to overstay, or null. It is there until it is deleted, if it is
// not ending; otherwise once.
struct cache *cache_overstayed(void);

#endif
