// SPDX-License-Identifier: BSD-2-Clause
//
// Handle operations.

#include "ipc.h"
#include "irq.h"

#define CLOSE_STEPS      32 // of which a handle costs one or more
#define THREADS_PER_STEP 8  // that are looked at

// Threads that wait for one partner found it by a handle; without one they must not wait for ever.
// Returns what that cost in steps.
static unsigned handle_leaves(const struct handle *handle)
{
    if (handle->kind != L4_KIND_THREAD || !handle->table)
        return 1;
    struct space *space = CONTAINER_OF(handle->table, struct space, table);
    const struct object *object = handle->object;
    ipc_forget(space, &object, 1);
    return 1 + space->thread_count / THREADS_PER_STEP;
}

// Closes a handle that nothing is derived from. Returns the cost.
static unsigned close_one(struct handle *handle)
{
    uint32_t kind = handle->kind;
    unsigned cost = handle_leaves(handle);
    struct object *object = handle_close(handle);
    if (object && kind == L4_KIND_REPLY)
        reply_abandon(CONTAINER_OF(object, struct endpoint, reply), L4_STATUS_ABANDONED);
    if (object && kind == L4_KIND_IRQ)
        irq_end((struct irq *)object);
    return cost;
}

// Closes what was derived from a handle, leaves first, and with `self` the handle too; true when
// done.
static bool close_step(struct handle *top, bool self)
{
    struct derivation *leaf = &top->tree;
    unsigned steps = 0;
    while ((leaf = derivation_leaf(&top->tree, leaf))) {
        struct derivation *before = leaf->previous;
        steps += close_one((struct handle *)leaf);
        leaf = before;
        if (steps >= CLOSE_STEPS)
            return false;
    }
    if (self)
        close_one(top);
    return true;
}

bool handle_close_step(struct handle *handle)
{
    return close_step(handle, true);
}

enum l4_status handle_pass(struct handle *source, struct handle *slot, bool move, uint32_t rights)
{
    if (!source)
        return L4_STATUS_HANDLE;
    if (!slot)
        return L4_STATUS_SLOT;
    if (move) {
        handle_move(source, slot);
        return L4_STATUS_OK;
    }
    if (source->kind == L4_KIND_REPLY)
        return L4_STATUS_KIND;
    bool done = handle_derive(source, slot, rights, source->label, source->mask);
    return done ? L4_STATUS_OK : L4_STATUS_ARGUMENT;
}

bool handle_end_step(struct object *object, const struct handle *kept)
{
    for (unsigned steps = 0; steps < CLOSE_STEPS;) {
        struct handle *handle = (struct handle *)object->handles;
        if (handle && handle == kept)
            handle = (struct handle *)handle->tree.next;
        if (!handle)
            return true;
        steps += handle_leaves(handle);
        handle_close(handle);
    }
    return false;
}

// The handle that the second argument names.
static struct handle *own_handle(struct thread *caller)
{
    return handle_any(&caller->space->table, call_second(caller));
}

// The slot that the third argument names, in the space that the first one names, if it is free.
static struct handle *free_slot(struct thread *caller)
{
    struct space *space = call_object();
    return call_third(caller) ? handle_free_slot(&space->table, call_third(caller)) : 0;
}

unsigned op_handle_copy(struct thread *caller)
{
    struct handle *source = own_handle(caller), *slot = free_slot(caller);
    enum l4_status status = handle_pass(source, slot, false, (uint32_t)*call_word(caller, 0));
    if (status != L4_STATUS_OK)
        return status;
    slot->mask &= *call_word(caller, 2);
    if (source->rights & L4_RIGHT_MINT && !*call_word(caller, 3))
        slot->label = *call_word(caller, 1);
    return L4_STATUS_OK;
}

unsigned op_handle_move(struct thread *caller)
{
    struct handle *source = own_handle(caller), *slot = free_slot(caller);
    if (source && slot)
        handle_leaves(source);
    return handle_pass(source, slot, true, 0);
}

static unsigned close_named(struct handle *handle, bool self)
{
    if (!handle)
        return L4_STATUS_HANDLE;
    return close_step(handle, self) ? L4_STATUS_OK : L4_STATUS_AGAIN;
}

unsigned op_handle_close(struct thread *caller)
{
    const struct space *space = call_object();
    return close_named(handle_any(&space->table, call_second(caller)), true);
}

unsigned op_handle_revoke(struct thread *caller)
{
    return close_named(own_handle(caller), false);
}

unsigned op_handle_info(struct thread *caller)
{
    struct handle *handle = own_handle(caller);
    if (!handle)
        return L4_STATUS_HANDLE;
    *call_word(caller, 0) = handle->kind;
    *call_word(caller, 1) = handle->rights;
    *call_word(caller, 2) = handle->label;
    *call_word(caller, 3) = handle->mask;
    return L4_STATUS_OK;
}
