// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts. An interrupt arrives as a call of the line's virtual thread: L4_TAG_IRQ is set and
// the label is that of the attachment. Answering it (l4_reply_wait) unmasks the line. Several
// threads may attach to one line: each gets the message, and the line is unmasked when all have
// answered.
#ifndef L4_IRQ_H
#define L4_IRQ_H

#include <l4/call.h>

// Makes the object of an interrupt line: `flags` L4_IRQ_LEVEL, L4_IRQ_LOW. A line has one object.
L4_INLINE enum l4_status l4_irq_create(l4_handle_t authority, l4_handle_t slot, unsigned line,
                                       unsigned flags, uint64_t label)
{
    struct l4_message message = {.w = {flags, label}};
    return l4_system_call(L4_OP_IRQ_CREATE, authority, slot, line, &message);
}

// `irq` with CONTROL, `thread` with CONTROL, or 0 for the calling thread, which needs no right to
// itself.
L4_INLINE enum l4_status l4_irq_attach(l4_handle_t irq, l4_handle_t thread, uint64_t label)
{
    return l4_short_call(L4_OP_IRQ_ATTACH, irq, thread, label);
}

// The line stays masked when nobody is attached. `thread`: as above.
L4_INLINE enum l4_status l4_irq_detach(l4_handle_t irq, l4_handle_t thread)
{
    return l4_short_call(L4_OP_IRQ_DETACH, irq, thread, 0);
}

#endif
