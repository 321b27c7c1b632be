// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications: bits that stay set until a wait takes them.
#include "ipc.h"

void notify_take(struct thread *thread)
{
    *call_word(thread, 0) = thread->bits;
    thread->bits = 0;
    thread->attention &= ~(uint32_t)ATTENTION_NOTIFICATION;
    thread->registers.di = 0;
    thread->registers.dx = L4_TAG(0, 1, 0) | L4_TAG_NOTIFICATION;
    thread->registers.ax = L4_STATUS_OK;
}

void notify(struct thread *thread, uint64_t bits)
{
    uint64_t wait = thread_wait(thread);
    if (!bits)
        return;
    thread->bits |= bits;
    thread->attention |= ATTENTION_NOTIFICATION;
    if (wait != WAIT_ANY && wait != WAIT_NOTIFICATION)
        return;
    notify_take(thread);
    ipc_wake(thread, L4_STATUS_OK);
}

// Notifies with those of the bits that the handle allows.
unsigned op_notify(struct thread *caller)
{
    notify(call_object(), call_second(caller) & caller->slots[call_first(caller)].mask);
    return L4_STATUS_OK;
}

unsigned op_notify_wait(struct thread *caller)
{
    notify(call_object(), caller->slots[call_first(caller)].mask);
    return op_reply_wait(caller);
}
