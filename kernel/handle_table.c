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
    for (uint32_t i = 0; i < slot_count; i++) {
        slots[i].kind = HANDLE_KIND_NONE;
        slots[i].rights = 0;
        slots[i].table = table;
    }
}

// The kernel keeps some handles outside all tables.
static void count(const struct handle *handle, int change)
{
    if (handle->table)
        handle->table->used_count += (uint32_t)change;
}

static void handle_link(struct handle *handle, struct handle *previous, struct handle *next)
{
    count(handle, 1);
    handle->previous = previous;
    handle->next = next;
    if (previous)
        previous->next = handle;
    else
        handle->object->handles = handle;
    if (next)
        next->previous = handle;
}

void handle_create(struct handle *slot, struct object *object, uint8_t kind, uint32_t rights,
                   uint64_t label, uint64_t mask)
{
    slot->object = object;
    slot->label = label;
    slot->mask = mask;
    slot->rights = rights;
    slot->depth = 0;
    slot->kind = kind;
    handle_link(slot, 0, object->handles);
}

// All but the table, to which a slot belongs for ever, and the place in the list.
static void handle_fill(struct handle *slot, const struct handle *source, unsigned depth)
{
    slot->object = source->object;
    slot->label = source->label;
    slot->mask = source->mask;
    slot->rights = source->rights;
    slot->depth = (uint16_t)depth;
    slot->kind = source->kind;
}

bool handle_derive(struct handle *source, struct handle *slot, uint32_t rights, uint64_t label,
                   uint64_t mask)
{
    if (source->depth == HANDLE_DEPTH_MAX)
        return false;
    handle_fill(slot, source, source->depth + 1);
    slot->label = label;
    slot->mask = mask & source->mask;
    slot->rights = rights & source->rights;
    handle_link(slot, source, source->next);
    return true;
}

void handle_move(struct handle *source, struct handle *slot)
{
    handle_fill(slot, source, source->depth);
    source->kind = HANDLE_KIND_NONE;
    source->rights = 0;
    count(source, -1);
    handle_link(slot, source->previous, source->next);
}

static void handle_unlink(struct handle *handle)
{
    count(handle, -1);
    if (handle->previous)
        handle->previous->next = handle->next;
    else
        handle->object->handles = handle->next;
    if (handle->next)
        handle->next->previous = handle->previous;
    handle->kind = HANDLE_KIND_NONE;
    handle->rights = 0;
}

struct object *handle_close(struct handle *handle)
{
    struct object *object = handle->object;
    handle_unlink(handle);
    return object->handles ? 0 : object;
}

struct handle *handle_leaf(struct handle *top, struct handle *from)
{
    while (from->next && from->next->depth > from->depth)
        from = from->next;
    return from == top ? 0 : from;
}

bool handle_end_one(struct object *object)
{
    // All go, so the order does not matter: whoever is first has nobody before it.
    if (!object->handles)
        return false;
    handle_unlink(object->handles);
    return true;
}
