// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications.
#include "test.h"

static volatile uint64_t bits_seen, wakes;

static void waiter(uint64_t only)
{
    struct l4_message message = {0};
    for (;;) {
        enum l4_status status = only ? l4_wait_notification(&message, L4_NEVER) : l4_wait(&message);
        if (status != L4_STATUS_OK)
            continue;
        if (message.tag == (L4_TAG(0, 1, 0) | L4_TAG_NOTIFICATION) && message.label == 0)
            bits_seen |= message.w[0];
        wakes++;
    }
}

static bool wakes_by_priority(unsigned priority, uint64_t only)
{
    bits_seen = wakes = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, priority, waiter, only);
    pause_us(10);
    CHECK(l4_notify(thread, 5) == L4_STATUS_OK);
    pause_us(10);
    CHECK(bits_seen == 5 && wakes == 1);
    thread_drop(thread);
    return true;
}

static bool wakes_waiters(void)
{
    return wakes_by_priority(HIGHER, 0) && wakes_by_priority(LOWER, 0) &&
           wakes_by_priority(OWN_PRIORITY, 0) && wakes_by_priority(HIGHER, 1) &&
           wakes_by_priority(LOWER, 1);
}

static bool bits_are_latched(void)
{
    bits_seen = wakes = 0;
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER);
    CHECK(l4_notify(thread, 1) == L4_STATUS_OK);
    CHECK(l4_notify(thread, 4) == L4_STATUS_OK);
    CHECK(l4_notify(thread, 4) == L4_STATUS_OK);
    thread_begin(thread, waiter, 0);
    CHECK(bits_seen == 5 && wakes == 1);
    thread_drop(thread);
    return true;
}

static bool mask_limits_bits(void)
{
    bits_seen = wakes = 0;
    l4_handle_t masked = slot_new(), none = slot_new();
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, waiter, 0);
    CHECK(l4_handle_mint(0, thread, masked, L4_RIGHT_NOTIFY, 0, 6) == L4_STATUS_OK);
    CHECK(l4_handle_mint(0, masked, none, L4_RIGHT_NOTIFY, 0, 9) == L4_STATUS_OK);
    CHECK(l4_notify(masked, ~0ull) == L4_STATUS_OK);
    CHECK(bits_seen == 6 && wakes == 1);
    CHECK(l4_notify(masked, 1) == L4_STATUS_OK);
    CHECK(l4_notify(none, ~0ull) == L4_STATUS_OK);
    CHECK(wakes == 1);
    thread_drop(thread);
    slot_free(masked);
    slot_free(none);
    return true;
}

static void busy_server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        if (message.tag & L4_TAG_NOTIFICATION) {
            bits_seen |= message.w[0];
            l4_wait(&message);
            continue;
        }
        wakes++;
        // Set while it runs: the next wait must return them at once.
        l4_notify(L4_SLOT_THREAD + 0, 0);
        message.tag = 0;
        l4_reply_wait(&message);
    }
}

static bool one_wait_takes_both(void)
{
    bits_seen = wakes = 0;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, busy_server, 0);
    for (unsigned i = 0; i < 5; i++) {
        struct l4_message message = {.tag = 0};
        CHECK(l4_call(server, &message) == L4_STATUS_OK);
        CHECK(l4_notify(server, 1ull << i) == L4_STATUS_OK);
    }
    CHECK(wakes == 5 && bits_seen == 31);
    thread_drop(server);
    return true;
}

static void caller_of(uint64_t server)
{
    struct l4_message message = {.tag = 0};
    if (l4_call((l4_handle_t)server, &message) == L4_STATUS_OK)
        wakes = 100;
    l4_wait(&message);
    bits_seen = message.w[0];
}

static void slow_answer(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    pause_us(200);
    message.tag = 0;
    l4_reply_wait(&message);
}

static bool callers_are_not_disturbed(void)
{
    bits_seen = wakes = 0;
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, slow_answer, 0);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, caller_of, server);
    CHECK(l4_notify(client, 8) == L4_STATUS_OK);
    CHECK(wakes == 0);
    pause_us(1000);
    CHECK(wakes == 100 && bits_seen == 8);
    thread_drop(client);
    thread_drop(server);
    return true;
}

static bool own_bits_return_at_once(void)
{
    struct l4_message message = {0};
    CHECK(l4_notify(L4_SLOT_THREAD, 3) == L4_STATUS_OK);
    CHECK(l4_wait_timeout(&message, 0) == L4_STATUS_OK);
    CHECK(message.tag & L4_TAG_NOTIFICATION && message.w[0] == 3);
    CHECK(l4_wait_timeout(&message, 0) == L4_STATUS_TIMEOUT);
    return true;
}

static volatile l4_handle_t to_notify;

// Answers its caller, notifies a third and waits for the next call, all at once.
static void notifier(uint64_t unused)
{
    struct l4_message message = {0};
    enum l4_status status = l4_wait(&message);
    (void)unused;
    while (status == L4_STATUS_OK) {
        message.tag = L4_TAG(message.w[0], 0, 0);
        status = l4_notify_wait(to_notify, &message);
    }
}

static bool notifies_waits_and_answers(unsigned waiter_priority, unsigned notifier_priority)
{
    struct l4_message message = {.w = {77}};
    bits_seen = wakes = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, waiter_priority, waiter, 0);
    l4_handle_t server = thread_new(L4_SLOT_SPACE, notifier_priority, notifier, 0);
    to_notify = slot_new();
    CHECK(l4_handle_mint(0, thread, to_notify, L4_RIGHT_NOTIFY, 0, 6) == L4_STATUS_OK);
    pause_us(10);
    for (unsigned round = 1; round <= 3; round++) {
        message.tag = L4_TAG(0, 1, 0);
        message.w[0] = 77 + round;
        CHECK(l4_call(server, &message) == L4_STATUS_OK && l4_tag_label(message.tag) == 77 + round);
        pause_us(10);
        CHECK(bits_seen == 6 && wakes == round);
    }
    thread_drop(server);
    thread_drop(thread);
    slot_free(to_notify);
    return true;
}

static bool notify_and_wait(void)
{
    static const unsigned priorities[] = {LOWER, OWN_PRIORITY, HIGHER};
    for (unsigned i = 0; i < 9; i++)
        CHECK(notifies_waits_and_answers(priorities[i / 3], priorities[i % 3]));
    return true;
}

static bool notify_and_wait_latches(void)
{
    struct l4_message message = {0};
    bits_seen = wakes = 0;
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, HIGHER), bit = slot_new();
    CHECK(l4_handle_mint(0, thread, bit, L4_RIGHT_NOTIFY, 0, 8) == L4_STATUS_OK);
    CHECK(l4_notify(L4_SLOT_THREAD, 1) == L4_STATUS_OK); // ends the wait
    CHECK(l4_notify_wait(bit, &message) == L4_STATUS_OK && message.w[0] == 1);
    thread_begin(thread, waiter, 0);
    CHECK(bits_seen == 8 && wakes == 1);
    thread_drop(thread);
    slot_free(bit);
    return true;
}

static volatile l4_handle_t ring[3];
static volatile uint64_t rounds;

// Notifies the next and waits; nobody owes anybody an answer.
static void pass_on(uint64_t index)
{
    struct l4_message message = {0};
    l4_wait(&message);
    for (;;) {
        rounds++;
        message.tag = 0;
        l4_notify_wait(ring[(index + 1) % 3], &message);
    }
}

static bool notifications_go_round(unsigned first, unsigned second, unsigned third)
{
    const unsigned priorities[] = {first, second, third};
    l4_handle_t threads[3];
    rounds = 0;
    for (uint64_t i = 0; i < 3; i++) {
        ring[i] = slot_new();
        threads[i] = thread_new(L4_SLOT_SPACE, priorities[i], pass_on, i);
        CHECK(l4_handle_mint(0, threads[i], ring[i], L4_RIGHT_NOTIFY, 0, 4) == L4_STATUS_OK);
    }
    pause_us(10);
    CHECK(l4_notify(threads[0], 1) == L4_STATUS_OK);
    pause_us(1000);
    CHECK(rounds > 300);
    // Two go round beside each other.
    CHECK(l4_notify(threads[1], 1) == L4_STATUS_OK);
    uint64_t before = rounds;
    pause_us(1000);
    CHECK(rounds - before > 300);
    for (unsigned i = 0; i < 3; i++) {
        thread_drop(threads[i]);
        slot_free(ring[i]);
    }
    return true;
}

static bool notifications_go_round_by_any_priority(void)
{
    return notifications_go_round(LOWER, LOWER, LOWER) &&
           notifications_go_round(LOWER, LOWER - 1, LOWER - 2) &&
           notifications_go_round(LOWER - 2, LOWER - 1, LOWER) &&
           notifications_go_round(LOWER, LOWER - 1, LOWER);
}

static bool notify_itself_and_wait(void)
{
    struct l4_message message = {0};
    l4_handle_t bit = slot_new();
    CHECK(l4_handle_mint(0, L4_SLOT_THREAD, bit, L4_RIGHT_NOTIFY, 0, 16) == L4_STATUS_OK);
    CHECK(l4_notify_wait(bit, &message) == L4_STATUS_OK && message.w[0] == 16);
    slot_free(bit);
    return true;
}

const struct test notify_tests[] = {
    {"a notification wakes a waiter of any priority", wakes_waiters},
    {"bits set before the wait are kept and come together", bits_are_latched},
    {"a handle's mask limits the bits, and copies cannot widen it", mask_limits_bits},
    {"one wait takes messages and notifications", one_wait_takes_both},
    {"a caller's bits wait for the end of the call", callers_are_not_disturbed},
    {"a thread can notify itself; its bits are given once", own_bits_return_at_once},
    {"notify and wait wakes, answers and waits, whatever the priorities", notify_and_wait},
    {"threads that notify and wait pass bits round, whatever their priorities",
     notifications_go_round_by_any_priority},
    {"notify and wait keeps the bits for a thread that does not wait", notify_and_wait_latches},
    {"a thread that notifies itself and waits returns at once", notify_itself_and_wait},
    {0, 0},
};
