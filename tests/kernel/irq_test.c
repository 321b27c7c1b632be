// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts. The serial port's transmitter raises its line as soon as that is enabled, and lowers
// it when asked for the cause.
#include "test.h"

#define UART        0x3f8
#define UART_ENABLE (UART + 1)
#define UART_CAUSE  (UART + 2)
#define UART_STATUS (UART + 5)
#define UART_IDLE   0x60 // nothing is left to be transmitted
#define UART_LINE   4

#define DRIVERS_TRIED 32

static volatile uint64_t interrupts[2], labels[2], tags[2], lines[2];
static volatile bool silence; // the driver lowers the line

static void quiet(void)
{
    if (silence) {
        l4_port_read8(UART_CAUSE);
        l4_port_write8(UART_ENABLE, 0);
    }
}

static void driver(uint64_t index)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        interrupts[index]++;
        labels[index] = message.label;
        tags[index] = message.tag;
        lines[index] = message.w[0];
        quiet();
        message.tag = 0;
        l4_reply_wait(&message);
    }
}

static void raise(void)
{
    l4_port_write8(UART_ENABLE, 2);
}

static void lower(void)
{
    l4_port_write8(UART_ENABLE, 0);
    l4_port_read8(UART_CAUSE);
}

static l4_handle_t irq_new(unsigned flags)
{
    l4_handle_t irq = slot_new();
    static bool ports;
    if (!ports)
        need(l4_ports_map(L4_SLOT_PORTS, UART, 8), "serial ports");
    ports = true;
    // The log goes out by the same port.
    l4_log_flush(L4_SLOT_LOG);
    while ((l4_port_read8(UART_STATUS) & UART_IDLE) != UART_IDLE)
        ;
    lower();
    silence = true;
    interrupts[0] = interrupts[1] = 0;
    need(l4_irq_create(L4_SLOT_IRQS, irq, UART_LINE, flags, 0), "line");
    return irq;
}

static bool interrupt_arrives(unsigned flags, unsigned priority)
{
    l4_handle_t irq = irq_new(flags);
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, priority, driver, 0);
    pause_us(10);
    CHECK(l4_irq_attach(irq, thread, 0xabcdef) == L4_STATUS_OK);
    for (unsigned i = 1; i <= 5; i++) {
        raise();
        pause_us(100);
        CHECK(interrupts[0] == i);
    }
    CHECK(labels[0] == 0xabcdef && tags[0] == (L4_TAG(0, 1, 0) | L4_TAG_IRQ));
    CHECK(lines[0] == UART_LINE);
    thread_drop(thread);
    slot_free(irq);
    return true;
}

static bool interrupts_arrive(void)
{
    return interrupt_arrives(L4_IRQ_LEVEL, HIGHER) && interrupt_arrives(L4_IRQ_LEVEL, LOWER) &&
           interrupt_arrives(0, HIGHER) && interrupt_arrives(0, LOWER);
}

static void lazy_driver(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    interrupts[0]++;
    pause_us(500);
    quiet();
    for (;;) {
        message.tag = 0;
        l4_reply_wait(&message);
        interrupts[0]++;
        quiet();
    }
}

static bool line_is_masked_until_the_answer(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL);
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, lazy_driver, 0);
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_OK);
    raise();
    // The line stays high, yet we get the processor.
    CHECK(interrupts[0] == 1);
    pause_us(100);
    CHECK(interrupts[0] == 1);
    pause_us(1000);
    CHECK(interrupts[0] == 1);
    raise();
    CHECK(interrupts[0] == 2);
    thread_drop(thread);
    slot_free(irq);
    return true;
}

static bool stuck_line_costs_no_more_than_its_driver(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL);
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, LOWER, driver, 0);
    pause_us(10);
    silence = false;
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_OK);
    raise();
    // The driver of lower priority is busy for ever, we are not disturbed.
    uint64_t before = l4_tsc();
    for (volatile unsigned i = 0; i < 10000; i++)
        ;
    uint64_t once = l4_tsc() - before;
    CHECK(once < 100000);
    pause_us(1000);
    CHECK(interrupts[0] > 100);
    silence = true;
    pause_us(100);
    thread_drop(thread);
    slot_free(irq);
    return true;
}

static bool shared_line_reaches_everybody(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL);
    l4_handle_t first = thread_new(L4_SLOT_SPACE, HIGHER, driver, 0);
    l4_handle_t second = thread_new(L4_SLOT_SPACE, HIGHER + 1, driver, 1);
    CHECK(l4_irq_attach(irq, first, 1) == L4_STATUS_OK);
    CHECK(l4_irq_attach(irq, second, 2) == L4_STATUS_OK);
    CHECK(l4_irq_attach(irq, second, 3) == L4_STATUS_OCCUPIED);
    for (unsigned i = 1; i <= 4; i++) {
        raise();
        pause_us(50);
        CHECK(interrupts[0] == i && interrupts[1] == i);
    }
    CHECK(labels[0] == 1 && labels[1] == 2);
    CHECK(l4_irq_detach(irq, first) == L4_STATUS_OK);
    CHECK(l4_irq_detach(irq, first) == L4_STATUS_STATE);
    raise();
    pause_us(50);
    CHECK(interrupts[0] == 4 && interrupts[1] == 5);
    thread_drop(first);
    thread_drop(second);
    slot_free(irq);
    return true;
}

static bool dead_driver_does_not_hold_the_others(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL);
    l4_handle_t lazy = thread_new(L4_SLOT_SPACE, HIGHER, lazy_driver, 0);
    l4_handle_t good = thread_new(L4_SLOT_SPACE, HIGHER + 1, driver, 1);
    CHECK(l4_irq_attach(irq, lazy, 1) == L4_STATUS_OK);
    CHECK(l4_irq_attach(irq, good, 2) == L4_STATUS_OK);
    raise();
    CHECK(interrupts[0] == 1 && interrupts[1] == 1);
    raise();
    CHECK(interrupts[1] == 1);
    thread_drop(lazy);
    pause_us(10);
    CHECK(interrupts[1] >= 1);
    raise();
    pause_us(10);
    CHECK(interrupts[1] >= 2 && interrupts[0] == 1);
    thread_drop(good);
    // Nobody is left: the line is masked, and whoever attaches next gets what is pending.
    raise();
    pause_us(10);
    good = thread_new(L4_SLOT_SPACE, HIGHER, driver, 0);
    uint64_t seen = interrupts[0];
    CHECK(l4_irq_attach(irq, good, 5) == L4_STATUS_OK);
    pause_us(10);
    CHECK(interrupts[0] > seen && labels[0] == 5);
    thread_drop(good);
    slot_free(irq);
    return true;
}

static bool drivers_of_a_line_are_bounded(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL), threads[DRIVERS_TRIED];
    enum l4_status status = L4_STATUS_OK;
    unsigned count = 0;
    while (status == L4_STATUS_OK && count < DRIVERS_TRIED) {
        threads[count] = thread_new(L4_SLOT_SPACE, HIGHER, driver, 0);
        status = l4_irq_attach(irq, threads[count], count);
        count++;
    }
    CHECK(status == L4_STATUS_MEMORY && count > 4);
    // Room again.
    CHECK(l4_irq_detach(irq, threads[0]) == L4_STATUS_OK);
    CHECK(l4_irq_attach(irq, threads[count - 1], 9) == L4_STATUS_OK);
    while (count)
        thread_drop(threads[--count]);
    slot_free(irq);
    return true;
}

static bool line_has_one_object(void)
{
    l4_handle_t irq = irq_new(0), second = slot_new();
    CHECK(l4_irq_create(L4_SLOT_IRQS, second, UART_LINE, 0, 0) == L4_STATUS_OCCUPIED);
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, driver, 0);
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_OK);
    // The last handle gone, the object goes with its attachments.
    slot_free(irq);
    raise();
    pause_us(10);
    CHECK(interrupts[0] == 0);
    CHECK(l4_irq_create(L4_SLOT_IRQS, second, UART_LINE, 0, 0) == L4_STATUS_OK);
    lower();
    thread_drop(thread);
    slot_free(second);
    return true;
}

static l4_handle_t saved;

static void deferring_driver(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;) {
        l4_wait(&message);
        if (!(message.tag & L4_TAG_IRQ))
            continue;
        interrupts[0]++;
        quiet();
        l4_reply_save(saved);
    }
}

static bool interrupt_can_be_answered_later(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL);
    saved = slot_new();
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, deferring_driver, 0);
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_OK);
    raise();
    CHECK(interrupts[0] == 1);
    raise();
    pause_us(10);
    CHECK(interrupts[0] == 1);
    struct l4_message message = {0};
    CHECK(l4_send(saved, &message) == L4_STATUS_OK);
    pause_us(10);
    CHECK(interrupts[0] == 2);
    thread_drop(thread);
    slot_free(irq);
    slot_free(saved);
    return true;
}

// Takes one interrupt, answers it when notified, and then like any driver.
static void holding_driver(uint64_t unused)
{
    struct l4_message message = {0}, notice = {0};
    (void)unused;
    l4_wait(&message);
    interrupts[0]++;
    l4_wait_notification(&notice, L4_NEVER);
    message.tag = 0;
    for (;;) {
        l4_reply_wait(&message);
        interrupts[0]++;
        message.tag = 0;
    }
}

static bool edges_before_the_answer_come_after_it(void)
{
    l4_handle_t irq = irq_new(0);
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, holding_driver, 0);
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_OK);
    for (unsigned i = 0; i < 3; i++) {
        raise();
        pause_us(10);
        lower();
        CHECK(interrupts[0] == 1);
    }
    // However many there were, they come as one.
    CHECK(l4_notify(thread, 1) == L4_STATUS_OK);
    pause_us(10);
    CHECK(interrupts[0] == 2);
    raise();
    pause_us(10);
    lower();
    CHECK(interrupts[0] == 3);
    thread_drop(thread);
    slot_free(irq);
    return true;
}

// Is busy until notified; then takes what is queued.
static void late_driver(uint64_t unused)
{
    struct l4_message message = {0};
    l4_wait_notification(&message, L4_NEVER);
    driver(unused);
}

static bool interrupts_wait_for_a_busy_driver(void)
{
    for (unsigned ends = 0; ends < 3; ends++) {
        l4_handle_t irq = irq_new(L4_IRQ_LEVEL);
        l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, late_driver, 0);
        CHECK(l4_irq_attach(irq, thread, 3) == L4_STATUS_OK);
        raise();
        pause_us(10);
        CHECK(interrupts[0] == 0);
        // With the message queued the driver may go on, be detached, or end.
        if (ends == 1)
            CHECK(l4_irq_detach(irq, thread) == L4_STATUS_OK);
        if (ends < 2)
            CHECK(l4_notify(thread, 1) == L4_STATUS_OK);
        pause_us(10);
        CHECK(interrupts[0] == !ends);
        CHECK(ends || labels[0] == 3);
        lower();
        thread_drop(thread);
        slot_free(irq);
    }
    return true;
}

static bool one_thread_serves_several_lines(void)
{
    l4_handle_t irq = irq_new(L4_IRQ_LEVEL), others[2] = {slot_new(), slot_new()};
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, driver, 0);
    for (unsigned i = 0; i < 2; i++)
        need(l4_irq_create(L4_SLOT_IRQS, others[i], 10 + i, L4_IRQ_LEVEL, 0), "line");
    CHECK(l4_irq_attach(others[0], thread, 10) == L4_STATUS_OK);
    CHECK(l4_irq_attach(irq, thread, 4) == L4_STATUS_OK);
    CHECK(l4_irq_attach(others[1], thread, 11) == L4_STATUS_OK);
    CHECK(l4_irq_detach(others[0], thread) == L4_STATUS_OK); // neither first nor last of the list
    CHECK(l4_irq_detach(others[0], thread) == L4_STATUS_STATE);
    CHECK(l4_irq_detach(irq, others[0]) == L4_STATUS_KIND);
    raise();
    pause_us(10);
    CHECK(interrupts[0] == 1 && labels[0] == 4);
    thread_drop(thread);
    slot_free(irq);
    for (unsigned i = 0; i < 2; i++)
        slot_free(others[i]);
    return true;
}

static l4_handle_t powerless, own_line;
static volatile enum l4_status refused, attached, seen, detached;

static void modest_driver(uint64_t unused)
{
    struct l4_thread_state state;
    (void)unused;
    refused = l4_irq_attach(own_line, powerless, 0);
    seen = l4_thread_state(powerless, &state);
    if (seen == L4_STATUS_RIGHTS)
        seen = l4_thread_state(0, &state);
    attached = l4_irq_attach(own_line, 0, 7);
    struct l4_message message = {0};
    while (interrupts[0] < 3) {
        l4_reply_wait(&message);
        interrupts[0] += message.label == 7;
        quiet();
        message.tag = 0;
    }
    detached = l4_irq_detach(own_line, 0);
    l4_wait(&message);
}

static bool driver_needs_no_control_of_itself(void)
{
    own_line = irq_new(L4_IRQ_LEVEL);
    powerless = slot_new();
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    need(l4_handle_copy(0, thread, powerless, L4_RIGHT_ALL & ~L4_RIGHT_CONTROL), "weak handle");
    thread_begin(thread, modest_driver, 0);
    CHECK(refused == L4_STATUS_RIGHTS && seen == L4_STATUS_OK && attached == L4_STATUS_OK);
    for (unsigned i = 1; i <= 3; i++) {
        raise();
        pause_us(50);
        CHECK(interrupts[0] == i);
    }
    CHECK(detached == L4_STATUS_OK);
    raise();
    pause_us(50);
    CHECK(interrupts[0] == 3);
    thread_drop(thread);
    slot_free(powerless);
    slot_free(own_line);
    return true;
}

static l4_handle_t own;

static void noting_driver(uint64_t timeout_us)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        if (message.tag & L4_TAG_IRQ) {
            interrupts[0]++;
            quiet();
            l4_notify(own, 1);
        } else if (message.tag & L4_TAG_NOTIFICATION) {
            interrupts[1] += message.w[0];
        }
        message.tag = 0;
        l4_reply_wait_timeout(&message, (uint32_t)timeout_us);
    }
}

static bool answer_with_bits(unsigned flags, uint32_t timeout_us)
{
    l4_handle_t irq = irq_new(flags);
    own = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    thread_begin(own, noting_driver, timeout_us);
    CHECK(l4_irq_attach(irq, own, 0) == L4_STATUS_OK);
    for (unsigned i = 1; i <= 3; i++) {
        raise();
        pause_us(50);
        CHECK(interrupts[0] == i && interrupts[1] == i);
    }
    thread_drop(own);
    slot_free(irq);
    return true;
}

static bool answer_takes_bits(void)
{
    return answer_with_bits(L4_IRQ_LEVEL, L4_NEVER) && answer_with_bits(L4_IRQ_LEVEL, 1000000) &&
           answer_with_bits(0, L4_NEVER) && answer_with_bits(0, 1000000);
}

static l4_handle_t to_wake;

// Answers its interrupt, notifies a third and waits for the next one, all at once.
static void waking_driver(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        interrupts[0]++;
        quiet();
        message.tag = 0;
        if (l4_notify_wait(to_wake, &message) != L4_STATUS_OK)
            interrupts[0] += 100;
    }
}

static void woken(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;)
        if (l4_wait(&message) == L4_STATUS_OK && message.w[0] == 6 && message.label == 0)
            interrupts[1]++;
}

static bool answer_notifies(unsigned flags, unsigned driver_priority, unsigned woken_priority)
{
    l4_handle_t irq = irq_new(flags);
    l4_handle_t waiter = thread_new(L4_SLOT_SPACE, woken_priority, woken, 0);
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, driver_priority, waking_driver, 0);
    to_wake = slot_new();
    CHECK(l4_handle_mint(0, waiter, to_wake, L4_RIGHT_NOTIFY, 0, 6) == L4_STATUS_OK);
    pause_us(10);
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_OK);
    for (unsigned i = 1; i <= 3; i++) {
        raise();
        pause_us(50);
        CHECK(interrupts[0] == i && interrupts[1] == i);
    }
    thread_drop(thread);
    thread_drop(waiter);
    slot_free(to_wake);
    slot_free(irq);
    return true;
}

static bool answer_notifies_whoever_waits(void)
{
    static const unsigned priorities[] = {LOWER, OWN_PRIORITY, HIGHER};
    for (unsigned i = 0; i < 9; i++)
        CHECK(answer_notifies(L4_IRQ_LEVEL, priorities[i / 3], priorities[i % 3]) &&
              answer_notifies(0, priorities[i / 3], priorities[i % 3]));
    return true;
}

static bool timer_wakes_idle_machine(void)
{
    // All threads wait; only the timer goes on.
    uint64_t before = l4_clock_us();
    for (unsigned i = 0; i < 50; i++)
        pause_us(100 + i);
    CHECK(l4_clock_us() - before >= 50 * 100);
    return true;
}

const struct test irq_tests[] = {
    {"interrupts arrive as messages, level or edge, at any priority", interrupts_arrive},
    {"a line is masked until its driver answers", line_is_masked_until_the_answer},
    {"a stuck line costs no more than its driver's priority",
     stuck_line_costs_no_more_than_its_driver},
    {"a shared line reaches every driver and opens when all have answered",
     shared_line_reaches_everybody},
    {"a driver that ends is detached and holds up nobody", dead_driver_does_not_hold_the_others},
    {"the drivers that share a line are bounded", drivers_of_a_line_are_bounded},
    {"a line has one object, which goes with its last handle", line_has_one_object},
    {"a thread attaches itself to a line without control of itself",
     driver_needs_no_control_of_itself},
    {"the answer to an interrupt can be kept for later", interrupt_can_be_answered_later},
    {"the answer to an interrupt opens its line and takes bits that are set", answer_takes_bits},
    {"edges that come before the answer are delivered after it, as one",
     edges_before_the_answer_come_after_it},
    {"an interrupt waits for its driver, which may be detached or end meanwhile",
     interrupts_wait_for_a_busy_driver},
    {"one thread serves several lines", one_thread_serves_several_lines},
    {"the answer to an interrupt opens its line and wakes a third, whoever is more important",
     answer_notifies_whoever_waits},
    {"timeouts wake an idle machine", timer_wakes_idle_machine},
    {0, 0},
};
