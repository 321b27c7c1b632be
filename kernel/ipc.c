// SPDX-License-Identifier: BSD-2-Clause
//
// IPC, the whole of it; the fast paths in assembler do the frequent cases and come here for the
// rest.
//
// A thread sends, then perhaps receives. Sending finds the receiver waiting and delivers, or queues
// the sender at the receiver. Receiving finds a queued sender and takes its message, or sets
// `wait`. Delivering always happens in the moment that both sides agree, by whoever comes second.
//
// A call leaves the caller waiting with WAIT_REPLY and remembered in the receiver's `caller`. It
// can be answered, saved in a handle, or abandoned; in each case the memory of it goes first, so
// that `caller` always names somebody who waits for exactly this answer.
//
// Interrupts (type ENDPOINT_IRQ) and faulting threads (thread->message) send through the same
// queues; only what is delivered and what an answer does is different.
#include "ipc.h"

#include "fast.h"

#include "fault.h"
#include "irq.h"
#include "item.h"
#include "sched.h"
#include "time.h"
#include "x86.h"

struct endpoint nobody;

static uint64_t wait_word(const struct thread *thread, uint64_t wait)
{
    return thread->attention & ATTENTION_SPECIAL ? wait | WAIT_SLOW_BIT : wait;
}

bool ipc_accepts(const struct thread *receiver, const struct endpoint *sender)
{
    uint64_t wait = receiver->end.wait & ~(uint64_t)WAIT_SLOW_BIT;
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

static struct endpoint *first_sender(const struct thread *receiver)
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
    } else if ((thread->end.wait & ~(uint64_t)WAIT_SLOW_BIT) == WAIT_REPLY) {
        if (thread->end.partner)
            thread->end.partner->caller = &nobody;
        thread->end.partner = 0;
        handle_end_one(&thread->end.reply);
    }
    ipc_wake(thread, status);
}

void ipc_abandon_caller(struct thread *server, enum l4_status status)
{
    struct endpoint *caller = server->caller;
    server->caller = &nobody;
    ipc_abandon(caller, status);
}

void ipc_abandon(struct endpoint *caller, enum l4_status status)
{
    caller->partner = 0;
    // An interrupt nobody will answer stays masked.
    if (caller == &nobody || caller->type == ENDPOINT_IRQ)
        return;
    struct thread *thread = thread_of(caller);
    if (status == L4_STATUS_ABANDONED && thread->message != MESSAGE_USER)
        thread_fault(thread, "its pager or handler does not answer");
    else
        ipc_wake(thread, status);
}

void ipc_forget(struct space *space, struct thread *thread)
{
    for (struct link *link = space->members; link; link = list_next(space->members, link)) {
        struct thread *each = CONTAINER_OF(link, struct thread, in_space);
        if ((each->end.wait & ~(uint64_t)WAIT_SLOW_BIT) == (uint64_t)thread)
            ipc_wake(each, L4_STATUS_ENDED);
    }
}

bool ipc_end_step(struct thread *thread)
{
    ipc_abandon_caller(thread, L4_STATUS_ENDED);
    struct endpoint *sender = first_sender(thread);
    if (!sender)
        return true;
    ipc_unqueue(sender);
    if (sender->type == ENDPOINT_THREAD)
        ipc_wake(thread_of(sender), L4_STATUS_ENDED);
    return false;
}

// Copies words beyond the registers and items, and gives the receiver its registers.
static enum l4_status deliver_user(struct thread *sender, struct thread *receiver, uint64_t label)
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

// The receiver has the message and goes on.
static enum l4_status deliver(struct endpoint *sender, struct thread *receiver, uint64_t label)
{
    enum l4_status status = L4_STATUS_OK;
    if (sender->type == ENDPOINT_IRQ)
        irq_message(sender, receiver);
    else if (thread_of(sender)->message != MESSAGE_USER)
        fault_message(thread_of(sender), receiver, label);
    else
        status = deliver_user(thread_of(sender), receiver, label);
    receiver->end.wait = WAIT_NONE;
    receiver->state = THREAD_READY;
    receiver->registers.ax = L4_STATUS_OK;
    return status;
}

static void owe(struct thread *server, struct endpoint *caller)
{
    if (server->caller != &nobody)
        ipc_abandon_caller(server, L4_STATUS_ABANDONED);
    server->caller = caller;
    caller->partner = server;
}

// What a sender's call makes it do after its message is through.
enum after { AFTER_SEND, AFTER_CALL, AFTER_RECEIVE };

static enum after after_send(const struct thread *sender)
{
    if (sender->message != MESSAGE_USER || sender->registers.ax == L4_OP_CALL)
        return AFTER_CALL;
    if (sender->registers.ax == L4_OP_EXCHANGE)
        return AFTER_RECEIVE;
    if (sender->registers.ax != L4_OP_SEND_RECEIVE)
        return AFTER_SEND;
    return (uint32_t)sender->registers.si == L4_FROM_REPLY ? AFTER_CALL : AFTER_RECEIVE;
}

static unsigned receive(struct thread *thread, struct thread *partner);

// The message of a thread that was queued has been taken: it waits for the answer, receives, or is
// done.
static void sender_goes_on(struct thread *sender, struct thread *receiver, enum l4_status status)
{
    switch (after_send(sender)) {
    case AFTER_CALL:
        sender->end.wait = wait_word(sender, WAIT_REPLY);
        sender->state = THREAD_READY;
        owe(receiver, &sender->end);
        return;
    case AFTER_RECEIVE:
        if (status == L4_STATUS_OK) {
            sender->state = THREAD_READY;
            unsigned result = receive(sender, receiver);
            if (result == STATUS_BLOCKED) {
                if (sender->end.wait == WAIT_NONE && sender != this_cpu()->current)
                    ready_append(sender);
                return;
            }
            status = (enum l4_status)result;
        }
        break;
    case AFTER_SEND:
        break;
    }
    ipc_wake(sender, status);
}

static void take(struct thread *receiver, struct endpoint *sender)
{
    uint64_t label = sender->label;
    ipc_unqueue(sender);
    enum l4_status status = deliver(sender, receiver, label);
    if (sender->type == ENDPOINT_IRQ) {
        sender->wait = WAIT_IRQ;
        owe(receiver, sender);
        return;
    }
    sender_goes_on(thread_of(sender), receiver, status);
}

static void take_notification(struct thread *thread)
{
    *call_word(thread, 0) = thread->bits;
    thread->bits = 0;
    thread->attention &= ~(uint32_t)ATTENTION_NOTIFICATION;
    thread->registers.di = 0;
    thread->registers.dx = L4_TAG(0, 1, 0) | L4_TAG_NOTIFICATION;
    thread->registers.ax = L4_STATUS_OK;
}

static unsigned block(struct thread *thread, uint64_t wait, uint32_t timeout_us)
{
    // A sender that was queued has its timeout already, for both phases together.
    if (thread == this_cpu()->current) {
        if (timeout_us == 0)
            return L4_STATUS_TIMEOUT;
        time_limit(thread, timeout_us);
        this_cpu()->reschedule = true;
    }
    thread->end.wait = wait_word(thread, wait);
    return STATUS_BLOCKED;
}

static unsigned receive_closed(struct thread *thread, struct thread *from, uint32_t timeout_us)
{
    if (from->state == THREAD_SENDING && from->end.partner == thread &&
        from->end.wait == WAIT_NONE) {
        take(thread, &from->end);
        return STATUS_BLOCKED;
    }
    return block(thread, (uint64_t)from, timeout_us);
}

// The receive phase as the thread's wait argument says. BLOCKED: it waits, or has its message and
// registers already. `partner`: whom it sent to, if it did.
static unsigned receive(struct thread *thread, struct thread *partner)
{
    uint32_t from = (uint32_t)thread->registers.si;
    uint32_t timeout_us = (uint32_t)(thread->registers.si >> 32);
    if (thread->registers.ax == L4_OP_EXCHANGE) {
        from = L4_FROM_PARTNER;
        timeout_us = L4_NEVER;
    }
    if (from == L4_FROM_ANY || from == L4_FROM_NOTIFICATION) {
        if (from == L4_FROM_ANY && thread->caller != &nobody)
            ipc_abandon_caller(thread, L4_STATUS_ABANDONED);
        if (thread->bits) {
            take_notification(thread);
            return STATUS_BLOCKED;
        }
        if (from == L4_FROM_ANY && thread->senders) {
            take(thread, first_sender(thread));
            return STATUS_BLOCKED;
        }
        uint64_t wait = from == L4_FROM_ANY ? WAIT_ANY : WAIT_NOTIFICATION;
        return block(thread, wait, timeout_us);
    }
    if (from == L4_FROM_PARTNER && partner)
        return receive_closed(thread, partner, timeout_us);
    enum l4_status status;
    partner = call_thread(thread, from, L4_RIGHT_RECEIVE, &status);
    return partner ? receive_closed(thread, partner, timeout_us) : status;
}

static bool tag_valid(uint64_t tag)
{
    return l4_tag_words(tag) <= L4_WORDS_MAX && l4_tag_items(tag) <= L4_ITEMS_MAX;
}

// The answer to a caller that is known to wait for it. The caller was forgotten before.
static enum l4_status answer(struct thread *server, struct endpoint *caller)
{
    caller->partner = 0;
    if (caller->type == ENDPOINT_IRQ) {
        irq_answered(caller);
        return L4_STATUS_OK;
    }
    struct thread *thread = thread_of(caller);
    if (thread->message != MESSAGE_USER) {
        fault_answered(thread, server);
        return L4_STATUS_OK;
    }
    enum l4_status status = deliver(&server->end, thread, 0);
    ready_handoff(thread);
    return status;
}

static enum l4_status reply(struct thread *server)
{
    if (server->caller == &nobody)
        return L4_STATUS_NO_CALLER;
    if (!tag_valid(server->registers.dx))
        return L4_STATUS_MESSAGE;
    struct endpoint *caller = server->caller;
    server->caller = &nobody;
    return answer(server, caller);
}

// The send phase. OK: the receiver has it; BLOCKED: queued.
static unsigned send(struct thread *sender, struct handle *handle)
{
    struct thread *receiver = (struct thread *)handle->object;
    if (ipc_accepts(receiver, &sender->end)) {
        enum l4_status status = deliver(&sender->end, receiver, handle->label);
        ready_handoff(receiver);
        return status;
    }
    if (sender->registers.dx & L4_TAG_IMMEDIATE)
        return L4_STATUS_NOT_READY;
    queue_sender(&sender->end, receiver, handle->label);
    sender->state = THREAD_SENDING;
    this_cpu()->reschedule = true;
    return STATUS_BLOCKED;
}

// Send, then what `after_send` says. The timeout, if any, covers both.
static unsigned send_and_go_on(struct thread *sender, uint32_t timeout_us)
{
    if (!tag_valid(sender->registers.dx))
        return L4_STATUS_MESSAGE;
    struct handle *handle = &sender->slots[call_first(sender)];
    struct thread *receiver = (struct thread *)handle->object;
    enum after after = after_send(sender);
    unsigned sent = send(sender, handle);
    if (sent == STATUS_BLOCKED) {
        time_limit(sender, timeout_us);
        return STATUS_BLOCKED;
    }
    if (after == AFTER_CALL) {
        // Items that did not arrive are the receiver's to see; the caller waits for the answer.
        unsigned blocked = block(sender, WAIT_REPLY, timeout_us);
        if (blocked != STATUS_BLOCKED)
            return blocked;
        owe(receiver, &sender->end);
        return STATUS_BLOCKED;
    }
    if (after == AFTER_SEND || sent != L4_STATUS_OK)
        return sent;
    return receive(sender, receiver);
}

unsigned op_call(struct thread *caller)
{
    return send_and_go_on(caller, L4_NEVER);
}

unsigned op_exchange(struct thread *caller)
{
    return send_and_go_on(caller, L4_NEVER);
}

static unsigned send_saved_reply(struct thread *sender, struct handle *handle)
{
    if (!tag_valid(sender->registers.dx))
        return L4_STATUS_MESSAGE;
    struct endpoint *caller =
        (struct endpoint *)((char *)handle->object - __builtin_offsetof(struct endpoint, reply));
    handle_close(handle);
    return answer(sender, caller);
}

unsigned op_send(struct thread *caller)
{
    struct handle *handle = call_reply(caller);
    return handle ? send_saved_reply(caller, handle) : send_and_go_on(caller, L4_NEVER);
}

unsigned op_send_receive(struct thread *caller)
{
    uint32_t from = (uint32_t)call_second(caller);
    struct handle *handle = call_reply(caller);
    if (!handle)
        return send_and_go_on(caller, (uint32_t)(call_second(caller) >> 32));
    if (from == L4_FROM_REPLY || from == L4_FROM_PARTNER)
        return L4_STATUS_ARGUMENT;
    unsigned status = send_saved_reply(caller, handle);
    return status == L4_STATUS_OK ? receive(caller, 0) : status;
}

unsigned op_reply(struct thread *caller)
{
    return reply(caller);
}

unsigned op_reply_wait(struct thread *caller)
{
    // The answer's fate does not matter to a server: who is gone needs none.
    if (caller->caller != &nobody && reply(caller) == L4_STATUS_MESSAGE)
        return L4_STATUS_MESSAGE;
    return receive(caller, 0);
}

unsigned op_wait(struct thread *caller)
{
    return receive(caller, 0);
}

unsigned op_reply_save(struct thread *caller)
{
    enum l4_status status;
    struct endpoint *waiting = caller->caller;
    if (waiting == &nobody)
        return L4_STATUS_NO_CALLER;
    struct handle *slot = call_free_slot(caller, call_first(caller), &status);
    if (!slot)
        return status;
    caller->caller = &nobody;
    waiting->partner = 0;
    handle_create(slot, &waiting->reply, L4_KIND_REPLY, 0, 0, 0);
    return L4_STATUS_OK;
}

void notify(struct thread *thread, uint64_t bits)
{
    uint64_t wait = thread->end.wait & ~(uint64_t)WAIT_SLOW_BIT;
    if (!bits)
        return;
    thread->bits |= bits;
    thread->attention |= ATTENTION_NOTIFICATION;
    if (wait != WAIT_ANY && wait != WAIT_NOTIFICATION)
        return;
    take_notification(thread);
    ipc_wake(thread, L4_STATUS_OK);
}

// Notifies with those of the bits that the handle allows.
unsigned op_notify(struct thread *caller)
{
    notify(call_object(caller), call_second(caller) & caller->slots[call_first(caller)].mask);
    return L4_STATUS_OK;
}

unsigned op_notify_wait(struct thread *caller)
{
    notify(call_object(caller), caller->slots[call_first(caller)].mask);
    return op_reply_wait(caller);
}

bool ipc_kernel_call(struct thread *sender, const struct handle *target)
{
    if (target->kind != L4_KIND_THREAD)
        return false;
    struct thread *receiver = (struct thread *)target->object;
    if (receiver == sender)
        return false;
    this_cpu()->reschedule = true;
    sender->timeout = UINT64_MAX;
    if (!ipc_accepts(receiver, &sender->end)) {
        queue_sender(&sender->end, receiver, target->label);
        sender->state = THREAD_SENDING;
        return true;
    }
    deliver(&sender->end, receiver, target->label);
    sender->end.wait = WAIT_REPLY | WAIT_SLOW_BIT;
    owe(receiver, &sender->end);
    ready_handoff(receiver);
    return true;
}

void ipc_offer(struct endpoint *sender, struct thread *receiver, uint64_t label)
{
    if (!ipc_accepts(receiver, sender)) {
        queue_sender(sender, receiver, label);
        return;
    }
    sender->wait = WAIT_IRQ;
    deliver(sender, receiver, label);
    owe(receiver, sender);
    ready_append(receiver);
}
