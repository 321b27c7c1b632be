// SPDX-License-Identifier: BSD-2-Clause
//
// Dies on purpose, in the middle of its work with the partner.
#include <idl/greeting_client.h>
#include <l4/l4.h>
#include <rt/start.h>

int main(void)
{
    struct l4_message message = {0};
    while (!start_table->sessions[0].generation)
        l4_wait_notification(&message, 1000000);
    struct endpoint partner = {.handle = start_table->sessions[0].control_slot};
    uint64_t sum;
    greeting_add(&partner, 1, 2, 0, &sum);
    __asm__ volatile("movl $1, 16" ::: "memory"); // nothing is mapped there
    return 0;
}
