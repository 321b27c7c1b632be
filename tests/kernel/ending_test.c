// SPDX-License-Identifier: BSD-2-Clause
//
// What ends half way, and whose partner ends: a thread with so many handles that its end takes
// several steps; pagers and handlers in each phase of a fault; a driver with messages queued.
#include "test.h"

#define FAULT_TAG     (L4_TAG(L4_PROTOCOL_PAGE_FAULT, 3, 0) | L4_TAG_KERNEL)
#define EXCEPTION_TAG (L4_TAG(L4_PROTOCOL_EXCEPTION, L4_EXCEPTION_WORDS, 0) | L4_TAG_KERNEL)

#define COPIES      200
#define FIRST_COPY  3300 // slots nobody else uses
#define UNUSED_LINE 13
#define SLOT_KEPT   3600

static volatile bool went_on;

static void nothing(uint64_t unused)
{
    (void)unused;
    went_on = true;
}

static void wait_for_ever(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;)
        l4_wait_notification(&message, L4_NEVER);
}

static void copy_often(l4_handle_t handle)
{
    for (unsigned i = 0; i < COPIES; i++)
        need(l4_handle_copy(0, handle, FIRST_COPY + i, L4_RIGHT_ALL), "copy");
}

static bool copies_left(void)
{
    struct l4_handle_info info;
    for (unsigned i = 0; i < COPIES; i++)
        if (l4_handle_info(FIRST_COPY + i, &info) == L4_STATUS_OK)
            return true;
    return false;
}

static bool thread_that_is_ending_is_left_alone(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER), irq = slot_new();
    need(l4_irq_create(L4_SLOT_IRQS, irq, UNUSED_LINE, 0, 0), "line");
    copy_often(thread);
    CHECK(l4_short_call(L4_OP_THREAD_DELETE, thread, 0, 0) == L4_STATUS_AGAIN);
    went_on = false;
    CHECK(l4_thread_start(thread, (uint64_t)nothing, 0, 0) == L4_STATUS_STATE);
    CHECK(l4_thread_cancel(thread, (uint64_t)nothing, 0) == L4_STATUS_STATE);
    CHECK(l4_thread_control(thread, L4_THREAD_PRIORITY, 1, 0) == L4_STATUS_STATE);
    CHECK(l4_irq_attach(irq, thread, 0) == L4_STATUS_STATE);
    CHECK(l4_notify(thread, 1) == L4_STATUS_OK);
    struct l4_thread_state state;
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_FAULTED);
    struct l4_message message = {0};
    CHECK(l4_call_timeout(thread, &message, 100) == L4_STATUS_TIMEOUT);
    CHECK(l4_thread_delete(thread) == L4_STATUS_OK);
    CHECK(!went_on && !copies_left());
    slot_free(thread);
    slot_free(irq);
    return true;
}

static bool space_that_is_ending_takes_nothing(void)
{
    uint64_t page = (uint64_t)page_new();
    l4_handle_t space = space_new(), slot = slot_new();
    struct l4_space_info info;
    copy_often(space);
    CHECK(l4_short_call(L4_OP_SPACE_DELETE, space, 0, 0) == L4_STATUS_AGAIN);
    CHECK(l4_thread_create(space, slot, 1, 0, 0) == L4_STATUS_STATE);
    CHECK(l4_space_map(space, page, FREE_ADDRESS, 4096, L4_READ) == L4_STATUS_STATE);
    CHECK(l4_handle_copy(space, L4_SLOT_LOG, 9, 0) == L4_STATUS_STATE);
    CHECK(l4_handle_move(space, L4_SLOT_LOG, 9) == L4_STATUS_STATE);
    CHECK(l4_unmap(space, FREE_ADDRESS, 4096, L4_READ, 0) == L4_STATUS_STATE);
    CHECK(l4_space_info(space, &info) == L4_STATUS_STATE);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(!copies_left());
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    slot_free(slot);
    return true;
}

// It runs into a fault between two steps of its own end.
static bool thread_that_faults_while_it_ends_stays_dead(void)
{
    extern char image_text[], image_rodata[];
    l4_handle_t space = space_new();
    l4_handle_t thread = thread_unstarted(space, LOWER);
    struct l4_handle_info info;
    copy_often(thread);
    thread_begin(thread, nothing, 0);
    while (l4_handle_info(thread, &info) == L4_STATUS_OK)
        pause_us(1);
    CHECK(copies_left());
    // Its first handles are gone, its code goes now.
    CHECK(l4_unmap(space, (uint64_t)image_text, (uint64_t)(image_rodata - image_text), L4_READ,
                   L4_UNMAP_SELF) == L4_STATUS_OK);
    pause_us(1000);
    CHECK(copies_left());
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(!copies_left());
    slot_free(thread);
    slot_free(space);
    return true;
}

static void touch(uint64_t address)
{
    *(volatile uint64_t *)address = 1;
    went_on = true;
}

static void take_and_keep(uint64_t slot)
{
    struct l4_message message = {0};
    l4_wait(&message);
    if (slot)
        l4_reply_save((l4_handle_t)slot);
    wait_for_ever(0);
}

static bool pager_ends(void (*pager_main)(uint64_t), uint64_t slot)
{
    struct l4_message message = {0};
    struct l4_thread_state state;
    went_on = false;
    l4_handle_t pager = thread_new(L4_SLOT_SPACE, HIGHER, pager_main, slot);
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_PAGER, pager, 0), "pager");
    need(l4_thread_control(thread, L4_THREAD_HANDLER, L4_SLOT_THREAD, 0), "handler");
    thread_begin(thread, touch, FREE_ADDRESS);
    pause_us(100);
    thread_drop(pager);
    if (slot) {
        // The answer can still be given; it is dropped instead.
        CHECK(l4_wait_timeout(&message, 100) == L4_STATUS_TIMEOUT);
        CHECK(l4_handle_close(0, (l4_handle_t)slot) == L4_STATUS_OK);
        CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK);
        CHECK(state.state == L4_THREAD_IS_FAULTED);
        // It can be set going again where it likes.
        CHECK(l4_thread_cancel(thread, (uint64_t)touch, 0) == L4_STATUS_OK);
    }
    // Without a pager the fault is the handler's.
    CHECK(l4_wait_timeout(&message, 1000) == L4_STATUS_OK && message.tag == EXCEPTION_TAG);
    CHECK(message.w[0] == 14 && !went_on);
    thread_drop(thread);
    return true;
}

static bool faults_survive_the_end_of_the_pager(void)
{
    return pager_ends(wait_for_ever, 0) && pager_ends(take_and_keep, 0) &&
           pager_ends(take_and_keep, SLOT_KEPT);
}

static bool thread_ends_while_its_fault_is_on_its_way(void)
{
    struct l4_message message = {0};
    for (unsigned phase = 0; phase < 3; phase++) {
        l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER), slot = slot_new();
        need(l4_thread_control(thread, L4_THREAD_PAGER, L4_SLOT_THREAD, 0), "pager");
        thread_begin(thread, touch, FREE_ADDRESS);
        if (phase) // else it is queued
            CHECK(l4_wait_timeout(&message, 100) == L4_STATUS_OK && message.tag == FAULT_TAG);
        if (phase == 2)
            CHECK(l4_reply_save(slot) == L4_STATUS_OK);
        thread_drop(thread);
        message.tag = 0;
        CHECK(l4_reply(&message) == L4_STATUS_NO_CALLER);
        CHECK(l4_send(slot, &message) == L4_STATUS_HANDLE);
        CHECK(l4_wait_timeout(&message, 10) == L4_STATUS_TIMEOUT);
        slot_free(slot);
    }
    return true;
}

static bool start_needs_a_pager(void)
{
    struct l4_thread_state state;
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    CHECK(l4_thread_start_by_pager(thread) == L4_STATUS_OK);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_OK && state.state == L4_THREAD_IS_FAULTED);
    thread_drop(thread);
    return true;
}

static bool kept_answers_are_not_copied(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, take_and_keep, SLOT_KEPT);
    l4_handle_t copy = slot_new();
    struct l4_message message = {0};
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    need(l4_thread_control(thread, L4_THREAD_PAGER, server, 0), "pager");
    thread_begin(thread, touch, FREE_ADDRESS);
    CHECK(l4_handle_copy(0, SLOT_KEPT, copy, L4_RIGHT_ALL) == L4_STATUS_KIND);
    CHECK(l4_handle_move(0, SLOT_KEPT, copy) == L4_STATUS_OK);
    uint64_t wait = L4_WAIT_SPEC(L4_FROM_REPLY, 100);
    CHECK(l4_send_receive(copy, wait, &message) == L4_STATUS_ARGUMENT);
    message.tag = L4_TAG(L4_ANSWER_REFUSED, 0, 0);
    CHECK(l4_send(copy, &message) == L4_STATUS_OK);
    thread_drop(thread);
    thread_drop(server);
    slot_free(copy);
    return true;
}

static volatile enum l4_status result;

static void wait_for_partner(uint64_t packed)
{
    struct l4_message message = {0};
    uint64_t wait = L4_WAIT_SPEC(packed >> 32, 1000000);
    result = l4_send_receive((l4_handle_t)packed, wait, &message);
}

// The first half of a call done or not, the partner ends with its thread, its space or the handle.
static bool partner_ends(bool taken, unsigned from, unsigned way)
{
    l4_handle_t space = space_new(), client_space = space_new();
    l4_handle_t partner = thread_new(space, HIGHER, taken ? take_and_keep : wait_for_ever, 0);
    need(l4_handle_copy(client_space, partner, 9, L4_RIGHT_ALL), "partner");
    result = L4_STATUS_OK;
    l4_handle_t client =
        thread_new(client_space, HIGHER, wait_for_partner, (uint64_t)from << 32 | 9);
    CHECK(result == L4_STATUS_OK);
    if (way == 0)
        CHECK(l4_thread_delete(partner) == L4_STATUS_OK);
    else
        CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(result == L4_STATUS_ENDED);
    if (way == 0)
        l4_space_delete(space);
    l4_space_delete(client_space);
    thread_drop(client);
    slot_free(partner);
    slot_free(space);
    slot_free(client_space);
    return true;
}

static bool end_of_a_partner_is_told_in_every_phase(void)
{
    static const unsigned from[] = {L4_FROM_REPLY, L4_FROM_PARTNER, 9};
    for (unsigned i = 0; i < 3; i++)
        for (unsigned taken = 0; taken < 2; taken++)
            for (unsigned way = 0; way < 2; way++)
                CHECK(partner_ends(taken, from[i], way));
    // While it is queued, only.
    CHECK(partner_ends(false, L4_FROM_ANY, 0) && partner_ends(false, L4_FROM_NOTIFICATION, 1));
    CHECK(partner_ends(false, L4_FROM_NOBODY, 1));
    return true;
}

const struct test ending_tests[] = {
    {"a thread half way to its end is neither started nor changed nor attached",
     thread_that_is_ending_is_left_alone},
    {"a space half way to its end takes nothing in", space_that_is_ending_takes_nothing},
    {"a thread that faults on the way to its own end stays dead",
     thread_that_faults_while_it_ends_stays_dead},
    {"a pager's end, in each phase of a fault, leaves the fault to the handler",
     faults_survive_the_end_of_the_pager},
    {"a thread can end in each phase of its fault", thread_ends_while_its_fault_is_on_its_way},
    {"a thread without a pager to ask does not start", start_needs_a_pager},
    {"a kept answer is moved, not copied, and no call", kept_answers_are_not_copied},
    {"the end of a partner's thread or space is told in every phase of every kind of wait",
     end_of_a_partner_is_told_in_every_phase},
    {0, 0},
};
