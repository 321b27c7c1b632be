// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupt lines, their virtual threads, and the I/O APIC behind them.
#include "irq.h"

#include "acpi.h"
#include "boot.h"
#include "call.h"
#include "ipc.h"
#include "layout.h"
#include "log.h"
#include "sched.h"
#include "time.h"
#include "x86.h"

#define IOAPIC_SELECT      0x00
#define IOAPIC_DATA        0x10
#define IOAPIC_REDIRECTION 0x10 // + 2 * input: low word, high word

#define REDIRECTION_LOW_ACTIVE 0x2000u
#define REDIRECTION_LEVEL      0x8000u
#define REDIRECTION_MASKED     0x10000u

volatile uint32_t *ioapic; // also of fast_irq.S
struct irq_line irq_lines[IRQ_LINES];

static void ioapic_write(unsigned reg, uint32_t value)
{
    ioapic[IOAPIC_SELECT / 4] = reg;
    ioapic[IOAPIC_DATA / 4] = value;
}

static void line_mask(const struct irq_line *line)
{
    ioapic_write(line->select, line->redirection | REDIRECTION_MASKED);
}

static void line_unmask(const struct irq_line *line)
{
    ioapic_write(line->select, line->redirection);
}

void irq_init(void)
{
    struct acpi_interrupts found;
    acpi_find_interrupts(&found);
    ioapic = boot_map_device(1, found.ioapic);
    // The old controllers stay, masked and out of the way of the exceptions' vectors.
    static const uint8_t masked[][2] = {{0x20, 0x11}, {0x21, 0xf0}, {0x21, 4},    {0x21, 1},
                                        {0x21, 0xff}, {0xa0, 0x11}, {0xa1, 0xf8}, {0xa1, 2},
                                        {0xa1, 1},    {0xa1, 0xff}};
    for (unsigned i = 0; i < sizeof masked / sizeof *masked; i++)
        out8(masked[i][0], masked[i][1]);
    for (unsigned i = 0; i < IRQ_LINES; i++) {
        irq_lines[i].select = IOAPIC_REDIRECTION + 2u * found.inputs[i];
        irq_lines[i].redirection = VECTOR_IRQ_FIRST + i;
        if (found.low[i])
            irq_lines[i].redirection |= REDIRECTION_LOW_ACTIVE;
        if (found.level[i])
            irq_lines[i].redirection |= REDIRECTION_LEVEL;
    }
    for (unsigned input = 0; input < IRQ_LINES; input++) {
        ioapic_write(IOAPIC_REDIRECTION + 2 * input + 1, 0);
        ioapic_write(IOAPIC_REDIRECTION + 2 * input, REDIRECTION_MASKED);
    }
}

void irq_message(struct endpoint *sender, struct thread *receiver)
{
    const struct irq_attachment *attachment = (const struct irq_attachment *)sender;
    receiver->registers.di = attachment->label;
    receiver->registers.dx = L4_TAG(0, 1, 0) | L4_TAG_IRQ;
    *call_word(receiver, 0) = attachment->irq->line;
}

static void offer_all(struct irq *irq)
{
    irq->unanswered = irq->sharers;
    for (unsigned i = 0; i < IRQ_SHARERS; i++) {
        struct irq_attachment *attachment = &irq->attachments[i];
        if (attachment->thread)
            ipc_offer(&attachment->end, attachment->thread, attachment->label);
    }
}

void irq_interrupt(unsigned number)
{
    struct irq_line *line = &irq_lines[number];
    struct irq *irq = line->irq;
    bool level = line->redirection & REDIRECTION_LEVEL;
    bool idle = irq && irq->sharers && !irq->unanswered;
    if (level || !idle)
        line_mask(line);
    apic_acknowledge();
    if (idle)
        offer_all(irq);
    else if (irq && irq->sharers && !level)
        irq->again = true;
}

// Nobody has to answer any more: the line may fire again.
static void line_open(struct irq *irq)
{
    const struct irq_line *line = &irq_lines[irq->line];
    if (line->redirection & REDIRECTION_LEVEL) {
        line_unmask(line);
    } else if (irq->again) {
        irq->again = false;
        line_unmask(line);
        offer_all(irq);
    }
}

void irq_answered(struct endpoint *end)
{
    struct irq *irq = ((struct irq_attachment *)end)->irq;
    end->wait = WAIT_NONE;
    end->partner = 0;
    if (--irq->unanswered == 0)
        line_open(irq);
}

// The fast path serves lines that are not shared.
static void find_alone(struct irq *irq)
{
    struct irq_line *line = &irq_lines[irq->line];
    line->alone = 0;
    for (unsigned i = 0; i < IRQ_SHARERS && irq->sharers == 1; i++)
        if (irq->attachments[i].thread)
            line->alone = &irq->attachments[i];
}

// Takes an attachment apart. A message on its way, or one not answered, is forgotten; if it was the
// last that the line waited for, the others may go on.
static void detach(struct irq_attachment *attachment)
{
    struct irq *irq = attachment->irq;
    struct endpoint *end = &attachment->end;
    struct irq_attachment **place = &attachment->thread->attachments;
    bool owed = true;
    while (*place != attachment)
        place = &(*place)->next;
    *place = attachment->next;
    if (end->wait == WAIT_IRQ) {
        if (end->partner && end->partner->caller == end)
            end->partner->caller = &nobody;
        handle_end_one(&end->reply);
    } else if (end->partner) {
        ipc_unqueue(end);
    } else {
        owed = false;
    }
    end->wait = WAIT_NONE;
    end->partner = 0;
    attachment->thread = 0;
    irq->sharers--;
    find_alone(irq);
    if (owed)
        irq->unanswered--;
    if (!irq->sharers)
        line_mask(&irq_lines[irq->line]);
    else if (owed && !irq->unanswered)
        line_open(irq);
}

void irq_detach_all(struct thread *thread)
{
    while (thread->attachments)
        detach(thread->attachments);
}

void irq_end(struct irq *irq)
{
    for (unsigned i = 0; i < IRQ_SHARERS; i++)
        if (irq->attachments[i].thread)
            detach(&irq->attachments[i]);
    line_mask(&irq_lines[irq->line]);
    irq_lines[irq->line].irq = 0;
    struct irq **place = &irq->space->irqs;
    while (*place != irq)
        place = &(*place)->next_in_space;
    *place = irq->next_in_space;
    slab_free(irq);
}

unsigned op_irq_create(struct thread *caller)
{
    enum l4_status status;
    struct handle *slot = call_free_slot(caller, call_second(caller), &status);
    if (!slot)
        return status;
    uint64_t number = call_third(caller), flags = *call_word(caller, 0);
    if (number >= IRQ_LINES || flags > (L4_IRQ_LEVEL | L4_IRQ_LOW))
        return L4_STATUS_ARGUMENT;
    struct irq_line *line = &irq_lines[number];
    if (line->irq)
        return L4_STATUS_OCCUPIED;
    struct irq *irq = slab_alloc(&caller->space->irqs_slab);
    if (!irq)
        return L4_STATUS_QUOTA;
    zero_words(irq, sizeof *irq / 8);
    irq->space = caller->space;
    irq->next_in_space = caller->space->irqs;
    caller->space->irqs = irq;
    irq->line = (uint32_t)number;
    line->irq = irq;
    line->redirection &= ~(REDIRECTION_LEVEL | REDIRECTION_LOW_ACTIVE);
    if (flags & L4_IRQ_LEVEL)
        line->redirection |= REDIRECTION_LEVEL;
    if (flags & L4_IRQ_LOW)
        line->redirection |= REDIRECTION_LOW_ACTIVE;
    handle_create(slot, &irq->object, L4_KIND_IRQ, L4_RIGHT_OTHER, *call_word(caller, 1), 0);
    return L4_STATUS_OK;
}

// The thread that attaches or is detached. Who may use the irq may attach itself; others only with
// CONTROL.
static struct thread *irq_thread(struct thread *caller, enum l4_status *status)
{
    uint64_t slot = call_second(caller);
    return slot ? call_thread(caller, slot, L4_RIGHT_CONTROL, status) : caller;
}

static struct irq_attachment *attachment_of(struct irq *irq, const struct thread *thread)
{
    for (unsigned i = 0; i < IRQ_SHARERS; i++)
        if (irq->attachments[i].thread == thread)
            return &irq->attachments[i];
    return 0;
}

unsigned op_irq_attach(struct thread *caller)
{
    enum l4_status status;
    struct irq *irq = call_object(caller);
    struct thread *thread = irq_thread(caller, &status);
    if (!thread)
        return status;
    if (attachment_of(irq, thread))
        return L4_STATUS_OCCUPIED;
    struct irq_attachment *attachment = attachment_of(irq, 0);
    if (!attachment)
        return L4_STATUS_MEMORY;
    if (thread->ending)
        return L4_STATUS_STATE;
    zero_words(attachment, sizeof *attachment / 8);
    attachment->end.type = ENDPOINT_IRQ;
    attachment->irq = irq;
    attachment->thread = thread;
    attachment->label = call_third(caller);
    attachment->next = thread->attachments;
    thread->attachments = attachment;
    if (irq->sharers++ == 0) {
        irq->again = false;
        line_unmask(&irq_lines[irq->line]);
    }
    find_alone(irq);
    return L4_STATUS_OK;
}

unsigned op_irq_detach(struct thread *caller)
{
    enum l4_status status;
    struct irq *irq = call_object(caller);
    struct thread *thread = irq_thread(caller, &status);
    if (!thread)
        return status;
    struct irq_attachment *attachment = attachment_of(irq, thread);
    if (!attachment)
        return L4_STATUS_STATE;
    detach(attachment);
    return L4_STATUS_OK;
}
