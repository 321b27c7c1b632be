// SPDX-License-Identifier: BSD-2-Clause
//
// What a task may try at the expense of others: keep objects that ended, hold up its own end, get
// past a limit by way of somebody else.
#include "test.h"

// In the hostile space's table.
#define SLOT_OWN   5 // its own space
#define SLOT_TEST  6 // the test's space
#define SLOT_IRQS  7
#define SLOT_IRQ   8
#define SLOT_CHILD 10

#define UNUSED_LINE 13
#define COPIES      40 // more than one step closes

static volatile enum l4_status result;

static void wait_for_ever(void)
{
    struct l4_message message = {0};
    for (;;)
        l4_wait(&message);
}

static void pass_line_on(uint64_t to)
{
    result = l4_irq_create(SLOT_IRQS, SLOT_IRQ, UNUSED_LINE, 0, 0);
    if (result == L4_STATUS_OK)
        result = l4_handle_move(SLOT_TEST, SLOT_IRQ, (l4_handle_t)to);
    wait_for_ever();
}

static bool irq_of_a_dead_space_has_no_handles(void)
{
    struct l4_handle_info info;
    l4_handle_t irq = slot_new(), copies[COPIES];
    l4_handle_t space = space_new();
    need(l4_handle_copy(space, L4_SLOT_SPACE, SLOT_TEST, L4_RIGHT_CONTROL), "own space");
    need(l4_handle_copy(space, L4_SLOT_IRQS, SLOT_IRQS, L4_RIGHT_CONTROL), "interrupts");
    l4_handle_t thread = thread_new(space, HIGHER, pass_line_on, irq);
    CHECK(result == L4_STATUS_OK);
    for (unsigned i = 0; i < COPIES; i++) {
        copies[i] = slot_new();
        CHECK(l4_handle_copy(0, irq, copies[i], L4_RIGHT_CONTROL) == L4_STATUS_OK);
    }
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(l4_handle_info(irq, &info) == L4_STATUS_HANDLE);
    for (unsigned i = 0; i < COPIES; i++) {
        CHECK(l4_handle_info(copies[i], &info) == L4_STATUS_HANDLE);
        slot_free(copies[i]);
    }
    // The line is free for others.
    CHECK(l4_irq_create(L4_SLOT_IRQS, irq, UNUSED_LINE, 0, 0) == L4_STATUS_OK);
    thread_drop(thread);
    slot_free(irq);
    slot_free(space);
    return true;
}

static void breed(uint64_t slots)
{
    for (l4_handle_t slot = SLOT_CHILD;; slot = slot < slots ? slot + 1 : SLOT_CHILD) {
        enum l4_status status = l4_space_create(slot, 40 * 1024, 8, 0, 1);
        if (status == L4_STATUS_STATE)
            result = status;
    }
}

#define BROOD         100
#define SLICE_US      100
#define STEPS_ALLOWED 50000

// It shares its priority with who ends it, and makes children faster than those end.
static bool space_that_breeds_can_be_ended(void)
{
    l4_handle_t space = space_new_with(BROOD * 64 * 1024, 2 * BROOD);
    result = L4_STATUS_OK;
    l4_handle_t thread = thread_new(space, OWN_PRIORITY, breed, SLOT_CHILD + BROOD);
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_SLICE, SLICE_US, 0), "slice");
    l4_yield(thread);
    enum l4_status status = L4_STATUS_AGAIN;
    for (unsigned i = 0; i < STEPS_ALLOWED && status == L4_STATUS_AGAIN; i++)
        status = l4_short_call(L4_OP_SPACE_DELETE, space, 0, 0);
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_SLICE, 0, 0), "slice");
    CHECK(status == L4_STATUS_OK);
    CHECK(result == L4_STATUS_STATE);
    thread_drop(thread);
    slot_free(space);
    return true;
}

#define SLOT_STRONG 9 // a space with a greater priority than the hostile one may use

static void borrow_priority(uint64_t unused)
{
    (void)unused;
    result = l4_thread_create(SLOT_STRONG, SLOT_CHILD, OWN_PRIORITY + 1, 0, 0);
    wait_for_ever();
}

static bool priority_is_not_had_by_way_of_another_space(void)
{
    l4_handle_t strong = space_new(), weak = slot_new();
    extern char image_text[], image_rodata[], image_data[], image_end[];
    uint64_t text = (uint64_t)image_text, data = (uint64_t)image_data;
    need(l4_space_create(weak, SPACE_QUOTA, SPACE_HANDLES, 0, OWN_PRIORITY), "space");
    need(l4_space_map(weak, text, text, (uint64_t)image_rodata - text, L4_READ | L4_EXECUTE),
         "text");
    need(l4_space_map(weak, data, data, (uint64_t)image_end - data, L4_READ | L4_WRITE), "data");
    need(l4_handle_copy(weak, strong, SLOT_STRONG, L4_RIGHT_CONTROL), "strong space");
    result = L4_STATUS_TIMEOUT;
    l4_handle_t thread = thread_new(weak, OWN_PRIORITY, borrow_priority, 0);
    pause_us(1000);
    CHECK(result == L4_STATUS_PRIORITY);
    CHECK(l4_space_delete(weak) == L4_STATUS_OK && l4_space_delete(strong) == L4_STATUS_OK);
    thread_drop(thread);
    slot_free(weak);
    slot_free(strong);
    return true;
}

static void deaf_for_a_while(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait_notification(&message, L4_NEVER);
    l4_wait(&message);
    wait_for_ever();
}

static void exchanger(uint64_t with)
{
    struct l4_message message = {0};
    result = l4_exchange((l4_handle_t)with, &message);
}

// Who waits for a partner alone is told of its end by the loss of the handle to it. If the handle
// is lost while the first half of the exchange is still going on, there is nothing to wait for.
static bool exchange_without_a_handle_ends(void)
{
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, deaf_for_a_while, 0);
    l4_handle_t space = space_new();
    need(l4_handle_copy(space, partner, SLOT_CHILD, L4_RIGHT_ALL), "partner");
    result = L4_STATUS_TIMEOUT;
    l4_handle_t thread = thread_new(space, HIGHER, exchanger, SLOT_CHILD);
    CHECK(result == L4_STATUS_TIMEOUT);
    CHECK(l4_handle_close(space, SLOT_CHILD) == L4_STATUS_OK);
    CHECK(l4_notify(partner, 1) == L4_STATUS_OK);
    CHECK(result == L4_STATUS_ENDED);
    l4_space_delete(space);
    thread_drop(thread);
    thread_drop(partner);
    slot_free(space);
    return true;
}

static void taker_of_a_handle(uint64_t slot)
{
    struct l4_message message = {0};
    l4_receive_handles((l4_handle_t)slot, 1);
    l4_wait(&message);
    wait_for_ever();
}

// The same, with the handle in the message itself.
static bool exchange_that_gives_its_handle_away_ends(void)
{
    l4_handle_t slot = slot_new(), copy = slot_new();
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, taker_of_a_handle, slot);
    struct l4_message message = {.tag = L4_TAG(0, 0, 1)};
    CHECK(l4_handle_copy(0, partner, copy, L4_RIGHT_ALL) == L4_STATUS_OK);
    l4_item_move(0, copy);
    uint64_t wait = L4_WAIT_SPEC(L4_FROM_PARTNER, 1000);
    CHECK(l4_send_receive(copy, wait, &message) == L4_STATUS_ENDED);
    thread_drop(partner);
    slot_free(copy);
    slot_free(slot);
    return true;
}

static bool waiting_for_the_partner_needs_the_right(void)
{
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, deaf_for_a_while, 0);
    l4_handle_t weak = slot_new();
    struct l4_message message = {0};
    CHECK(l4_handle_copy(0, partner, weak, L4_RIGHT_SEND) == L4_STATUS_OK);
    uint64_t wait = L4_WAIT_SPEC(L4_FROM_PARTNER, 100);
    CHECK(l4_send_receive(weak, wait, &message) == L4_STATUS_RIGHTS);
    CHECK(l4_send_receive(partner, wait, &message) == L4_STATUS_TIMEOUT);
    thread_drop(partner);
    slot_free(weak);
    return true;
}

const struct test hostile_tests[] = {
    {"a line whose space ended has no handles left, however many there were",
     irq_of_a_dead_space_has_no_handles},
    {"a space that is ending makes no more children", space_that_breeds_can_be_ended},
    {"a task gets no greater priority by way of another space",
     priority_is_not_had_by_way_of_another_space},
    {"an exchange whose handle is closed before the message is taken ends",
     exchange_without_a_handle_ends},
    {"an exchange that gives its own handle away ends", exchange_that_gives_its_handle_away_ends},
    {"waiting for the partner alone needs the right to", waiting_for_the_partner_needs_the_right},
    {0, 0},
};
