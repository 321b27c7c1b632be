// SPDX-License-Identifier: BSD-2-Clause
//
// Threads: creation, start, control, end.
#ifndef L4_THREAD_H
#define L4_THREAD_H

#include <abi/fault.h>
#include <l4/call.h>

struct l4_thread_state {
    uint64_t ticks; // of the time-stamp counter, spent running
    uint64_t state; // L4_THREAD_IS_…
    uint64_t priority;
    uint64_t ip;
    uint64_t sp;
    uint64_t preemptions;
};

// Creates a thread in `space` (handle with CONTROL), not started yet. `slot` gets the handle with
// all rights. `utcb` may be null; gets the UTCB's address in the space. The memory is charged to
// `space`.
L4_INLINE enum l4_status l4_thread_create(l4_handle_t space, l4_handle_t slot, unsigned priority,
                                          uint64_t label, uint64_t *utcb)
{
    struct l4_message message = {.w = {label}};
    enum l4_status status = l4_system_call(L4_OP_THREAD_CREATE, space, slot, priority, &message);
    if (utcb)
        *utcb = message.w[0];
    return status;
}

// Starts a new thread. It finds `argument` in rdi and its UTCB's address in rsi.
L4_INLINE enum l4_status l4_thread_start(l4_handle_t thread, uint64_t ip, uint64_t sp,
                                         uint64_t argument)
{
    struct l4_message message = {.w = {ip, sp, argument}};
    return l4_system_call(L4_OP_THREAD_START, thread, 0, 0, &message);
}

// Starts a new thread by asking its pager where (L4_PROTOCOL_START).
L4_INLINE enum l4_status l4_thread_start_by_pager(l4_handle_t thread)
{
    return l4_thread_start(thread, 0, 0, 0);
}

// Changes one field, L4_THREAD_… of <abi/operation.h>.
L4_INLINE enum l4_status l4_thread_control(l4_handle_t thread, unsigned field, uint64_t value,
                                           uint64_t second)
{
    struct l4_message message = {.w = {second}};
    return l4_system_call(L4_OP_THREAD_CONTROL, thread, field, value, &message);
}

// What a thread is doing; `thread` 0: the calling one.
L4_INLINE enum l4_status l4_thread_state(l4_handle_t thread, struct l4_thread_state *state)
{
    struct l4_message message = {0};
    enum l4_status status = l4_system_call(L4_OP_THREAD_STATE, thread, 0, 0, &message);
    *state = (struct l4_thread_state){message.w[0], message.w[1], message.w[2],
                                      message.w[3], message.w[4], message.w[5]};
    return status;
}

// Takes a thread out of its wait (it gets CANCELLED) or its run; with `ip` it goes on there.
L4_INLINE enum l4_status l4_thread_cancel(l4_handle_t thread, uint64_t ip, uint64_t sp)
{
    return l4_short_call(L4_OP_THREAD_CANCEL, thread, ip, sp);
}

// Ends a thread. Its partners get ENDED, its handles vanish from all tables.
L4_INLINE enum l4_status l4_thread_delete(l4_handle_t thread)
{
    enum l4_status status;
    do {
        status = l4_short_call(L4_OP_THREAD_DELETE, thread, 0, 0);
    } while (status == L4_STATUS_AGAIN);
    return status;
}

// Ends the calling thread. Who watches it is told that, no more.
L4_INLINE __attribute__((noreturn)) void l4_exit(void)
{
    for (;;)
        l4_short_call(L4_OP_THREAD_EXIT, 0, 0, 0);
}

#endif
