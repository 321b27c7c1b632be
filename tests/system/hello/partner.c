// SPDX-License-Identifier: BSD-2-Clause
//
// Answers calls of whoever has a link to it, and adds 1000 to the word of the shared area that the
// first argument names.
#include <l4/l4.h>
#include <rt/start.h>

extern const volatile struct start_table *start_table;

int main(void)
{
    struct l4_message message = {0};
    for (;;) {
        if (l4_reply_wait(&message) != L4_STATUS_OK || message.tag & L4_TAG_NOTIFICATION) {
            message.tag = 0;
            continue;
        }
        uint64_t link = message.label;
        if (link < START_SESSIONS_MAX && start_table->sessions[link].generation) {
            volatile uint64_t *area = (volatile uint64_t *)start_table->sessions[link].area;
            if (area && message.w[0] < start_table->sessions[link].area_bytes / sizeof *area)
                area[message.w[0]] += 1000;
        }
        message.w[0] += message.w[1];
        message.tag = L4_TAG(0, 1, 0);
    }
}
