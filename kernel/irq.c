// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupt lines, their virtual threads, and the I/O APIC behind them.
#include "irq.h"

#include "boot.h"
#include "ipc.h"
#include "log.h"
#include "sched.h"
#include "time.h"

#define IOAPIC_REDIRECTION 0x10 // register, + 2 * input: low word, high word
#define VECTORS_OF_LINES   (VECTORS - VECTOR_IRQ_FIRST)

// The last ones stand for vectors behind those of the lines.
struct irq_line irq_lines[VECTORS_OF_LINES];

static void ioapic_write(unsigned reg, uint32_t value)
{
    *(volatile uint32_t *)IOAPIC = reg;
    *(volatile uint32_t *)(IOAPIC + IOAPIC_DATA) = value;
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
    boot_map_device(1, found.ioapic);
    // The old controllers stay, masked and out of the way of the exceptions' vectors.
    static const uint8_t masked[][2] = {{0x20, 0x11}, {0x21, 0xf0}, {0x21, 4},    {0x21, 1},
                                        {0x21, 0xff}, {0xa0, 0x11}, {0xa1, 0xf8}, {0xa1, 2},
                                        {0xa1, 1},    {0xa1, 0xff}};
    for (unsigned i = 0; i < sizeof masked / sizeof *masked; i++)
        out8(masked[i][0], masked[i][1]);
    for (unsigned i = 0; i < IRQ_LINES; i++) {
        irq_lines[i].select = IOAPIC_REDIRECTION + 2u * found.inputs[i];
        ioapic_write(IOAPIC_REDIRECTION + 2 * i + 1, 0);
        ioapic_write(IOAPIC_REDIRECTION + 2 * i, REDIRECTION_MASKED);
    }
}

void irq_message(struct endpoint *sender, struct thread *receiver)
{
    const struct irq_attachment *attachment = (const struct irq_attachment *)sender;
    receiver->registers.di = attachment->label;
    receiver->registers.dx = L4_TAG(0, 1, 0) | L4_TAG_IRQ;
    *call_word(receiver, 0) = (uint64_t)(attachment->line - irq_lines);
}

// Whether an attachment's message is on its way or not answered.
static bool pending(const struct irq_attachment *attachment)
{
    return attachment->end.wait == WAIT_IRQ || attachment->end.queued.next;
}

static bool any_pending(const struct irq *irq)
{
    for (unsigned i = 0; i < IRQ_SHARERS; i++)
        if (pending(&irq->attachments[i]))
            return true;
    return false;
}

static struct irq_attachment *attachment_of(struct irq *irq, const struct thread *thread)
{
    for (unsigned i = 0; i < IRQ_SHARERS; i++)
        if (irq->attachments[i].thread == thread)
            return &irq->attachments[i];
    return 0;
}

// The fast path serves lines that are not shared.
static void find_ready(struct irq_line *line)
{
    line->ready = 0;
    line->open =
        line->sharers == 1 && line->redirection & REDIRECTION_LEVEL ? line->redirection : 0;
    for (unsigned i = 0; i < IRQ_SHARERS && line->sharers == 1; i++)
        if (line->irq->attachments[i].thread && !pending(&line->irq->attachments[i]))
            line->ready = &line->irq->attachments[i];
}

static void offer_all(struct irq *irq)
{
    irq->again = false;
    for (unsigned i = 0; i < IRQ_SHARERS; i++) {
        struct irq_attachment *attachment = &irq->attachments[i];
        if (attachment->thread)
            ipc_offer(&attachment->end, attachment->thread, attachment->label);
    }
    find_ready(irq->line);
}

static void line_interrupt(struct irq_line *line)
{
    bool level = line->redirection & REDIRECTION_LEVEL;
    bool idle = line->sharers && !any_pending(line->irq);
    if (level || !idle)
        line_mask(line);
    apic_acknowledge();
    if (idle)
        offer_all(line->irq);
    else if (line->sharers && !level)
        line->irq->again = true;
}

void interrupt_enter(unsigned vector)
{
    if (vector < VECTOR_TIMER)
        line_interrupt(&irq_lines[vector - VECTOR_IRQ_FIRST]);
    else if (vector == VECTOR_TIMER)
        time_interrupt();
    // A spurious one is not acknowledged and means nothing.
    if (this_cpu()->reschedule)
        schedule();
}

void nmi_enter(void)
{
    log_print_at_once("kernel: non-maskable interrupt\n");
}

// After every change of who is attached or owes an answer. If nobody owes one the line may fire.
static void line_update(struct irq_line *line)
{
    find_ready(line);
    if (!line->sharers) {
        line->irq->again = false;
        line_mask(line);
    } else if (!any_pending(line->irq)) {
        line_unmask(line);
        if (line->irq->again)
            offer_all(line->irq);
    }
}

void irq_answered(struct endpoint *end)
{
    end->wait = WAIT_NONE;
    line_update(((struct irq_attachment *)end)->line);
}

// Takes an attachment apart. A message on its way, or one not answered, is forgotten; if it was the
// last that the line waited for, the others may go on.
static void detach(struct irq_attachment *attachment)
{
    struct irq_line *line = attachment->line;
    struct endpoint *end = &attachment->end;
    struct irq_attachment **place = &attachment->thread->attachments;
    while (*place != attachment)
        place = &(*place)->next;
    *place = attachment->next;
    if (attachment->thread->caller == end)
        attachment->thread->caller = &nobody;
    handle_end_one(&end->reply);
    if (end->queued.next)
        ipc_unqueue(end);
    zero_words(attachment, sizeof *attachment / 8);
    line->sharers--;
    line_update(line);
}

bool irq_detach_step(struct thread *thread)
{
    if (!thread->attachments)
        return true;
    detach(thread->attachments);
    return false;
}

void irq_end(struct irq *irq)
{
    for (unsigned i = 0; i < IRQ_SHARERS; i++)
        if (irq->attachments[i].thread)
            detach(&irq->attachments[i]);
    irq->line->irq = 0;
    list_remove(&irq->space->irqs, &irq->in_space);
    slab_free(irq);
}

unsigned op_irq_create(struct thread *caller)
{
    struct handle *slot = call_free_slot(caller, call_second(caller));
    if (!slot)
        return L4_STATUS_SLOT;
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
    list_append(&irq->space->irqs, &irq->in_space);
    irq->line = line;
    line->irq = irq;
    line->redirection = (uint32_t)number + VECTOR_IRQ_FIRST;
    line->redirection |= flags & L4_IRQ_LEVEL ? REDIRECTION_LEVEL : 0;
    line->redirection |= flags & L4_IRQ_LOW ? REDIRECTION_LOW : 0;
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

unsigned op_irq_attach(struct thread *caller)
{
    enum l4_status status;
    struct irq *irq = call_object();
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
    attachment->end.type = ENDPOINT_IRQ;
    attachment->line = irq->line;
    attachment->thread = thread;
    attachment->label = call_third(caller);
    attachment->next = thread->attachments;
    thread->attachments = attachment;
    irq->line->sharers++;
    line_update(irq->line);
    return L4_STATUS_OK;
}

unsigned op_irq_detach(struct thread *caller)
{
    enum l4_status status;
    struct irq *irq = call_object();
    struct thread *thread = irq_thread(caller, &status);
    if (!thread)
        return status;
    struct irq_attachment *attachment = attachment_of(irq, thread);
    if (!attachment)
        return L4_STATUS_STATE;
    detach(attachment);
    return L4_STATUS_OK;
}
