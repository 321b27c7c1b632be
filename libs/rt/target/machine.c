/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel below the portable part of the runtime.
 */
#include "target.h"
#include <l4/ipc.h>
#include <l4/system.h>
#include <rt/machine.h>

void machine_write(const char *text, size_t length)
{
    l4_log_write(start_table->log_slot, text, length);
}

uint64_t machine_call(machine_handle control, uint64_t tag, uint64_t *words)
{
    struct l4_message message = {.tag = tag};
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        message.w[i] = words[i];
    if (control == 0 || l4_call(control, &message) != L4_STATUS_OK)
        return ~UINT64_C(0);
    for (unsigned i = 0; i < L4_REGISTER_WORDS; i++)
        words[i] = message.w[i];
    return message.tag;
}

void root_tell(unsigned number, unsigned words, uint64_t word)
{
    enum { ROOT_INTERFACE = 2, INTERFACE_SHIFT = 16 };
    struct l4_message message = {
        .tag = L4_TAG(ROOT_INTERFACE << INTERFACE_SHIFT | number, words, 0), .w = {word}};
    l4_send(start_table->root_slot, &message);
}
