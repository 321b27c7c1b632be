// SPDX-License-Identifier: BSD-2-Clause
//
// Handle tables: everything but the look-up.
#include "handle_table.h"

void handle_table_init(struct handle_table *table, struct handle *slots, uint32_t slot_count)
{
    table->slots = slots;
    table->slot_count = slot_count;
    table->used_count = 0;
    // The kind says that a slot is free, and a free slot has no rights, which is all that the fast
    // paths look at; clearing the rest would only cost time.
    for (struct handle *slot = slots; slot < slots + slot_count; slot += HANDLES_AT_ONCE)
#pragma GCC unroll 16
        for (unsigned i = 0; i < HANDLES_AT_ONCE; i++) {
            slot[i].rights = 0;
            slot[i].kind = HANDLE_KIND_NONE;
        }
}

// The kernel keeps some handles outside all tables.
static void count(const struct handle *handle, int change)
{
    if (handle->table)
        handle->table->used_count += (uint32_t)change;
}

void handle_create(struct handle *slot, struct object *object, uint32_t kind, uint32_t rights,
                   uint64_t label, uint64_t mask)
{
    slot->object = object;
    slot->label = label;
    slot->mask = mask;
    slot->rights = rights;
    slot->kind = kind;
    slot->tree.place = 0;
    derivation_insert(&slot->tree, (struct derivation *)object);
    slot->table->used_count++;
}

bool handle_derive(struct handle *source, struct handle *slot, uint32_t rights, uint64_t label,
                   uint64_t mask)
{
    slot->tree.place = 0;
    if (!derivation_add(&slot->tree, &source->tree))
        return false;
    slot->object = source->object;
    slot->label = label;
    slot->mask = mask & source->mask;
    slot->rights = rights & source->rights;
    slot->kind = source->kind;
    count(slot, 1);
    return true;
}

static void handle_free(struct handle *handle)
{
    handle->rights = 0;
    handle->kind = HANDLE_KIND_NONE;
    count(handle, -1);
}

void handle_move(struct handle *source, struct handle *slot)
{
    struct handle_table *table = slot->table;
    *slot = *source;
    slot->table = table;
    slot->tree.place = 0;
    derivation_replace(&slot->tree, &source->tree);
    handle_free(source);
    count(slot, 1);
}

struct object *handle_close(struct handle *handle)
{
    struct object *object = handle->object;
    derivation_remove(&handle->tree);
    handle_free(handle);
    return object->handles ? 0 : object;
}

bool handle_end_one(struct object *object)
{
    // All go, so the order does not matter: whoever is first has nobody before it.
    if (!object->handles)
        return false;
    handle_close((struct handle *)object->handles);
    return true;
}
