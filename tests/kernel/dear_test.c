// SPDX-License-Identifier: BSD-2-Clause
//
// Calls for which the kernel has much to do, more than one step may take. What they do is claimed
// here; how long interrupts are off meanwhile is what kernel-masked looks at.
#include "test.h"

#define CROWD        256 // threads, as many as a space can have
#define SLOT_PARTNER 9
#define SLOT_CROWD   100
#define LINES        24

// Waits for the partner alone, without a stack, counts if it ended, exits.
extern char wait_in_crowd[];
__asm__(".globl wait_in_crowd\n"
        "wait_in_crowd: mov %rdi, %rsi\n"
        "    mov $5, %eax\n" // L4_OP_WAIT
        "    syscall\n"
        "    cmp $11, %eax\n" // L4_STATUS_ENDED
        "    jne 1f\n"
        "    lock incq crowd_ended(%rip)\n"
        "1:  mov $18, %eax\n" // L4_OP_THREAD_EXIT
        "    syscall\n");
_Static_assert(L4_OP_WAIT == 5 && L4_OP_THREAD_EXIT == 18 && L4_STATUS_ENDED == 11, "as above");

uint64_t crowd_ended;

static void sleeps(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;)
        l4_wait(&message);
}

// A space with so many threads, which wait for the partner.
static l4_handle_t crowd_new(l4_handle_t partner, unsigned count)
{
    l4_handle_t space = space_new_with(4096 * 1024, 512), thread = slot_new();
    need(l4_handle_copy(space, partner, SLOT_PARTNER, L4_RIGHT_ALL), "partner");
    for (unsigned i = 0; i < count; i++) {
        need(l4_thread_create(space, thread, HIGHER, 0, 0), "thread");
        need(l4_thread_start(thread, (uint64_t)wait_in_crowd, 0,
                             L4_WAIT_SPEC(SLOT_PARTNER, L4_NEVER)),
             "start");
        need(l4_handle_move(space, thread, SLOT_CROWD + i), "thread");
    }
    slot_free(thread);
    crowd_ended = 0;
    return space;
}

static bool crowd_hears_of_a_closed_handle(void)
{
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, sleeps, 0);
    l4_handle_t space = crowd_new(partner, CROWD);
    CHECK(l4_handle_close(space, SLOT_PARTNER) == L4_STATUS_OK);
    CHECK(crowd_ended == CROWD);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    thread_drop(partner);
    slot_free(space);
    return true;
}

static bool crowd_hears_of_the_end(void)
{
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, sleeps, 0);
    l4_handle_t space = crowd_new(partner, CROWD);
    thread_drop(partner);
    CHECK(crowd_ended == CROWD);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    slot_free(space);
    return true;
}

static bool crowd_ends_with_its_space(void)
{
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, sleeps, 0);
    l4_handle_t space = crowd_new(partner, CROWD);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(crowd_ended == 0);
    thread_drop(partner);
    slot_free(space);
    return true;
}

static volatile uint64_t wake_at, woken;

static void sleep_until(uint64_t unused)
{
    struct l4_message message = {0};
    uint64_t us = (wake_at - l4_tsc()) * 1000 / l4_info()->tsc_khz;
    (void)unused;
    l4_wait_notification(&message, (uint32_t)us);
    woken++;
}

static bool many_wake_at_once(void)
{
    l4_handle_t threads[THREADS];
    woken = 0;
    wake_at = l4_tsc() + 5 * l4_info()->tsc_khz;
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = thread_new(L4_SLOT_SPACE, HIGHER, sleep_until, 0);
    CHECK(l4_tsc() < wake_at);
    pause_us(6000);
    CHECK(woken == THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        slot_free(threads[i]);
    return true;
}

static bool thread_gives_all_lines_back(void)
{
    l4_handle_t irqs[LINES], thread = thread_new(L4_SLOT_SPACE, HIGHER, sleeps, 0);
    for (unsigned i = 0; i < LINES; i++) {
        irqs[i] = slot_new();
        need(l4_irq_create(L4_SLOT_IRQS, irqs[i], i, L4_IRQ_LEVEL, 0), "line");
        need(l4_irq_attach(irqs[i], thread, i), "thread");
    }
    thread_drop(thread);
    for (unsigned i = 0; i < LINES; i++) {
        CHECK(l4_irq_attach(irqs[i], 0, 0) == L4_STATUS_OK);
        slot_free(irqs[i]);
    }
    return true;
}

static void read_port(uint64_t port)
{
    l4_port_read8((uint16_t)port);
    woken++;
}

// Two spaces with as many ranges and threads as there can be take turns at the bitmap.
static bool many_ranges_are_opened(void)
{
    l4_handle_t spaces[2], partner = thread_new(L4_SLOT_SPACE, HIGHER, sleeps, 0);
    for (unsigned i = 0; i < 2; i++)
        spaces[i] = crowd_new(partner, CROWD - 1);
    unsigned count = 0;
    enum l4_status status = L4_STATUS_OK;
    for (; status == L4_STATUS_OK; count++) {
        uint16_t first = (uint16_t)(0x1000 + count * 0x200);
        status = l4_ports_map(L4_SLOT_PORTS, first, 0x1c1);
        for (unsigned i = 0; i < 2 && status == L4_STATUS_OK; i++)
            status = l4_ports_give(spaces[i], first + 7u, 0x1b0);
    }
    CHECK(status == L4_STATUS_QUOTA);
    woken = 0;
    for (unsigned i = 0; i < 4; i++) {
        l4_handle_t thread =
            thread_new(i < 3 ? spaces[i % 2] : L4_SLOT_SPACE, HIGHER, read_port, 0x1010);
        pause_us(10);
        thread_drop(thread);
    }
    CHECK(woken == 4);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(l4_space_delete(spaces[i]) == L4_STATUS_OK);
        slot_free(spaces[i]);
    }
    CHECK(l4_ports_unmap(0x1000, 0xf000, 1) == L4_STATUS_OK);
    thread_drop(partner);
    return true;
}

const struct test dear_tests[] = {
    {"all threads of a space hear that the handle is closed by which they wait",
     crowd_hears_of_a_closed_handle},
    {"all threads of a space hear of the end of whom they wait for", crowd_hears_of_the_end},
    {"a space with as many threads as there can be ends", crowd_ends_with_its_space},
    {"many threads whose time is over wake at once", many_wake_at_once},
    {"a thread that ends gives all interrupt lines back", thread_gives_all_lines_back},
    {"as many ranges of ports as there can be are opened", many_ranges_are_opened},
    {0, 0},
};
