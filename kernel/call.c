// SPDX-License-Identifier: BSD-2-Clause
//
// The table of system calls and what all of them share.
#include "call.h"

#include "fast.h"
#include "handle.h"
#include "sched.h"

static const operation operations[L4_OP_COUNT] = {
#define CALL_ENTRY(name, number, lower) [number] = op_##lower,
    L4_OPERATIONS(CALL_ENTRY)
#undef CALL_ENTRY
};

#define SYSCALL_BYTES 2 // length of the instruction

// Entered from the assembler with all registers of the caller saved.
void call_slow(struct thread *caller)
{
    uint64_t number = caller->registers.ax;
    unsigned status = L4_STATUS_OPERATION;
    if (number < L4_OP_COUNT)
        status = operations[number](caller);
    if (status == STATUS_RESTART)
        caller->registers.ip -= SYSCALL_BYTES;
    else if (status != STATUS_BLOCKED)
        caller->registers.ax = status;
    if (this_cpu()->reschedule)
        schedule();
}

struct handle *call_handle(struct thread *caller, uint64_t slot, uint8_t kind, uint32_t rights,
                           enum l4_status *status)
{
    struct handle *handle = slot < caller->slot_count ? &caller->slots[slot] : 0;
    if (!handle || handle->kind == HANDLE_KIND_NONE)
        *status = L4_STATUS_HANDLE;
    else if (handle->kind != kind)
        *status = L4_STATUS_KIND;
    else if ((handle->rights & rights) != rights)
        *status = L4_STATUS_RIGHTS;
    else
        return handle;
    return 0;
}

struct thread *call_thread(struct thread *caller, uint64_t slot, uint32_t rights,
                           enum l4_status *status)
{
    struct handle *handle = call_handle(caller, slot, L4_KIND_THREAD, rights, status);
    return handle ? (struct thread *)handle->object : 0;
}

struct space *call_space(struct thread *caller, uint64_t slot, enum l4_status *status)
{
    if (slot == 0)
        return caller->space;
    struct handle *handle = call_handle(caller, slot, L4_KIND_SPACE, L4_RIGHT_CONTROL, status);
    struct space *space = handle ? (struct space *)handle->object : 0;
    if (!space || !space->ending)
        return space;
    *status = L4_STATUS_STATE;
    return 0;
}

struct handle *call_free_slot(struct thread *caller, uint64_t slot, enum l4_status *status)
{
    *status = L4_STATUS_SLOT;
    // Slot 0 stays empty for ever: it stands for "none" in arguments.
    return slot ? handle_free_slot(&caller->space->table, slot) : 0;
}

unsigned op_null(struct thread *caller)
{
    (void)caller;
    return L4_STATUS_OK;
}
