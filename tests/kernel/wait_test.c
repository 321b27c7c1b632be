// SPDX-License-Identifier: BSD-2-Clause
//
// Waits: who runs next, what they leave in registers, and timeouts that come and go.
#include "test.h"

#define MANY 8

static volatile char order[2 * MANY];
static volatile unsigned order_length;
static volatile uint64_t wakes, bits_seen;
static volatile enum l4_status last;

static void note(char character)
{
    if (order_length < sizeof order)
        order[order_length++] = character;
}

static void note_and_wait(uint64_t character)
{
    struct l4_message message = {0};
    for (;;) {
        note((char)character);
        l4_wait(&message);
    }
}

static void note_and_wait_limited(uint64_t character)
{
    struct l4_message message = {0};
    for (;;) {
        note((char)character);
        l4_wait_timeout(&message, 1000000);
    }
}

static bool in_order(const char *expected, unsigned length)
{
    CHECK(order_length == length);
    for (unsigned i = 0; i < length; i++)
        CHECK(order[i] == expected[i]);
    return true;
}

static bool runs_next_by_priority(void (*function)(uint64_t))
{
    static const uint8_t priorities[MANY] = {3, 190, 64, 63, 128, 1, 127, 65};
    l4_handle_t threads[MANY];
    order_length = 0;
    for (uint64_t i = 0; i < MANY; i++)
        threads[i] = thread_new(L4_SLOT_SPACE, priorities[i], function, 'a' + i);
    pause_us(1000);
    CHECK(in_order("beghcdaf", MANY));
    order_length = 0;
    for (unsigned i = 0; i < MANY; i++)
        CHECK(l4_notify(threads[i], 1) == L4_STATUS_OK);
    CHECK(order_length == 0);
    pause_us(1000);
    CHECK(in_order("beghcdaf", MANY));
    for (unsigned i = 0; i < MANY; i++)
        thread_drop(threads[i]);
    return true;
}

static bool wait_lets_the_next_run(void)
{
    return runs_next_by_priority(note_and_wait) && runs_next_by_priority(note_and_wait_limited);
}

static bool equals_run_in_turn(void)
{
    l4_handle_t threads[3];
    order_length = 0;
    for (uint64_t i = 0; i < 3; i++)
        threads[i] = thread_new(L4_SLOT_SPACE, LOWER, note_and_wait, 'a' + i);
    pause_us(1000);
    for (unsigned i = 3; i; i--)
        CHECK(l4_notify(threads[i - 1], 1) == L4_STATUS_OK);
    pause_us(1000);
    CHECK(in_order("abccba", 6));
    for (unsigned i = 0; i < 3; i++)
        thread_drop(threads[i]);
    return true;
}

static bool woken_runs_before_a_wait_that_fails(void)
{
    struct l4_message message = {0};
    order_length = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, note_and_wait, 'a');
    CHECK(order_length == 1);
    uint64_t wait = L4_WAIT_SPEC(L4_FROM_ANY, 0);
    CHECK(l4_system_call(L4_OP_NOTIFY_WAIT, thread, wait, 0, &message) == L4_STATUS_TIMEOUT);
    CHECK(order_length == 2);
    wait = L4_WAIT_SPEC(1u << 30, L4_NEVER);
    CHECK(l4_system_call(L4_OP_NOTIFY_WAIT, thread, wait, 0, &message) == L4_STATUS_HANDLE);
    CHECK(order_length == 3);
    thread_drop(thread);
    return true;
}

// A kernel address has its top bit set.
static bool words_are_harmless(const struct l4_message *message)
{
    for (unsigned i = 1; i < L4_REGISTER_WORDS; i++)
        CHECK(message->w[i] >> 63 == 0);
    return true;
}

static bool nothing_of_the_kernel_is_left(void)
{
    struct l4_message message = {0};
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, note_and_wait, 'a');
    CHECK(l4_wait_timeout(&message, 100) == L4_STATUS_TIMEOUT);
    CHECK(words_are_harmless(&message));
    CHECK(l4_reply_wait_timeout(&message, 0) == L4_STATUS_TIMEOUT);
    CHECK(words_are_harmless(&message));
    l4_notify(L4_SLOT_THREAD, 1);
    CHECK(l4_reply_wait(&message) == L4_STATUS_OK && message.w[0] == 1);
    CHECK(words_are_harmless(&message));
    CHECK(l4_system_call(L4_OP_NOTIFY, thread, 1, 0, &message) == L4_STATUS_OK);
    CHECK(words_are_harmless(&message) && (message.label | message.tag) >> 63 == 0);
    CHECK(l4_thread_control(thread, L4_THREAD_PRIORITY, LOWER, 0) == L4_STATUS_OK);
    CHECK(l4_system_call(L4_OP_NOTIFY, thread, 1, 0, &message) == L4_STATUS_OK);
    CHECK(words_are_harmless(&message) && (message.label | message.tag) >> 63 == 0);
    thread_drop(thread);
    return true;
}

// Waits by a list of timeouts, the first for a notification, and says how the last ended and when.
static uint32_t plan[3];
static volatile uint64_t ended_at;

static void planned(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        if (!plan[i])
            break;
        last = l4_wait_timeout(&message, plan[i]);
        wakes++;
    }
    ended_at = l4_clock_us();
    l4_wait(&message);
    wakes = 100;
}

static l4_handle_t planned_new(uint32_t first, uint32_t second, uint32_t third)
{
    plan[0] = first;
    plan[1] = second;
    plan[2] = third;
    wakes = ended_at = 0;
    return thread_new(L4_SLOT_SPACE, HIGHER, planned, 0);
}

static bool shorter_wait_ends_in_time(void)
{
    l4_handle_t thread = planned_new(1000000, 300, 0);
    uint64_t before = l4_clock_us();
    l4_notify(thread, 1);
    pause_us(1000);
    CHECK(wakes == 2 && last == L4_STATUS_TIMEOUT);
    CHECK(ended_at - before >= 300 && ended_at - before < 400);
    thread_drop(thread);
    return true;
}

static bool longer_wait_does_not_end_early(void)
{
    l4_handle_t thread = planned_new(500, 3000, 0);
    uint64_t before = l4_clock_us();
    l4_notify(thread, 1);
    pause_us(2500);
    CHECK(wakes == 1);
    pause_us(1000);
    CHECK(wakes == 2 && last == L4_STATUS_TIMEOUT);
    CHECK(ended_at - before >= 3000 && ended_at - before < 3100);
    thread_drop(thread);
    return true;
}

static bool old_timeout_ends_nothing(void)
{
    // Neither a wait without limit, nor a call, nor a thread that runs.
    l4_handle_t thread = planned_new(500, 0, 0);
    l4_notify(thread, 1);
    CHECK(wakes == 1);
    pause_us(2000);
    CHECK(wakes == 1);
    l4_notify(thread, 1);
    CHECK(wakes == 100);
    thread_drop(thread);
    struct l4_message message = {0};
    l4_handle_t server = thread_new(L4_SLOT_SPACE, HIGHER, note_and_wait, 'a');
    l4_notify(L4_SLOT_THREAD, 1);
    CHECK(l4_wait_timeout(&message, 200) == L4_STATUS_OK);
    CHECK(l4_call_timeout(server, &message, 1000) == L4_STATUS_ABANDONED);
    uint64_t until = l4_clock_us() + 500;
    while (l4_clock_us() < until)
        ;
    thread_drop(server);
    return true;
}

static bool thread_with_timeout_can_end(void)
{
    for (unsigned i = 0; i < 3; i++) {
        l4_handle_t waiting = planned_new(300, 0, 0);
        l4_handle_t done = planned_new(300, 0, 0);
        l4_notify(done, 1);
        thread_drop(i == 1 ? done : waiting);
        thread_drop(i == 1 ? waiting : done);
    }
    pause_us(1000);
    return true;
}

static void wait_in_a_loop(uint64_t timeout_us)
{
    struct l4_message message = {0};
    for (;;) {
        last = l4_wait_timeout(&message, (uint32_t)timeout_us);
        if (last == L4_STATUS_OK)
            bits_seen |= message.w[0];
        wakes++;
    }
}

static bool many_timeouts_hold(void)
{
    // Woken more often than its time runs out, the thread must not see a timeout; then one each.
    bits_seen = wakes = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, wait_in_a_loop, 500);
    for (unsigned i = 0; i < 50; i++) {
        CHECK(l4_notify(thread, 1ull << i) == L4_STATUS_OK);
        CHECK(wakes == i + 1 && last == L4_STATUS_OK);
        pause_us(100);
    }
    CHECK(bits_seen == (1ull << 50) - 1);
    pause_us(5000);
    CHECK(last == L4_STATUS_TIMEOUT && wakes >= 58 && wakes <= 61);
    thread_drop(thread);
    return true;
}

// Races of what is waited for with the end of the wait's time, one for each of these moments.
#define RACE_US    20
#define RACE_FROM  17000 // instructions before the first
#define RACE_TRIES 1500
#define RACE_STEP  4

static volatile enum l4_status race_status;
static volatile unsigned races;

static void race_to_receive(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;) {
        l4_wait_notification(&message, L4_NEVER);
        race_status = l4_wait_timeout(&message, RACE_US);
        races++;
    }
}

static void race_to_be_answered(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;) {
        l4_wait_notification(&message, L4_NEVER);
        message.tag = 0;
        race_status = l4_call_timeout(L4_SLOT_THREAD, &message, RACE_US);
        races++;
    }
}

static void spend(uint64_t instructions)
{
    uint64_t pairs = instructions / 2 + 1;
    __asm__ volatile("1: dec %0; jnz 1b" : "+r"(pairs));
}

static bool race(void (*racer)(uint64_t), unsigned way)
{
    unsigned won = 0, lost = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, racer, 0);
    for (uint64_t i = 0; i < RACE_TRIES; i++) {
        struct l4_message message = {0};
        unsigned before = races;
        CHECK(l4_notify(thread, 1) == L4_STATUS_OK);
        if (way == 2)
            CHECK(l4_wait(&message) == L4_STATUS_OK);
        spend(RACE_FROM + i * RACE_STEP);
        message.tag = way == 2 ? 0 : L4_TAG_IMMEDIATE;
        enum l4_status status = way == 0   ? l4_send(thread, &message)
                                : way == 1 ? l4_notify(thread, 2)
                                           : l4_reply(&message);
        // A bit that comes too late starts the next wait at once.
        if (way == 1 && races == before + 1 && race_status == L4_STATUS_TIMEOUT)
            pause_us(2 * RACE_US);
        else
            CHECK(races == before + 1 && (race_status == L4_STATUS_OK) == (status == L4_STATUS_OK));
        CHECK(race_status == L4_STATUS_OK || race_status == L4_STATUS_TIMEOUT);
        won += race_status == L4_STATUS_OK;
        lost += race_status == L4_STATUS_TIMEOUT;
    }
    CHECK(won > RACE_TRIES / 10 && lost > RACE_TRIES / 10);
    thread_drop(thread);
    return true;
}

static bool arrivals_race_with_timeouts(void)
{
    return race(race_to_receive, 0) && race(race_to_receive, 1) && race(race_to_be_answered, 2);
}

const struct test wait_tests[] = {
    {"a wait lets the most important ready thread run", wait_lets_the_next_run},
    {"threads of equal priority that were woken run in turn", equals_run_in_turn},
    {"whom a thread notifies runs before its wait that ends at once",
     woken_runs_before_a_wait_that_fails},
    {"a wait leaves nothing of the kernel in registers", nothing_of_the_kernel_is_left},
    {"a wait with a shorter timeout than the last ends in time", shorter_wait_ends_in_time},
    {"a wait with a longer timeout than the last does not end early",
     longer_wait_does_not_end_early},
    {"the timeout of a wait that is over ends nothing else", old_timeout_ends_nothing},
    {"a thread can end while its timeout runs, waiting or not", thread_with_timeout_can_end},
    {"a message, a bit or an answer comes in time or too late, and both sides see the same",
     arrivals_race_with_timeouts},
    {"a thread that is woken again and again times out only when it is not", many_timeouts_hold},
    {0, 0},
};
