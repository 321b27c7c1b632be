// SPDX-License-Identifier: BSD-2-Clause
//
// Messages: send, receive, call, answer, and notifications. `message` is both what is sent and what
// arrives; words 6 … 63 and items stand in l4_utcb(). `message->w` always travels whole: six words
// are as cheap as none.
#ifndef L4_IPC_H
#define L4_IPC_H

#include <l4/call.h>

// Does nothing: what the way into the kernel and back costs.
L4_INLINE enum l4_status l4_null(void)
{
    return l4_short_call(L4_OP_NULL, 0, 0, 0);
}

// Sends and waits for the answer, however long that takes.
L4_INLINE enum l4_status l4_call(l4_handle_t to, struct l4_message *message)
{
    return l4_system_call(L4_OP_CALL, to, 0, message->tag, message);
}

// The same, waiting at most `timeout_us`: for the receiver and the answer together.
L4_INLINE enum l4_status l4_call_timeout(l4_handle_t to, struct l4_message *message,
                                         uint32_t timeout_us)
{
    return l4_system_call(L4_OP_SEND_RECEIVE, to, L4_WAIT_SPEC(L4_FROM_REPLY, timeout_us),
                          message->tag, message);
}

// Answers the last caller, if there is one still, and waits for whatever comes next: message,
// interrupt or notification. Never blocks on the answer.
L4_INLINE enum l4_status l4_reply_wait(struct l4_message *message)
{
    return l4_system_call(L4_OP_REPLY_WAIT, 0, L4_WAIT_SPEC(L4_FROM_ANY, L4_NEVER), message->tag,
                          message);
}

// Notifies a thread with all bits that the handle allows, then does what l4_reply_wait does. If the
// handle is not good it does nothing at all.
L4_INLINE enum l4_status l4_notify_wait(l4_handle_t thread, struct l4_message *message)
{
    return l4_system_call(L4_OP_NOTIFY_WAIT, thread, L4_WAIT_SPEC(L4_FROM_ANY, L4_NEVER),
                          message->tag, message);
}

L4_INLINE enum l4_status l4_reply_wait_timeout(struct l4_message *message, uint32_t timeout_us)
{
    return l4_system_call(L4_OP_REPLY_WAIT, 0, L4_WAIT_SPEC(L4_FROM_ANY, timeout_us), message->tag,
                          message);
}

// Waits for whatever comes. A caller not answered yet, nor saved, gets ABANDONED.
L4_INLINE enum l4_status l4_wait(struct l4_message *message)
{
    return l4_system_call(L4_OP_WAIT, 0, L4_WAIT_SPEC(L4_FROM_ANY, L4_NEVER), 0, message);
}

L4_INLINE enum l4_status l4_wait_timeout(struct l4_message *message, uint32_t timeout_us)
{
    return l4_system_call(L4_OP_WAIT, 0, L4_WAIT_SPEC(L4_FROM_ANY, timeout_us), 0, message);
}

// Waits for notification bits only; they arrive in w[0]. Callers not answered yet keep waiting.
L4_INLINE enum l4_status l4_wait_notification(struct l4_message *message, uint32_t timeout_us)
{
    return l4_system_call(L4_OP_WAIT, 0, L4_WAIT_SPEC(L4_FROM_NOTIFICATION, timeout_us), 0,
                          message);
}

// Waits for a message of one thread (handle with RECEIVE). Others and notifications have to wait.
L4_INLINE enum l4_status l4_receive(l4_handle_t from, struct l4_message *message,
                                    uint32_t timeout_us)
{
    return l4_system_call(L4_OP_WAIT, 0, L4_WAIT_SPEC(from, timeout_us), 0, message);
}

// Sends; waits until the receiver has it, unless the tag carries L4_TAG_IMMEDIATE. With a handle of
// kind REPLY: answers the saved caller, never waits, and the handle is used up.
L4_INLINE enum l4_status l4_send(l4_handle_t to, struct l4_message *message)
{
    return l4_system_call(L4_OP_SEND, to, 0, message->tag, message);
}

// Sends and then waits for a message of the same thread (handle with SEND and RECEIVE): no call, so
// nobody owes an answer.
L4_INLINE enum l4_status l4_exchange(l4_handle_t with, struct l4_message *message)
{
    return l4_system_call(L4_OP_EXCHANGE, with, 0, message->tag, message);
}

// Sends and waits as `wait` says, see L4_WAIT_SPEC; its timeout is for both. L4_FROM_NOBODY: a send
// with a timeout.
L4_INLINE enum l4_status l4_send_receive(l4_handle_t to, uint64_t wait, struct l4_message *message)
{
    return l4_system_call(L4_OP_SEND_RECEIVE, to, wait, message->tag, message);
}

// Answers the last caller and goes on.
L4_INLINE enum l4_status l4_reply(struct l4_message *message)
{
    return l4_system_call(L4_OP_REPLY, 0, 0, message->tag, message);
}

// Keeps the last caller for later: it moves into a free slot as a handle of kind REPLY.
L4_INLINE enum l4_status l4_reply_save(l4_handle_t slot)
{
    return l4_short_call(L4_OP_REPLY_SAVE, slot, 0, 0);
}

// Sets those of the bits that the handle allows. Never blocks.
L4_INLINE enum l4_status l4_notify(l4_handle_t thread, uint64_t bits)
{
    return l4_short_call(L4_OP_NOTIFY, thread, bits, 0);
}

// Gives the processor to others of the same priority, or to `thread` (handle with SEND) if it is
// ready and its priority is not lower.
L4_INLINE enum l4_status l4_yield(l4_handle_t thread)
{
    return l4_short_call(L4_OP_YIELD, thread, 0, 0);
}

// Says where received mappings and handles may land. Stays until changed.
L4_INLINE void l4_receive_window(uint64_t base, unsigned log2_bytes)
{
    l4_utcb()->window_base = base;
    l4_utcb()->window_log2 = log2_bytes;
}

L4_INLINE void l4_receive_handles(l4_handle_t first, uint32_t count)
{
    l4_utcb()->handle_first = first;
    l4_utcb()->handle_count = count;
}

// Items of the next message to send: `index` counts from 0, the tag says how many there are.
L4_INLINE void l4_item_map(unsigned index, uint64_t address, unsigned log2_bytes, unsigned rights,
                           uint64_t offset)
{
    l4_utcb()->items[index] =
        (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, log2_bytes, rights), address, offset};
}

L4_INLINE void l4_item_grant(unsigned index, uint64_t address, unsigned log2_bytes, unsigned rights,
                             uint64_t offset)
{
    l4_utcb()->items[index] =
        (struct l4_item){L4_ITEM_WORD(L4_ITEM_GRANT, log2_bytes, rights), address, offset};
}

L4_INLINE void l4_item_handle(unsigned index, l4_handle_t handle, unsigned rights)
{
    l4_utcb()->items[index] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_HANDLE, 0, rights), handle, 0};
}

L4_INLINE void l4_item_move(unsigned index, l4_handle_t handle)
{
    l4_utcb()->items[index] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_MOVE, 0, 0), handle, 0};
}

L4_INLINE void l4_item_ports(unsigned index, uint16_t first, uint32_t count)
{
    l4_utcb()->items[index] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_PORTS, 0, 0), first, count};
}

#endif
