// SPDX-License-Identifier: BSD-2-Clause
//
// Answers, and what becomes of those who wait when a partner goes away.
//
// A call leaves the caller waiting with WAIT_REPLY and remembered in the receiver's `caller`. It
// can be answered, saved in a handle, or abandoned; in each case the memory of it goes first, so
// that `caller` always names somebody who waits for exactly this answer.
#include "ipc.h"
#include "irq.h"
#include "sched.h"

#define FORGET_STEPS 8 // threads that are woken

struct endpoint nobody;

void reply_owe(struct thread *server, struct endpoint *caller)
{
    if (server->caller != &nobody)
        reply_abandon_caller(server, L4_STATUS_ABANDONED);
    server->caller = caller;
    caller->partner = server;
}

// Whom a server owes an answer, who is forgotten.
static struct endpoint *forget_caller(struct thread *server)
{
    struct endpoint *caller = server->caller;
    server->caller = &nobody;
    caller->partner = 0;
    return caller;
}

void reply_abandon(struct endpoint *caller, enum l4_status status)
{
    // An interrupt nobody will answer stays masked.
    if (caller == &nobody || caller->type == ENDPOINT_IRQ)
        return;
    struct thread *thread = thread_of(caller);
    if (status == L4_STATUS_ABANDONED && thread->message != MESSAGE_USER)
        thread_fault(thread, "its pager or handler does not answer");
    else
        ipc_wake(thread, status);
}

void reply_abandon_caller(struct thread *server, enum l4_status status)
{
    reply_abandon(forget_caller(server), status);
}

// The answer to a caller that is known to wait for it.
static enum l4_status answer(struct thread *server, struct endpoint *caller)
{
    if (caller->type == ENDPOINT_IRQ) {
        irq_answered(caller);
        return L4_STATUS_OK;
    }
    struct thread *thread = thread_of(caller);
    if (thread->message != MESSAGE_USER) {
        fault_answered(thread, server);
        return L4_STATUS_OK;
    }
    enum l4_status status = ipc_deliver(&server->end, thread, 0);
    ready_handoff(thread);
    return status;
}

enum l4_status reply_saved(struct thread *server, struct handle *handle)
{
    struct endpoint *caller = CONTAINER_OF(handle->object, struct endpoint, reply);
    handle_close(handle);
    return answer(server, caller);
}

unsigned op_reply(struct thread *caller)
{
    if (caller->caller == &nobody)
        return L4_STATUS_NO_CALLER;
    return ipc_tag_valid(caller) ? answer(caller, forget_caller(caller)) : L4_STATUS_MESSAGE;
}

unsigned op_reply_wait(struct thread *caller)
{
    // The answer's fate does not matter to a server: who is gone needs none.
    return op_reply(caller) == L4_STATUS_MESSAGE ? L4_STATUS_MESSAGE : ipc_receive(caller, 0);
}

unsigned op_reply_save(struct thread *caller)
{
    if (caller->caller == &nobody)
        return L4_STATUS_NO_CALLER;
    struct handle *slot = call_free_slot(caller, call_first(caller));
    if (!slot)
        return L4_STATUS_SLOT;
    handle_create(slot, &forget_caller(caller)->reply, L4_KIND_REPLY, 0, 0, 0);
    return L4_STATUS_OK;
}

bool ipc_waits(const struct thread *thread)
{
    return thread->end.wait != WAIT_NONE || thread->state == THREAD_SENDING;
}

void ipc_abort(struct thread *thread, enum l4_status status)
{
    if (!ipc_waits(thread))
        return;
    if (thread->end.wait == WAIT_NONE) {
        ipc_unqueue(&thread->end);
    } else if (thread_wait(thread) == WAIT_REPLY) {
        if (thread->end.partner)
            forget_caller(thread->end.partner);
        handle_end_one(&thread->end.reply);
    }
    ipc_wake(thread, status);
}

bool ipc_forget(struct space *space, const struct object *object)
{
    unsigned steps = FORGET_STEPS;
    for (struct link *link = space->members; link; link = list_next(space->members, link)) {
        struct thread *each = CONTAINER_OF(link, struct thread, in_space);
        if (thread_wait(each) != (uint64_t)object)
            continue;
        if (!steps--)
            return false;
        ipc_wake(each, L4_STATUS_ENDED);
    }
    return true;
}

bool ipc_end_step(struct thread *thread)
{
    reply_abandon_caller(thread, L4_STATUS_ENDED);
    struct endpoint *sender = ipc_first_sender(thread);
    if (!sender)
        return true;
    ipc_unqueue(sender);
    if (sender->type == ENDPOINT_THREAD)
        ipc_wake(thread_of(sender), L4_STATUS_ENDED);
    return false;
}
