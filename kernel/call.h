// SPDX-License-Identifier: BSD-2-Clause
//
// System calls as the C part sees them: named access to arguments and results, and the table.
#ifndef KERNEL_CALL_H
#define KERNEL_CALL_H

#include <abi/handle.h>

#include "cpu.h"
#include "space.h"
#include "thread.h"

// Beside the codes of users, what an operation may return.
#define STATUS_BLOCKED 0x100 // the caller waits or its registers are already as they shall be
#define STATUS_RESTART 0x101 // the caller executes the same call again, after a look at interrupts

#define SYSCALL_BYTES 2 // length of the instruction

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

// The thread that a handle with these rights names; null with the reason in `status`.
struct thread *call_thread(struct thread *caller, uint64_t slot, uint32_t rights,
                           enum l4_status *status);

// The reply handle that the first argument names; null if it is none.
static inline struct handle *call_reply(const struct thread *caller)
{
    struct handle *handle = handle_any(&caller->space->table, call_first(caller));
    return handle && handle->kind == L4_KIND_REPLY ? handle : 0;
}

// The object that the first argument names, which has been seen to be what the table of operations
// says. For 0, if that is good: the caller's own space where a space is meant, else null.
static inline void *call_object(void)
{
    return this_cpu()->named;
}

// A slot of the caller's table if it is free; else null.
struct handle *call_free_slot(struct thread *caller, uint64_t slot);

// A system call that is not fast; all registers are saved. Entered from the assembler.
void call_slow(struct thread *caller);

// One function for each operation: op_null, op_call, …
#define CALL_DECLARATION(name, number, lower, kind, rights)                                        \
    unsigned op_##lower(struct thread *caller);
L4_OPERATIONS(CALL_DECLARATION)
#undef CALL_DECLARATION

#endif
