// SPDX-License-Identifier: BSD-2-Clause
//
// The table of system calls and what all of them share.
#include "call.h"

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

// Whether the first argument is what the operation needs; finds what it names.
static inline enum l4_status check_first(struct thread *caller, unsigned kinds, uint32_t rights)
{
    enum l4_status status;
    uint64_t slot = call_first(caller);
    uint8_t kind = kinds & ~(L4_OR_0 | L4_OR_REPLY);
    void *named = kind == L4_KIND_SPACE ? caller->space : 0;
    if (!kinds || (kinds & L4_OR_REPLY && call_reply(caller)))
        return L4_STATUS_OK;
    if (slot || !(kinds & L4_OR_0)) {
        struct handle *handle = call_handle(caller, slot, kind, rights, &status);
        if (!handle)
            return status;
        named = handle->object;
    }
    this_cpu()->named = named;
    // Nothing may be put into a space that is being taken apart.
    bool ending = kinds == (L4_KIND_SPACE | L4_OR_0) && ((struct space *)named)->ending;
    return ending ? L4_STATUS_STATE : L4_STATUS_OK;
}

// Entered from the assembler with all registers of the caller saved.
void call_slow(struct thread *caller)
{
    uint64_t number = caller->registers.ax;
    unsigned status = L4_STATUS_OPERATION;
    if (number < L4_OP_COUNT) {
        const struct operation *operation = &operations[number];
        status = check_first(caller, operation->kind, operation->rights);
        if (status == L4_STATUS_OK)
            status = operation->run(caller);
    }
    if (__builtin_expect(status < STATUS_BLOCKED, 1))
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
    bool there = slot < caller->slot_count;
    if (there && handle->kind == kind && !(rights & ~handle->rights))
        return handle;
    if (!there || handle->kind == HANDLE_KIND_NONE)
        *status = L4_STATUS_HANDLE;
    else
        *status = handle->kind == kind ? L4_STATUS_RIGHTS : L4_STATUS_KIND;
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
