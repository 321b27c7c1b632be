// SPDX-License-Identifier: BSD-2-Clause
//
// The mappings of user spaces. The kernel's own pages (UTCBs, the information page) are above
// L4_USER_MAP_END and have no node: users can neither pass them on nor take them away.
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <abi/utcb.h>

#include "space.h"
#include "table.h"

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

// Maps a page of 4 KiB, rights that the caller has checked, if tables are at hand and nothing is
// there yet. Returns the rights that the page got; none: nothing has been done, map_pages knows
// why.
unsigned map_small(struct space *from, struct space *to, uint64_t source, uint64_t target,
                   unsigned rights);

// Whether rights can be given: all include reading, none both writing and executing.
static inline bool map_rights_valid(unsigned rights)
{
    return rights & L4_READ && rights <= (L4_READ | L4_EXECUTE);
}

static inline bool map_range_valid(uint64_t address, uint64_t bytes)
{
    return !((address | bytes) & (PAGE_BYTES - 1)) && address <= L4_USER_MAP_END &&
           bytes <= L4_USER_MAP_END - address;
}

// Removes the mappings derived from a valid range, and takes `rights`, if any, from its own.
// Returns the bytes dealt with: less than there are if the steps were used up.
uint64_t unmap_pages(struct space *space, uint64_t address, uint64_t bytes, unsigned rights,
                     unsigned *steps);

// One bounded step of emptying a space; true when nothing is left but the top table.
bool memory_end_step(struct space *space);

#endif
