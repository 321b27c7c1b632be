// SPDX-License-Identifier: BSD-2-Clause
//
// Answers calls of whoever has a link to it.
#include <idl/greeting_server.h>
#include <l4/l4.h>
#include <rt/start.h>
#include <stddef.h>

// The label of a client's endpoint is our number of the link.
static int add(void *context, uint64_t sender, uint64_t first, uint64_t second, uint32_t place,
               uint64_t *sum)
{
    (void)context;
    *sum = first + second;
    if (sender >= START_SESSIONS_MAX)
        return 0;
    const volatile struct start_session *session = &start_table->sessions[sender];
    const volatile struct start_dataspace *shared = &session->dataspaces[0];
    volatile uint64_t *words = (volatile uint64_t *)shared->base;
    if (session->generation && words && place < shared->length_bytes / sizeof *words)
        words[place]++;
    return 0;
}

int main(void)
{
    static const struct greeting_handlers handlers = {.add = add};
    struct l4_message message = {0};
    for (;;) {
        bool answer = false;
        if (l4_reply_wait(&message) == L4_STATUS_OK && !(message.tag & L4_TAG_NOTIFICATION))
            answer = greeting_dispatch(&handlers, NULL, &message);
        if (!answer)
            message.tag = 0;
    }
}
