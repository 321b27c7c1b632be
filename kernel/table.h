// SPDX-License-Identifier: BSD-2-Clause
//
// Page tables of user spaces.
//
// Tables of the two lower levels come with a second frame that holds, for each entry, the address
// of the entry's node in the mapping database. Tables stay as long as their space.
#ifndef KERNEL_TABLE_H
#define KERNEL_TABLE_H

#include "mapdb.h"
#include "space.h"
#include "x86.h"

#define PAGE_PRESENT   (1ull << 0)
#define PAGE_WRITE     (1ull << 1)
#define PAGE_USER      (1ull << 2)
#define PAGE_THROUGH   (1ull << 3) // selects write combining, see cpu.c
#define PAGE_UNCACHED  (1ull << 4)
#define PAGE_ACCESSED  (1ull << 5)
#define PAGE_DIRTY     (1ull << 6)
#define PAGE_LARGE     (1ull << 7)
#define PAGE_GLOBAL    (1ull << 8)
#define PAGE_NX        (1ull << 63)
#define PAGE_ADDRESS   0x000ffffffffff000ull
#define PAGE_CACHE     (PAGE_THROUGH | PAGE_UNCACHED)
#define TABLE_ENTRIES  512
#define SHIFT(level)   (12 + 9 * ((level)-1)) // of the addresses that one entry covers
#define NODE_OF(entry) (*(struct map_node **)((char *)(entry) + FRAME_BYTES))

// Where an address leads: to the entry of a page, or to the first empty one on the way.
struct place {
    uint64_t *entry;
    unsigned level;
};

static inline unsigned table_index(uint64_t address, unsigned level)
{
    return address >> SHIFT(level) & (TABLE_ENTRIES - 1);
}

// Pages are looked for to give them, or take them back, and to put them there.
enum place_use { PLACE_GIVE, PLACE_TAKE };

struct place place_walk(struct space *space, uint64_t address, enum place_use use);

// Most addresses have the table of small pages in common with the last one for the same use.
static inline struct place place_find(struct space *space, uint64_t address, enum place_use use)
{
    if (space->last[use].covered == address >> SHIFT(2))
        return (struct place){&space->last[use].table[table_index(address, 1)], 1};
    return place_walk(space, address, use);
}

// Goes down to a level through tables that are made, unless a page is in the way. Without an entry
// and with the reason in `status` if that fails.
struct place place_make(struct space *space, struct place place, uint64_t address, unsigned level,
                        enum l4_status *status);

// How far it is from an address to the end of the page there, or of the gap as far as one table
// shows it; at most `limit`. What looking costs goes off `steps`.
uint64_t place_rest(struct place place, uint64_t address, uint64_t limit, unsigned *steps);

// The table of small pages for UTCBs and information page, which every space has, made. Null if
// that fails.
uint64_t *table_system(struct space *space, enum l4_status *status);

// Kernel memory that this takes, beside the top table.
#define TABLE_SYSTEM_BYTES (5 * FRAME_BYTES)

// Gives back all tables below the top one, which have no pages in them but the kernel's. False if
// the steps were used up.
bool tables_drop(struct space *space, unsigned *steps);

#endif
