// SPDX-License-Identifier: BSD-2-Clause
//
// Where a client's calls go. Either another program, named by a handle, or a server in this very
// program (or in a unit test), named by its dispatch function: then a call is a function call, in
// which memory and handles are passed as they are. The client's code is the same.
#ifndef INTERFACE_ENDPOINT_H
#define INTERFACE_ENDPOINT_H

#include <interface/message.h>
#include <l4/ipc.h>

// Serves one message and turns it into its answer. `message->label` says who sent it. False: there
// is no answer.
typedef bool interface_serve(void *context, struct l4_message *message);

struct endpoint {
    l4_handle_t handle;     // of the other program's thread, if `serve` is null
    uint32_t timeout_us;    // with `serve` = endpoint_timed: how long a call may take
    interface_serve *serve; // the server in this program, or null
    void *context;          // of `serve`
    uint64_t label;         // what the server in this program knows this client by
};

// In the place of `serve`: the endpoint is that of a handle, but calls wait for `timeout_us` at
// most. For callers that cannot trust the server to answer.
bool endpoint_timed(void *context, struct l4_message *message);

// The way inside one program, and that with a timeout, for the message that stands aside, and so
// does its answer. Returns 0 or a negative status.
int endpoint_call_here(const struct endpoint *endpoint);

// Where a message stands for a moment that cannot stay in registers. It costs the caller no stack,
// so calls between programs make no room there.
static inline struct l4_message *message_aside(void)
{
    return (struct l4_message *)l4_utcb()->aside;
}

// A copy member by member, which the compiler does without memory where the message is in
// registers.
static inline struct l4_message message_copy(const struct l4_message *message)
{
    return (struct l4_message){
        .label = message->label,
        .tag = message->tag,
        .w = {message->w[0], message->w[1], message->w[2], message->w[3], message->w[4],
              message->w[5]},
    };
}

// Sends and waits for the answer. Returns 0 or a negative status. The way inside takes a copy,
// because a message whose address is given away would not stay in registers.
static inline int endpoint_call(const struct endpoint *endpoint, struct l4_message *message)
{
    if (__builtin_expect(endpoint->serve != NULL, 0)) {
        *message_aside() = message_copy(message);
        int status = endpoint_call_here(endpoint);
        *message = message_copy(message_aside());
        return status;
    }
    enum l4_status status = l4_call(endpoint->handle, message);
    return __builtin_expect(status != L4_STATUS_OK, 0) ? INTERFACE_KERNEL(status) : 0;
}

// Takes back memory that was lent for a call.
void endpoint_lend_end(const struct endpoint *endpoint, const struct interface_memory *memory);

// Sends without expecting an answer. Waits until the other program receives.
static inline int endpoint_send(const struct endpoint *endpoint, struct l4_message *message)
{
    if (__builtin_expect(endpoint->serve != NULL, 0)) {
        *message_aside() = message_copy(message);
        int status = endpoint_call_here(endpoint);
        return status == INTERFACE_LATER ? 0 : status;
    }
    enum l4_status status = l4_send(endpoint->handle, message);
    return __builtin_expect(status != L4_STATUS_OK, 0) ? INTERFACE_KERNEL(status) : 0;
}

#endif
