// SPDX-License-Identifier: BSD-2-Clause
//
// In the place of a console server: most of the time it receives nothing, then it takes a few lines
// and forgets them, answers nobody or everybody with nonsense, and in the end it dies.
#include <idl/root.h>
#include <l4/l4.h>
#include <stdlib.h>

enum { ROUNDS = 20, DEAF_US = 30000, TAKES = 40, TAKE_US = 500 };

// Nobody may notify it but root, and root's notifications count as time that has passed.
static void deaf(void)
{
    uint64_t until = l4_clock_us() + DEAF_US;
    while (l4_clock_us() < until)
        l4_wait_notification(&(struct l4_message){0}, DEAF_US);
}

int main(void)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        deaf();
        for (unsigned i = 0; i < TAKES; i++) {
            struct l4_message message = {0};
            if (l4_reply_wait_timeout(&message, TAKE_US) != L4_STATUS_OK)
                break;
            message.tag = L4_TAG(round, i % L4_REGISTER_WORDS, 0);
            if (i % 2)
                l4_reply(&message);
        }
    }
    return EXIT_FAILURE;
}
