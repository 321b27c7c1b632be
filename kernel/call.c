// SPDX-License-Identifier: BSD-2-Clause
//
// The table of system calls and what all of them share.
#include "call.h"

#include "fast.h"
#include "handle.h"
#include "sched.h"

static const operation operations[L4_OP_COUNT] = {
    [L4_OP_NULL] = op_null,
    [L4_OP_CALL] = op_call,
    [L4_OP_REPLY_WAIT] = op_reply_wait,
    [L4_OP_EXCHANGE] = op_exchange,
    [L4_OP_NOTIFY] = op_notify,
    [L4_OP_WAIT] = op_wait,
    [L4_OP_SEND] = op_send,
    [L4_OP_SEND_RECEIVE] = op_send_receive,
    [L4_OP_REPLY] = op_reply,
    [L4_OP_REPLY_SAVE] = op_reply_save,
    [L4_OP_YIELD] = op_yield,
    [L4_OP_CLOCK] = op_clock,
    [L4_OP_THREAD_CREATE] = op_thread_create,
    [L4_OP_THREAD_START] = op_thread_start,
    [L4_OP_THREAD_CONTROL] = op_thread_control,
    [L4_OP_THREAD_STATE] = op_thread_state,
    [L4_OP_THREAD_CANCEL] = op_thread_cancel,
    [L4_OP_THREAD_DELETE] = op_thread_delete,
    [L4_OP_THREAD_EXIT] = op_thread_exit,
    [L4_OP_SPACE_CREATE] = op_space_create,
    [L4_OP_SPACE_CONTROL] = op_space_control,
    [L4_OP_SPACE_INFO] = op_space_info,
    [L4_OP_SPACE_MAP] = op_space_map,
    [L4_OP_SPACE_DELETE] = op_space_delete,
    [L4_OP_HANDLE_COPY] = op_handle_copy,
    [L4_OP_HANDLE_MOVE] = op_handle_move,
    [L4_OP_HANDLE_CLOSE] = op_handle_close,
    [L4_OP_HANDLE_REVOKE] = op_handle_revoke,
    [L4_OP_HANDLE_INFO] = op_handle_info,
    [L4_OP_MEMORY_MAP] = op_memory_map,
    [L4_OP_UNMAP] = op_unmap,
    [L4_OP_IRQ_CREATE] = op_irq_create,
    [L4_OP_IRQ_ATTACH] = op_irq_attach,
    [L4_OP_IRQ_DETACH] = op_irq_detach,
    [L4_OP_PORTS_MAP] = op_ports_map,
    [L4_OP_PORTS_UNMAP] = op_ports_unmap,
    [L4_OP_LOG_WRITE] = op_log_write,
    [L4_OP_NOTIFY_WAIT] = op_notify_wait,
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
