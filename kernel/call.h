// SPDX-License-Identifier: BSD-2-Clause
//
// System calls as the C part sees them: named access to arguments and results, and the table.
#ifndef KERNEL_CALL_H
#define KERNEL_CALL_H

#include <abi/handle.h>
#include <abi/operation.h>
#include <abi/status.h>

#include "cpu.h"
#include "space.h"
#include "thread.h"

// Beside the codes of users, what an operation may return.
#define STATUS_BLOCKED 0x100 // the caller waits or its registers are already as they shall be
#define STATUS_RESTART 0x101 // the caller executes the same call again, after a look at interrupts

static inline uint64_t call_first(const struct thread *caller)
{
    return caller->registers.di;
}

static inline uint64_t call_second(const struct thread *caller)
{
    return caller->registers.si;
}

static inline uint64_t call_third(const struct thread *caller)
{
    return caller->registers.dx;
}

// Message word `index`, 0 … 5.
static inline uint64_t *call_word(struct thread *thread, unsigned index)
{
    static const uint8_t places[] = {
        __builtin_offsetof(struct registers, r8),  __builtin_offsetof(struct registers, r9),
        __builtin_offsetof(struct registers, r10), __builtin_offsetof(struct registers, bx),
        __builtin_offsetof(struct registers, r12), __builtin_offsetof(struct registers, r13),
    };
    return (uint64_t *)((char *)&thread->registers + places[index]);
}

// The caller's handle of that kind with these rights; null with the reason in `status`.
struct handle *call_handle(struct thread *caller, uint64_t slot, uint8_t kind, uint32_t rights,
                           enum l4_status *status);

// The space that a handle names, or the caller's own for 0.
struct space *call_space(struct thread *caller, uint64_t slot, enum l4_status *status);

// A free slot of the caller's table; null with the reason in `status`.
struct handle *call_free_slot(struct thread *caller, uint64_t slot, enum l4_status *status);

typedef unsigned (*operation)(struct thread *caller);

unsigned op_null(struct thread *caller);
unsigned op_call(struct thread *caller);
unsigned op_reply_wait(struct thread *caller);
unsigned op_exchange(struct thread *caller);
unsigned op_notify(struct thread *caller);
unsigned op_notify_wait(struct thread *caller);
unsigned op_wait(struct thread *caller);
unsigned op_send(struct thread *caller);
unsigned op_send_receive(struct thread *caller);
unsigned op_reply(struct thread *caller);
unsigned op_reply_save(struct thread *caller);
unsigned op_yield(struct thread *caller);
unsigned op_clock(struct thread *caller);
unsigned op_thread_create(struct thread *caller);
unsigned op_thread_start(struct thread *caller);
unsigned op_thread_control(struct thread *caller);
unsigned op_thread_state(struct thread *caller);
unsigned op_thread_cancel(struct thread *caller);
unsigned op_thread_delete(struct thread *caller);
unsigned op_thread_exit(struct thread *caller);
unsigned op_space_create(struct thread *caller);
unsigned op_space_control(struct thread *caller);
unsigned op_space_info(struct thread *caller);
unsigned op_space_map(struct thread *caller);
unsigned op_space_delete(struct thread *caller);
unsigned op_handle_copy(struct thread *caller);
unsigned op_handle_move(struct thread *caller);
unsigned op_handle_close(struct thread *caller);
unsigned op_handle_revoke(struct thread *caller);
unsigned op_handle_info(struct thread *caller);
unsigned op_memory_map(struct thread *caller);
unsigned op_unmap(struct thread *caller);
unsigned op_irq_create(struct thread *caller);
unsigned op_irq_attach(struct thread *caller);
unsigned op_irq_detach(struct thread *caller);
unsigned op_ports_map(struct thread *caller);
unsigned op_ports_unmap(struct thread *caller);
unsigned op_log_write(struct thread *caller);

#endif
