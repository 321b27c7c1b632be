/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Latched notifications. A producer that publishes after the look sees the sleep word (the fences
 * on both sides see to that) and notifies; if the thread does not wait yet, the kernel keeps the
 * bits and the wait returns at once. A producer that publishes before the look is seen by the look.
 * It may have notified as well: that wake-up finds nothing to do.
 */
#include <ring/section.h>

bool ring_section_begin(void)
{
    return false;
}

bool ring_section_wait(uint64_t wait, l4_handle_t notify, const struct l4_message *answer,
                       struct l4_message *message, enum l4_status *status)
{
    uint64_t operation = notify ? L4_OP_NOTIFY_WAIT : L4_OP_REPLY_WAIT;
    if (!answer) {
        *status = l4_wordless_call(operation, notify, wait, message);
        return true;
    }
    *message = *answer;
    *status = l4_system_call(operation, notify, wait, message->tag, message);
    return true;
}

void ring_section_end(void) {}
