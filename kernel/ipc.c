// SPDX-License-Identifier: BSD-2-Clause
//
// Sending and receiving; the fast paths in assembler do the frequent cases and come here for the
// rest.
//
// A thread sends, then perhaps receives. Sending finds the receiver waiting and delivers, or queues
// the sender at the receiver. Receiving finds a queued sender and takes its message, or sets
// `wait`. Delivering always happens in the moment that both sides agree, by whoever comes second.
// What follows for the sender is said by its wait argument, rsi, which every operation that sends
// has filled in.
//
// Interrupts (type ENDPOINT_IRQ) and faulting threads (thread->message) send through the same
// queues; only what is delivered and what an answer does is different.
#include "ipc.h"

#include "irq.h"
#include "sched.h"
#include "time.h"

static bool accepts(const struct thread *receiver, const struct endpoint *sender)
{
    uint64_t wait = thread_wait(receiver);
    return wait == WAIT_ANY || wait == (uint64_t)sender;
}

static void queue_sender(struct endpoint *sender, struct thread *receiver, uint64_t label)
{
    sender->partner = receiver;
    sender->label = label;
    list_append(&receiver->senders, &sender->queued);
    receiver->attention |= ATTENTION_SENDER;
}

void ipc_unqueue(struct endpoint *sender)
{
    struct thread *receiver = sender->partner;
    sender->partner = 0;
    list_remove(&receiver->senders, &sender->queued);
    if (!receiver->senders)
        receiver->attention &= ~(uint32_t)ATTENTION_SENDER;
}

struct endpoint *ipc_first_sender(const struct thread *receiver)
{
    return receiver->senders ? CONTAINER_OF(receiver->senders, struct endpoint, queued) : 0;
}

void ipc_wake(struct thread *thread, enum l4_status status)
{
    thread->end.wait = WAIT_NONE;
    thread->state = THREAD_READY;
    // A thread that waited for its pager or handler tries the same instruction again.
    if (thread->message == MESSAGE_USER)
        thread->registers.ax = status;
    thread->message = MESSAGE_USER;
    if (thread != this_cpu()->current)
        ready_append(thread);
}

// Copies words beyond the registers and items, and gives the receiver its registers.
static inline enum l4_status deliver_user(struct thread *sender, struct thread *receiver,
                                          uint64_t label)
{
    uint64_t tag = sender->registers.dx & ~(L4_TAG_KERNEL | L4_TAG_IRQ | L4_TAG_NOTIFICATION);
    unsigned words = l4_tag_words(tag);
    enum l4_status status = L4_STATUS_OK;
    if (words > L4_REGISTER_WORDS)
        copy_words(&receiver->utcb->words[L4_REGISTER_WORDS],
                   &sender->utcb->words[L4_REGISTER_WORDS], words - L4_REGISTER_WORDS);
    if (l4_tag_items(tag))
        status = items_transfer(sender, receiver, l4_tag_items(tag), false);
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        *call_word(receiver, i) = *call_word(sender, i);
    receiver->registers.di = label;
    receiver->registers.dx = tag;
    return status;
}

enum l4_status ipc_deliver(struct endpoint *sender, struct thread *receiver, uint64_t label)
{
    enum l4_status status = L4_STATUS_OK;
    // From here on it does not wait: a handle among the items may be the one by which it found the
    // sender, and who loses that is woken.
    receiver->end.wait = WAIT_NONE;
    receiver->state = THREAD_READY;
    if (sender->type == ENDPOINT_IRQ)
        irq_message(sender, receiver);
    else if (thread_of(sender)->message != MESSAGE_USER)
        fault_message(thread_of(sender), receiver, label);
    else
        status = deliver_user(thread_of(sender), receiver, label);
    receiver->registers.ax = L4_STATUS_OK;
    return status;
}

static uint32_t timeout_of(const struct thread *thread)
{
    return thread->message == MESSAGE_USER ? (uint32_t)(thread->registers.si >> 32) : L4_NEVER;
}

// A thread waits. What waits for the answer to a fault, or has special state, is not the fast
// paths'.
static inline unsigned block(struct thread *thread, uint64_t wait)
{
    // A sender that was queued has its timeout already, for both phases together.
    if (thread == this_cpu()->current) {
        uint32_t timeout_us = timeout_of(thread);
        if (timeout_us == 0)
            return L4_STATUS_TIMEOUT;
        time_limit(thread, timeout_us);
        this_cpu()->reschedule = true;
    }
    bool slow = thread->attention & ATTENTION_SPECIAL || thread->message != MESSAGE_USER;
    thread->end.wait = slow ? wait | WAIT_SLOW_BIT : wait;
    return STATUS_BLOCKED;
}

// The message of a sender is through: it waits for the answer, receives, or is done.
static inline unsigned go_on(struct thread *sender, struct thread *receiver, enum l4_status status)
{
    uint32_t from = (uint32_t)sender->registers.si;
    if (sender->message == MESSAGE_USER && from != L4_FROM_REPLY)
        return status == L4_STATUS_OK && from ? ipc_receive(sender, receiver) : status;
    // Items that did not arrive are the receiver's to see; the caller waits for the answer.
    unsigned blocked = block(sender, WAIT_REPLY);
    if (blocked == STATUS_BLOCKED)
        reply_owe(receiver, &sender->end);
    return blocked;
}

// The receiver takes the message of a sender that was queued. The sender may go on to receive, and
// find one queued that does the same, and so on for as many threads as there are: a receiver that
// is not the running thread takes its message when it runs, by a wait instead of its call. Should
// the sender be gone by then, the wait's timeout begins anew.
static unsigned take(struct thread *receiver, struct endpoint *sender)
{
    if (receiver != this_cpu()->current) {
        receiver->registers.ip -= SYSCALL_BYTES;
        receiver->registers.ax = L4_OP_WAIT;
        return STATUS_BLOCKED;
    }
    uint64_t label = sender->label;
    ipc_unqueue(sender);
    enum l4_status status = ipc_deliver(sender, receiver, label);
    if (sender->type == ENDPOINT_IRQ) {
        sender->wait = WAIT_IRQ;
        reply_owe(receiver, sender);
        return STATUS_BLOCKED;
    }
    struct thread *thread = thread_of(sender);
    thread->state = THREAD_READY;
    unsigned result = go_on(thread, receiver, status);
    if (result != STATUS_BLOCKED)
        ipc_wake(thread, (enum l4_status)result);
    else if (thread->end.wait == WAIT_NONE && thread != this_cpu()->current)
        ready_append(thread);
    return STATUS_BLOCKED;
}

unsigned ipc_receive(struct thread *thread, struct thread *partner)
{
    enum l4_status status;
    uint32_t from = (uint32_t)thread->registers.si;
    bool any = from == L4_FROM_ANY;
    if (any && thread->caller != &nobody)
        reply_abandon_caller(thread, L4_STATUS_ABANDONED);
    if ((any || from == L4_FROM_NOTIFICATION) && thread->bits) {
        notify_take(thread);
        return STATUS_BLOCKED;
    }
    if (any && thread->senders)
        return take(thread, ipc_first_sender(thread));
    if (any || from == L4_FROM_NOTIFICATION)
        return block(thread, any ? WAIT_ANY : WAIT_NOTIFICATION);
    if (from != L4_FROM_PARTNER || !partner)
        partner = call_thread(thread, from, L4_RIGHT_RECEIVE, &status);
    else if (call_thread(thread, call_first(thread), L4_RIGHT_RECEIVE, &status) != partner)
        return L4_STATUS_ENDED; // it lost the handle meanwhile, by which it would hear of the end
    if (!partner)
        return status;
    if (partner->state == THREAD_SENDING && partner->end.partner == thread &&
        partner->end.wait == WAIT_NONE)
        return take(thread, &partner->end);
    return block(thread, (uint64_t)partner);
}

// Delivers or queues the message of a thread.
static unsigned send(struct thread *sender, const struct handle *handle)
{
    struct thread *receiver = (struct thread *)handle->object;
    if (!accepts(receiver, &sender->end)) {
        queue_sender(&sender->end, receiver, handle->label);
        sender->state = THREAD_SENDING;
        time_limit(sender, timeout_of(sender));
        this_cpu()->reschedule = true;
        return STATUS_BLOCKED;
    }
    enum l4_status status = ipc_deliver(&sender->end, receiver, handle->label);
    ready_handoff(receiver);
    return go_on(sender, receiver, status);
}

bool ipc_kernel_call(struct thread *sender, const struct handle *target)
{
    if (target->kind != L4_KIND_THREAD || target->object == &sender->end.object)
        return false;
    this_cpu()->reschedule = true;
    sender->timeout = UINT64_MAX;
    send(sender, target);
    return true;
}

void ipc_offer(struct endpoint *sender, struct thread *receiver, uint64_t label)
{
    if (!accepts(receiver, sender)) {
        queue_sender(sender, receiver, label);
        return;
    }
    sender->wait = WAIT_IRQ;
    ipc_deliver(sender, receiver, label);
    reply_owe(receiver, sender);
    ready_append(receiver);
}

// What all operations share that send by a handle. The timeout covers sending and receiving.
static unsigned send_by_handle(struct thread *caller, uint64_t wait)
{
    struct handle *handle = &caller->slots[call_first(caller)];
    uint32_t from = (uint32_t)wait;
    caller->registers.si = wait;
    if (!ipc_tag_valid(caller))
        return L4_STATUS_MESSAGE;
    if (handle->kind == L4_KIND_REPLY) {
        if (from == L4_FROM_REPLY || from == L4_FROM_PARTNER)
            return L4_STATUS_ARGUMENT;
        enum l4_status status = reply_saved(caller, handle);
        return status == L4_STATUS_OK && from ? ipc_receive(caller, 0) : status;
    }
    if (from == L4_FROM_PARTNER && !(handle->rights & L4_RIGHT_RECEIVE))
        return L4_STATUS_RIGHTS;
    if (caller->registers.dx & L4_TAG_IMMEDIATE &&
        !accepts((struct thread *)handle->object, &caller->end))
        return L4_STATUS_NOT_READY;
    return send(caller, handle);
}

unsigned op_call(struct thread *caller)
{
    return send_by_handle(caller, L4_WAIT_SPEC(L4_FROM_REPLY, L4_NEVER));
}

unsigned op_exchange(struct thread *caller)
{
    return send_by_handle(caller, L4_WAIT_SPEC(L4_FROM_PARTNER, L4_NEVER));
}

unsigned op_send(struct thread *caller)
{
    return send_by_handle(caller, L4_WAIT_SPEC(L4_FROM_NOBODY, L4_NEVER));
}

unsigned op_send_receive(struct thread *caller)
{
    return send_by_handle(caller, call_second(caller));
}

unsigned op_wait(struct thread *caller)
{
    return ipc_receive(caller, 0);
}
