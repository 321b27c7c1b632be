// SPDX-License-Identifier: BSD-2-Clause
//
// Page tables and the mappings of user spaces.
//
// Tables of the two lower levels come with a second frame that holds, for each entry, the address
// of the entry's node in the mapping database. Entries of the kernel's own pages (UTCBs, the
// information page) carry PAGE_KERNEL and have no node: users can neither pass them on nor take
// them away.
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <abi/message.h>
#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

#include "mapdb.h"
#include "space.h"

#define PAGE_PRESENT   (1ull << 0)
#define PAGE_WRITE     (1ull << 1)
#define PAGE_USER      (1ull << 2)
#define PAGE_THROUGH   (1ull << 3) // selects write combining, see cpu.c
#define PAGE_UNCACHED  (1ull << 4)
#define PAGE_ACCESSED  (1ull << 5)
#define PAGE_DIRTY     (1ull << 6)
#define PAGE_LARGE     (1ull << 7)
#define PAGE_GLOBAL    (1ull << 8)
#define PAGE_KERNEL    (1ull << 9)
#define PAGE_NX        (1ull << 63)
#define PAGE_ADDRESS   0x000ffffffffff000ull
#define PAGE_CACHE     (PAGE_THROUGH | PAGE_UNCACHED)
#define TABLE_ENTRIES  512
#define NODE_OF(entry) (*(struct map_node **)((char *)(entry) + FRAME_BYTES))

struct map_request {
    struct space *from; // null: from physical memory
    struct space *to;
    uint64_t source;
    uint64_t target;
    uint64_t bytes;
    unsigned rights;
    uint64_t cache; // physical memory: PAGE_CACHE bits
    bool grant;
    unsigned leaves; // page-table entries that may be written; less those written
    uint64_t done;   // out: bytes dealt with
    unsigned given;  // out: the rights that all pages got; none if there was nothing at one of them
};

// Maps pages; all addresses are checked. AGAIN: `leaves` used up, `done` bytes dealt with.
enum l4_status map_pages(struct map_request *request);

// Maps one page of 4 KiB, both addresses and the rights being checked by the caller, if that needs
// no new table and nothing is there yet; *rights become those that the page got. AGAIN: it is not
// that simple, map_pages has to do it.
enum l4_status map_small(struct space *from, struct space *to, uint64_t source, uint64_t target,
                         unsigned *rights);

// Whether rights can be given: all include reading, none both writing and executing.
static inline bool map_rights_valid(unsigned rights)
{
    return rights == L4_READ || rights == (L4_READ | L4_WRITE) || rights == (L4_READ | L4_EXECUTE);
}

// Takes rights from the mappings derived from a range, and with `self` from these. AGAIN: *steps
// used up; *done says how far it came.
enum l4_status unmap_pages(struct space *space, uint64_t address, uint64_t bytes, unsigned rights,
                           bool self, unsigned *steps, uint64_t *done);

// The table of `level` for an address, made if missing with those above it; null if that fails or a
// large page is in the way.
uint64_t *table_for(struct space *space, uint64_t address, unsigned level, enum l4_status *status);

// Kernel memory of the tables that every space has for UTCBs and information page, beside the top
// one.
#define MEMORY_SYSTEM_BYTES (5 * FRAME_BYTES)

// Gives these tables back, as many as there are. Nothing else is in them.
void memory_drop_system(struct space *space);

// One bounded step of emptying a space; true when nothing is left but the top table.
bool memory_end_step(struct space *space);

#endif
