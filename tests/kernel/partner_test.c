// SPDX-License-Identifier: BSD-2-Clause
//
// Messages that do not arrive: timeouts, cancellation, partners that end, answers kept for later.
#include "test.h"

static volatile enum l4_status result;
static volatile uint64_t answer_word;

static void wait_for_ever(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;)
        result = l4_wait(&message);
}

static void caller(uint64_t to)
{
    struct l4_message message = {.tag = L4_TAG(0, 1, 0), .w = {to}};
    result = l4_call((l4_handle_t)to, &message);
    answer_word = message.w[0];
}

static void receiver_from(uint64_t from)
{
    struct l4_message message = {0};
    result = l4_receive((l4_handle_t)from, &message, L4_NEVER);
}

static void deaf(uint64_t unused)
{
    (void)unused;
    for (;;)
        pause_us(1000000);
}

static bool wait_times_out(void)
{
    struct l4_message message = {0};
    for (uint32_t time_us = 1; time_us <= 10000; time_us *= 10) {
        uint64_t before = l4_clock_us();
        CHECK(l4_wait_timeout(&message, time_us) == L4_STATUS_TIMEOUT);
        uint64_t taken = l4_clock_us() - before;
        CHECK(taken >= time_us && taken < time_us + 100);
    }
    CHECK(l4_wait_timeout(&message, 0) == L4_STATUS_TIMEOUT);
    CHECK(l4_receive(L4_SLOT_THREAD, &message, 50) == L4_STATUS_TIMEOUT);
    CHECK(l4_wait_notification(&message, 50) == L4_STATUS_TIMEOUT);
    return true;
}

static bool call_times_out_unreceived(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, deaf, 0);
    struct l4_message message = {0};
    uint64_t before = l4_clock_us();
    CHECK(l4_call_timeout(server, &message, 300) == L4_STATUS_TIMEOUT);
    CHECK(l4_clock_us() - before >= 300);
    thread_drop(server);
    return true;
}

static bool call_times_out_unanswered(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, caller, 0);
    thread_drop(server);
    server = thread_new(L4_SLOT_SPACE, HIGHER, receiver_from, L4_SLOT_THREAD);
    struct l4_message message = {0};
    uint64_t before = l4_clock_us();
    CHECK(l4_call_timeout(server, &message, 300) != L4_STATUS_OK);
    CHECK(l4_clock_us() - before < 1000);
    thread_drop(server);
    return true;
}

static volatile enum l4_status late_answer;

static void slow_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    pause_us(1000);
    late_answer = l4_reply(&message);
    deaf(0);
}

static bool late_answer_finds_nobody(void)
{
    late_answer = L4_STATUS_OK;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, slow_server, 0);
    struct l4_message message = {0};
    CHECK(l4_call_timeout(server, &message, 300) == L4_STATUS_TIMEOUT);
    pause_us(2000);
    CHECK(late_answer == L4_STATUS_NO_CALLER);
    thread_drop(server);
    return true;
}

static bool cancel_ends_a_wait(void)
{
    result = L4_STATUS_OK;
    l4_handle_t waiter = thread_new(L4_SLOT_SPACE, HIGHER, receiver_from, L4_SLOT_THREAD);
    CHECK(l4_thread_cancel(waiter, 0, 0) == L4_STATUS_OK);
    CHECK(result == L4_STATUS_CANCELLED);
    thread_drop(waiter);
    return true;
}

static bool cancel_ends_a_call(void)
{
    result = L4_STATUS_OK;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, deaf, 0);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    CHECK(l4_thread_cancel(client, 0, 0) == L4_STATUS_OK);
    CHECK(result == L4_STATUS_CANCELLED);
    thread_drop(client);
    result = L4_STATUS_OK;
    l4_handle_t waiting = thread_new(L4_SLOT_SPACE, HIGHER, slow_server, 0);
    client = thread_new(L4_SLOT_SPACE, HIGHER, caller, waiting);
    CHECK(l4_thread_cancel(client, 0, 0) == L4_STATUS_OK);
    CHECK(result == L4_STATUS_CANCELLED);
    pause_us(2000);
    CHECK(late_answer == L4_STATUS_NO_CALLER);
    thread_drop(client);
    thread_drop(waiting);
    thread_drop(server);
    return true;
}

static volatile bool redirected;

static void redirect_target(void)
{
    redirected = true;
    l4_exit();
}

static char redirect_stack[1024] __attribute__((aligned(16)));

static bool cancel_sends_elsewhere(void)
{
    redirected = false;
    l4_handle_t waiter = thread_new(L4_SLOT_SPACE, HIGHER, wait_for_ever, 0);
    uint64_t stack = (uint64_t)(redirect_stack + sizeof redirect_stack - 8);
    CHECK(l4_thread_cancel(waiter, (uint64_t)redirect_target, stack) == L4_STATUS_OK);
    CHECK(redirected);
    thread_drop(waiter);
    return true;
}

static bool end_reaches_the_caller(void)
{
    result = L4_STATUS_OK;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, slow_server, 0);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    thread_drop(server);
    CHECK(result == L4_STATUS_ENDED);
    thread_drop(client);
    return true;
}

static bool end_reaches_queued_senders(void)
{
    result = L4_STATUS_OK;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, deaf, 0);
    l4_handle_t clients[20];
    for (unsigned i = 0; i < 20; i++)
        clients[i] = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    CHECK(result == L4_STATUS_OK);
    thread_drop(server);
    CHECK(result == L4_STATUS_ENDED);
    for (unsigned i = 0; i < 20; i++) {
        struct l4_thread_state state;
        CHECK(l4_thread_state(clients[i], &state) == L4_STATUS_HANDLE);
        thread_drop(clients[i]);
    }
    return true;
}

static bool end_reaches_closed_receivers(void)
{
    result = L4_STATUS_OK;
    l4_handle_t partner = thread_new(L4_SLOT_SPACE, HIGHER, deaf, 0);
    l4_handle_t waiter = thread_new(L4_SLOT_SPACE, HIGHER, receiver_from, partner);
    thread_drop(partner);
    CHECK(result == L4_STATUS_ENDED);
    thread_drop(waiter);
    return true;
}

static bool end_of_a_caller_frees_the_server(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, slow_server, 0);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    late_answer = L4_STATUS_OK;
    thread_drop(client);
    pause_us(2000);
    CHECK(late_answer == L4_STATUS_NO_CALLER);
    thread_drop(server);
    return true;
}

static void careless_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;)
        l4_wait(&message);
}

static bool dropped_call_is_reported(void)
{
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, careless_server, 0);
    struct l4_message message = {0};
    CHECK(l4_call(server, &message) == L4_STATUS_ABANDONED);
    thread_drop(server);
    return true;
}

// Keeps three callers and answers them backwards.
static l4_handle_t kept[3];

static void deferring_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        l4_wait(&message);
        if (l4_reply_save(kept[i]) != L4_STATUS_OK)
            return;
    }
    for (unsigned i = 3; i-- > 0;) {
        message.tag = L4_TAG(0, 1, 0);
        message.w[0] = i;
        result = l4_send(kept[i], &message);
    }
    deaf(0);
}

static volatile uint64_t answers[3];

static void numbered_caller(uint64_t packed)
{
    struct l4_message message = {.tag = 0};
    if (l4_call((l4_handle_t)(packed & 0xffffffff), &message) == L4_STATUS_OK)
        answers[packed >> 32] = message.w[0] + 1;
}

static bool answers_can_be_deferred(void)
{
    l4_handle_t clients[3];
    for (unsigned i = 0; i < 3; i++) {
        kept[i] = slot_new();
        answers[i] = 0;
    }
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, deferring_server, 0);
    for (uint64_t i = 0; i < 3; i++)
        clients[i] = thread_new(L4_SLOT_SPACE, HIGHER, numbered_caller, i << 32 | server);
    for (uint64_t i = 0; i < 3; i++)
        CHECK(answers[i] == i + 1);
    struct l4_message message = {0};
    CHECK(l4_send(kept[0], &message) == L4_STATUS_HANDLE);
    thread_drop(server);
    for (unsigned i = 0; i < 3; i++) {
        thread_drop(clients[i]);
        slot_free(kept[i]);
    }
    return true;
}

static void saving_server(uint64_t slot)
{
    struct l4_message message = {0};
    l4_wait(&message);
    l4_reply_save((l4_handle_t)slot);
    deaf(0);
}

static bool saved_answer_is_anybodys(void)
{
    result = L4_STATUS_TIMEOUT;
    l4_handle_t slot = slot_new();
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, saving_server, slot);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    struct l4_handle_info info;
    CHECK(l4_handle_info(slot, &info) == L4_STATUS_OK && info.kind == L4_KIND_REPLY);
    struct l4_message message = {.tag = L4_TAG(0, 1, 0), .w = {77}};
    CHECK(l4_send(slot, &message) == L4_STATUS_OK);
    pause_us(10);
    CHECK(result == L4_STATUS_OK && answer_word == 77);
    thread_drop(client);
    thread_drop(server);
    slot_free(slot);
    return true;
}

static bool saved_answer_closed_is_abandoned(void)
{
    l4_handle_t slot = slot_new();
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, saving_server, slot);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    l4_handle_close(0, slot);
    pause_us(10);
    CHECK(result == L4_STATUS_ABANDONED);
    thread_drop(client);
    thread_drop(server);
    slot_free(slot);
    return true;
}

static bool saved_answer_goes_with_the_caller(void)
{
    l4_handle_t slot = slot_new();
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, saving_server, slot);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller, server);
    struct l4_handle_info info;
    thread_drop(client);
    CHECK(l4_handle_info(slot, &info) == L4_STATUS_HANDLE);
    thread_drop(server);
    slot_free(slot);
    return true;
}

#define UNUSED_SLOT 3100 // nobody else uses it

static volatile unsigned rounds;

// Receives a handle from one thread alone, then waits for anybody.
static void receiver_of_handle(uint64_t from)
{
    struct l4_message message = {0};
    l4_receive_handles(UNUSED_SLOT, 1);
    result = l4_receive((l4_handle_t)from, &message, L4_NEVER);
    answer_word = l4_tag_items(message.tag);
    for (;;) {
        l4_wait(&message);
        rounds++;
    }
}

// Whose handle goes away stops waiting for the thread behind it; but not if what takes the handle
// away is the message that ends the wait. It would be ready twice.
static bool handle_moves_to_who_waits_for_its_thread(void)
{
    l4_handle_t moved = slot_new();
    need(l4_handle_mint(0, L4_SLOT_THREAD, moved, L4_RIGHT_ALL, 0, 0), "handle");
    result = L4_STATUS_TIMEOUT;
    rounds = 0;
    l4_handle_t receiver = thread_new(L4_SLOT_SPACE, HIGHER, receiver_of_handle, L4_SLOT_THREAD);
    struct l4_message message = {.tag = L4_TAG(0, 0, 1)};
    l4_item_move(0, moved);
    CHECK(l4_send(receiver, &message) == L4_STATUS_OK);
    CHECK(result == L4_STATUS_OK && answer_word == 1);
    pause_us(100);
    CHECK(rounds == 0);
    CHECK(l4_notify(receiver, 1) == L4_STATUS_OK);
    pause_us(100);
    CHECK(rounds == 1);
    thread_drop(receiver);
    l4_handle_close(0, UNUSED_SLOT);
    slot_free(moved);
    return true;
}

const struct test partner_tests[] = {
    {"waits of every kind end when their time is over", wait_times_out},
    {"a call to a thread that does not receive times out", call_times_out_unreceived},
    {"a call to a thread that takes it and ends is over at once", call_times_out_unanswered},
    {"an answer after the caller's timeout finds nobody", late_answer_finds_nobody},
    {"a wait can be cancelled", cancel_ends_a_wait},
    {"a call can be cancelled before and after it is taken", cancel_ends_a_call},
    {"a cancelled thread can be sent elsewhere", cancel_sends_elsewhere},
    {"the end of a server is reported to its caller", end_reaches_the_caller},
    {"the end of a receiver is reported to all queued senders", end_reaches_queued_senders},
    {"the end of a thread is reported to who waits for it alone", end_reaches_closed_receivers},
    {"a handle moves to a thread that waits for the thread behind it",
     handle_moves_to_who_waits_for_its_thread},
    {"a server whose caller ended owes no answer", end_of_a_caller_frees_the_server},
    {"a caller that its server drops is told so", dropped_call_is_reported},
    {"answers can be kept and given in any order, once", answers_can_be_deferred},
    {"a kept answer can be given by another thread", saved_answer_is_anybodys},
    {"a kept answer that is closed leaves the caller ABANDONED", saved_answer_closed_is_abandoned},
    {"a kept answer vanishes with its caller", saved_answer_goes_with_the_caller},
    {0, 0},
};
