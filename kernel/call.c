// SPDX-License-Identifier: BSD-2-Clause
//
// The table of system calls and what all of them share.
#include "call.h"

#include "fast.h"
#include "sched.h"

static const struct operation {
    unsigned (*run)(struct thread *caller);
    uint8_t kind; // of the first argument, or L4_OR_...
    uint8_t rights;
} operations[L4_OP_COUNT] = {
#define CALL_ENTRY(name, number, lower, kind, rights) [number] = {op_##lower, kind, rights},
    L4_OPERATIONS(CALL_ENTRY)
#undef CALL_ENTRY
};

// Whether the first argument is what the operation needs.
static inline enum l4_status check_first(struct thread *caller, unsigned kinds, uint32_t rights)
{
    enum l4_status status = L4_STATUS_OK;
    uint64_t slot = call_first(caller);
    if ((slot || !(kinds & L4_OR_0)) && !(kinds & L4_OR_REPLY && call_reply(caller)))
        call_handle(caller, slot, (uint8_t)(kinds & ~(L4_OR_0 | L4_OR_REPLY)), rights, &status);
    // Nothing may be put into a space that is being taken apart.
    if (kinds == (L4_KIND_SPACE | L4_OR_0) && status == L4_STATUS_OK && call_space(caller)->ending)
        status = L4_STATUS_STATE;
    return status;
}

// Entered from the assembler with all registers of the caller saved.
void call_slow(struct thread *caller)
{
    uint64_t number = caller->registers.ax;
    unsigned status = L4_STATUS_OPERATION;
    if (number < L4_OP_COUNT) {
        const struct operation *operation = &operations[number];
        status = L4_STATUS_OK;
        if (operation->kind != L4_KIND_NONE)
            status = check_first(caller, operation->kind, operation->rights);
        if (status == L4_STATUS_OK)
            status = operation->run(caller);
    }
    if (status < STATUS_BLOCKED)
        caller->registers.ax = status;
    else if (status == STATUS_RESTART)
        caller->registers.ip -= SYSCALL_BYTES;
    if (this_cpu()->reschedule)
        schedule();
}

struct handle *call_handle(struct thread *caller, uint64_t slot, uint8_t kind, uint32_t rights,
                           enum l4_status *status)
{
    struct handle *handle = &caller->slots[slot];
    if (slot >= caller->slot_count || handle->kind == HANDLE_KIND_NONE)
        *status = L4_STATUS_HANDLE;
    else if (handle->kind != kind)
        *status = L4_STATUS_KIND;
    else if (rights & ~handle->rights)
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

struct handle *call_free_slot(struct thread *caller, uint64_t slot)
{
    // Slot 0 stays empty for ever: it stands for "none" in arguments.
    return slot ? handle_free_slot(&caller->space->table, slot) : 0;
}

unsigned op_null(struct thread *caller)
{
    (void)caller;
    return L4_STATUS_OK;
}
