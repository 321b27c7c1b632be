// SPDX-License-Identifier: BSD-2-Clause
//
// Handle operations.

#include "ipc.h"
#include "irq.h"

#define CLOSE_STEPS      10 // of which a handle costs one or more
#define THREADS_PER_STEP 16 // that are looked at

// Threads that wait for one partner found it by a handle; without one they must not wait for ever.
// Tells them, and takes the cost off the steps. False: there are more of them.
static bool handle_leaves(const struct handle *handle, unsigned *steps)
{
    unsigned cost = 1;
    bool told = true;
    if (handle->kind == L4_KIND_THREAD && handle->table) {
        struct space *space = CONTAINER_OF(handle->table, struct space, table);
        cost += space->thread_count / THREADS_PER_STEP;
        told = ipc_forget(space, handle->object);
    }
    *steps -= cost < *steps ? cost : *steps;
    return told;
}

// Closes a handle that nothing is derived from; false if that takes another step.
static bool close_one(struct handle *handle, unsigned *steps)
{
    uint32_t kind = handle->kind;
    if (!handle_leaves(handle, steps))
        return false;
    struct object *object = handle_close(handle);
    if (object && kind == L4_KIND_REPLY)
        reply_abandon(CONTAINER_OF(object, struct endpoint, reply), L4_STATUS_ABANDONED);
    if (object && kind == L4_KIND_IRQ)
        irq_end((struct irq *)object);
    return true;
}

// Closes what was derived from a handle, leaves first, and with `self` the handle too; true when
// done.
static bool close_step(struct handle *top, bool self)
{
    struct derivation *leaf = &top->tree;
    unsigned steps = CLOSE_STEPS;
    while ((leaf = derivation_leaf(&top->tree, leaf))) {
        struct derivation *before = leaf->previous;
        if (!close_one((struct handle *)leaf, &steps) || !steps)
            return false;
        leaf = before;
    }
    return !self || close_one(top, &steps);
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
    for (unsigned steps = CLOSE_STEPS; steps;) {
        struct handle *handle = (struct handle *)object->handles;
        if (handle && handle == kept)
            handle = (struct handle *)handle->tree.next;
        if (!handle)
            return true;
        if (!handle_leaves(handle, &steps))
            return false;
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
    unsigned steps = CLOSE_STEPS;
    if (source && slot && !handle_leaves(source, &steps))
        return STATUS_RESTART;
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
