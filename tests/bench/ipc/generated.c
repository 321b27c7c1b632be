// SPDX-License-Identifier: BSD-2-Clause
#include "generated.h"

#include <tests/bench/ipc/sum_client.h>
#include <tests/bench/ipc/sum_server.h>

void hand_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        message.w[0] += message.w[1];
        message.tag = L4_TAG(0, 1, 0);
        l4_reply_wait(&message);
    }
}

uint64_t hand_add(l4_handle_t server, uint64_t first, uint64_t second)
{
    struct l4_message message = {.tag = L4_TAG(1, 2, 0), .w = {first, second}};
    return l4_call(server, &message) == L4_STATUS_OK ? message.w[0] : 0;
}

static int add(void *context, uint64_t sender, uint64_t first, uint64_t second, uint64_t *sum)
{
    (void)context;
    (void)sender;
    *sum = first + second;
    return 0;
}

static const struct sum_handlers handlers = {.add = add};

void generated_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        if (!sum_dispatch(&handlers, NULL, &message))
            message.tag = 0;
        l4_reply_wait(&message);
    }
}

// As a program keeps one.
struct endpoint generated_endpoint;

void generated_begin(l4_handle_t server)
{
    generated_endpoint.handle = server;
}

uint64_t generated_add(l4_handle_t server, uint64_t first, uint64_t second)
{
    uint64_t sum;
    (void)server;
    return sum_add(&generated_endpoint, first, second, &sum) == 0 ? sum : 0;
}
