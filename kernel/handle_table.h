// SPDX-License-Identifier: BSD-2-Clause
//
// Handle tables: what a space may name, and who got a name from whom.
//
// A handle is a slot of its space's table: object, kind, rights, label, mask of notification bits.
// All handles to one object stand in one list, as derivation.h says. It serves revocation (all that
// was derived from a handle) and the end of an object (all its handles).
// Slots are chosen by the user of the table, who therefore knows what is free.
#ifndef KERNEL_HANDLE_TABLE_H
#define KERNEL_HANDLE_TABLE_H

#include "derivation.h"

#define HANDLE_KIND_NONE 0 // a free slot; the other kinds are the caller's

// First member of everything a handle may stand for.
struct object {
    struct derivation *handles; // first in preorder; null if nobody can name the object
};

struct handle {
    struct derivation tree;
    struct object *object;
    uint64_t label;             // what a receiver sees of the handle
    uint64_t mask;              // notification bits that may be set with it
    struct handle_table *table; // that the slot belongs to; null: kept by the kernel
    uint32_t rights;
    uint32_t kind;
};

_Static_assert(sizeof(struct handle) == 64, "a slot is a cache line");

#define HANDLES_AT_ONCE 16 // a table has a multiple of this

struct handle_table {
    struct handle *slots;
    uint32_t slot_count;
    uint32_t used_count;
};

// Makes an empty table in the given slots, whose memory the caller charged and keeps.
void handle_table_init(struct handle_table *table, struct handle *slots, uint32_t slot_count);

// The handle in a slot, of any kind; null if the slot is free or not there.
static inline struct handle *handle_any(const struct handle_table *table, uint64_t slot)
{
    if (slot >= table->slot_count || table->slots[slot].kind == HANDLE_KIND_NONE)
        return 0;
    return &table->slots[slot];
}

// The slot if it is there and free; else null.
static inline struct handle *handle_free_slot(struct handle_table *table, uint64_t slot)
{
    if (slot >= table->slot_count || table->slots[slot].kind != HANDLE_KIND_NONE)
        return 0;
    table->slots[slot].table = table;
    return &table->slots[slot];
}

// Puts the first handle to an object into a free slot: all rights that the caller gives it.
void handle_create(struct handle *slot, struct object *object, uint32_t kind, uint32_t rights,
                   uint64_t label, uint64_t mask);

// Derives a handle into a free slot: rights and mask are cut to those of the source. False, and
// nothing done, if the source stands at the greatest depth.
bool handle_derive(struct handle *source, struct handle *slot, uint32_t rights, uint64_t label,
                   uint64_t mask);

// Moves a handle with all its relations to a free slot; the source slot becomes free.
void handle_move(struct handle *source, struct handle *slot);

// Closes a handle that nothing is derived from (revoke first: as with mappings, what is to stay
// must be moved, not derived). Returns the object if this was its last handle, else null.
struct object *handle_close(struct handle *handle);

// Removes one handle of an object that ends; false if there is none left.
bool handle_end_one(struct object *object);

#endif
