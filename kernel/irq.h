// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts as messages.
//
// An interrupt line is an object; each thread attached to it has an attachment, which is the sender
// of the line's messages to that thread: a virtual thread. When the line fires, the kernel masks it
// and every attachment sends; when all of them are answered the line is unmasked. A line without an
// object, without attachments, or with an unanswered one stays masked, so a stuck line costs one
// interrupt. An edge that comes while its line is masked would be lost, so edge-triggered lines are
// masked at the second edge only, which is remembered and delivered after the answer.
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include "thread.h"

#define IRQ_SHARERS 8

struct irq_attachment {
    struct endpoint end; // wait == WAIT_IRQ: delivered and not answered
    struct irq_line *line;
    struct thread *thread; // null: free
    uint64_t label;
    struct irq_attachment *next; // of the same thread
};

struct irq {
    struct object object;
    struct space *space; // that it is charged to
    struct link in_space;
    struct irq_line *line;
    bool again; // an edge came before all had answered
    struct irq_attachment attachments[IRQ_SHARERS];
};

// What is known of a line, as the fast paths want it.
struct irq_line {
    struct irq_attachment *ready; // the only one attached, if the line waits for no answer
    struct irq *irq;
    uint32_t redirection; // the interrupt controller's setting while not masked
    uint32_t select;      // its register for that
    uint32_t open;        // the same if the answer may write it at once; else 0
    uint32_t sharers;     // attachments in use, from the front of the array with gaps
};

// Finds the interrupt controller; all lines masked.
void irq_init(void);

// Writes the message of an attachment into the receiver's registers.
void irq_message(struct endpoint *sender, struct thread *receiver);

// The driver has answered.
void irq_answered(struct endpoint *attachment);

// A thread ends: it gives back its lines. One bounded step; true when it has none.
bool irq_detach_step(struct thread *thread);

// An irq's last handle is gone, or its space ends.
void irq_end(struct irq *irq);

// Entered from the assembler: an interrupt that can be masked, and one that cannot. The current
// thread may be another afterwards.
void interrupt_enter(unsigned vector);
void nmi_enter(void);

#endif
