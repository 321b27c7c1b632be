// SPDX-License-Identifier: BSD-2-Clause
//
// Dataspaces; page.h has what is done with their pages.
//
// Each dataspace but a view has a table with one entry per page, in the layout of
// libs/dataspace: frame and generation. The table fills whole frames, because it is shared with
// drivers as it is. A page is moved by clearing its entry, looking for pins, taking the frame away
// from everybody, copying, and entering the new frame with the next generation.
//
// Pages of other managers have entries as well, but the "frame" in them is the number of a page
// that the manager supplied, which means nothing to a device; such tables are never shared.
//
// Anonymous pages are charged to the owner when they are provided, contiguous ones at once, tables
// when the dataspace is made.
#ifndef VM_SPACE_H
#define VM_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "task.h"

#define DATASPACES      2048
#define DATASPACES_SURE 12  // that each task can make, whatever others do
#define DATASPACES_EACH 128 // of one task at most
#define MANAGERS        8   // tasks that provide pages
#define SUPPLIED_SURE   512 // pages that each manager can supply, whatever others do
#define MANAGED_PAGES   ((uint64_t)1 << 14) // of a manager's dataspace: 64 MiB

enum dataspace_kind {
    DATASPACE_ANONYMOUS,
    DATASPACE_CONTIGUOUS,
    DATASPACE_VIEW,    // memory of the server that is not the dataspace's: devices, shared tables
    DATASPACE_MANAGED, // another program provides the pages
};

struct dataspace {
    bool used;
    bool dying;    // deleted, but devices may still reach its frames; has no number any more
    uint32_t uses; // of this place in the table; makes numbers unique
    enum dataspace_kind kind;
    uint32_t owner;   // number of the task
    uint32_t rights;  // that attachments may have at most
    bool discardable; // its pages may be taken when memory is short
    uint32_t moves;   // pages moved or taken since it was made
    uint64_t page_count;
    uint64_t present_count;
    uint64_t table_frame; // first of the table's frames
    uint64_t *table;
    uint64_t view;        // where a view's memory is in the server
    uint64_t permitted;   // bit n: task n may attach it, though it is not the owner
    uint64_t cookie;      // how a manager knows it
    struct cache *caches; // its translation caches: cache.h
    uint64_t source;      // number of the dataspace that its pages are copies of, 0: none
    uint64_t source_offset;
    uint64_t source_bytes;
};

// The dataspace of that number, or null.
struct dataspace *space_find(uint64_t number);
uint64_t space_number(const struct dataspace *dataspace);

// Makes a dataspace that `owner` pays for; it is no longer than its owner could ever fill it. Null,
// and a reason in `*error`.
struct dataspace *space_create(struct task *owner, enum dataspace_kind kind, uint64_t length_bytes,
                               uint64_t below, uint32_t *error);

// Makes a dataspace of memory that the server has at `view` and keeps. Null if there are too many.
struct dataspace *space_create_view(uint32_t owner, uint64_t view, uint64_t length_bytes,
                                    uint32_t rights);

// Ends it: detached everywhere, and its memory is free as soon as nobody has it pinned.
void space_delete(struct dataspace *dataspace);

// Ends all of a task's, and what others have permitted it.
void space_delete_all(uint32_t owner);

// The dataspace in a place of the table, 0 … DATASPACES - 1; null if there is none.
struct dataspace *space_at(uint32_t place);
uint32_t space_place(const struct dataspace *dataspace);

// Whether [offset, offset + length) consists of whole pages inside the dataspace, and is not empty.
bool space_range(const struct dataspace *dataspace, uint64_t offset, uint64_t length_bytes);

#endif
