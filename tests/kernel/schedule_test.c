// SPDX-License-Identifier: BSD-2-Clause
//
// Priorities, slices, time.
#include "test.h"

static volatile uint64_t counters[4];
static volatile char order[16];
static volatile unsigned order_length;

static void count(uint64_t index)
{
    for (;;)
        counters[index]++;
}

static void note(uint64_t character)
{
    if (order_length < sizeof order)
        order[order_length++] = (char)character;
}

static bool equals_share_the_time(void)
{
    l4_handle_t threads[3];
    for (uint64_t i = 0; i < 3; i++) {
        counters[i] = 0;
        threads[i] = thread_new(L4_SLOT_SPACE, LOWER, count, i);
        need(l4_thread_control(threads[i], L4_THREAD_SLICE, 1000, 0), "slice");
    }
    pause_us(30000);
    uint64_t least = counters[0], most = counters[0];
    for (unsigned i = 1; i < 3; i++) {
        least = counters[i] < least ? counters[i] : least;
        most = counters[i] > most ? counters[i] : most;
    }
    CHECK(least > 100000 && most - least < most / 5);
    for (unsigned i = 0; i < 3; i++)
        thread_drop(threads[i]);
    return true;
}

static bool slices_are_what_was_asked(void)
{
    l4_handle_t threads[2];
    for (uint64_t i = 0; i < 2; i++) {
        counters[i] = 0;
        threads[i] = thread_unstarted(L4_SLOT_SPACE, LOWER);
        need(l4_thread_control(threads[i], L4_THREAD_SLICE, i ? 3000 : 1000, 0), "slice");
        thread_begin(threads[i], count, i);
    }
    pause_us(40000);
    CHECK(counters[1] > counters[0] * 5 / 2 && counters[1] < counters[0] * 7 / 2);
    thread_drop(threads[0]);
    thread_drop(threads[1]);
    return true;
}

static bool lower_priority_waits(void)
{
    counters[0] = counters[1] = 0;
    l4_handle_t low = thread_new(L4_SLOT_SPACE, LOWER - 1, count, 0);
    l4_handle_t high = thread_new(L4_SLOT_SPACE, LOWER, count, 1);
    pause_us(30000);
    CHECK(counters[0] == 0 && counters[1] > 100000);
    CHECK(l4_thread_control(low, L4_THREAD_PRIORITY, LOWER + 1, 0) == L4_STATUS_OK);
    uint64_t seen = counters[1];
    pause_us(1000);
    CHECK(counters[0] > 1000 && counters[1] - seen < 10);
    thread_drop(low);
    thread_drop(high);
    return true;
}

static bool priorities_decide_the_order(void)
{
    static const uint8_t priorities[] = {3, 255, 64, 63, 128, 1, 127, 65};
    l4_handle_t threads[8];
    order_length = 0;
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_PRIORITY, 255, 0), "priority");
    for (uint64_t i = 0; i < 8; i++)
        threads[i] = thread_new(L4_SLOT_SPACE, priorities[i], note, 'a' + i);
    pause_us(1000);
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_PRIORITY, OWN_PRIORITY, 0), "priority");
    // The letters by falling priority.
    static const char sorted[] = {'b', 'e', 'g', 'h', 'c', 'd', 'a', 'f'};
    CHECK(order_length == 8);
    for (unsigned i = 0; i < 8; i++) {
        CHECK(order[i] == sorted[i]);
        thread_drop(threads[i]);
    }
    return true;
}

static void server(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    l4_wait(&message);
    for (;;) {
        note('s');
        message.tag = 0;
        l4_reply_wait(&message);
    }
}

static void client(uint64_t to)
{
    struct l4_message message = {0};
    note('c');
    l4_call((l4_handle_t)to, &message);
    note('C');
}

static bool direct_switch_respects_priorities(void)
{
    order_length = 0;
    // The client calls a server of least priority; somebody between them is ready and goes first.
    l4_handle_t low = thread_new(L4_SLOT_SPACE, LOWER - 2, server, 0);
    pause_us(100);
    l4_handle_t caller = thread_new(L4_SLOT_SPACE, LOWER, client, low);
    l4_handle_t between = thread_new(L4_SLOT_SPACE, LOWER - 1, note, 'b');
    pause_us(1000);
    static const char expected[] = {'c', 'b', 's', 'C'};
    CHECK(order_length == 4);
    for (unsigned i = 0; i < 4; i++)
        CHECK(order[i] == expected[i]);
    thread_drop(low);
    thread_drop(caller);
    thread_drop(between);
    return true;
}

static void yielder(uint64_t character)
{
    for (unsigned i = 0; i < 3; i++) {
        note(character);
        l4_yield(0);
    }
}

static bool yield_goes_round(void)
{
    order_length = 0;
    l4_handle_t a = thread_new(L4_SLOT_SPACE, LOWER, yielder, 'a');
    l4_handle_t b = thread_new(L4_SLOT_SPACE, LOWER, yielder, 'b');
    pause_us(1000);
    CHECK(order_length == 6);
    for (unsigned i = 0; i < 6; i++)
        CHECK(order[i] == (i % 2 ? 'b' : 'a'));
    thread_drop(a);
    thread_drop(b);
    order_length = 0;
    a = thread_new(L4_SLOT_SPACE, OWN_PRIORITY, note, 'a');
    b = thread_new(L4_SLOT_SPACE, OWN_PRIORITY, note, 'b');
    CHECK(l4_yield(b) == L4_STATUS_OK);
    CHECK(order_length >= 1 && order[0] == 'b');
    l4_yield(0);
    CHECK(order_length == 2 && order[1] == 'a');
    thread_drop(a);
    thread_drop(b);
    return true;
}

static bool time_is_accounted(void)
{
    struct l4_thread_state before, after, own_before, own_after;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, LOWER, count, 0);
    pause_us(100);
    l4_thread_state(thread, &before);
    l4_thread_state(L4_SLOT_THREAD, &own_before);
    uint64_t from = l4_tsc(), idle = l4_idle_ticks();
    pause_us(20000);
    uint64_t wall = l4_tsc() - from;
    l4_thread_state(thread, &after);
    l4_thread_state(L4_SLOT_THREAD, &own_after);
    uint64_t spent = after.ticks - before.ticks, own = own_after.ticks - own_before.ticks;
    CHECK(spent <= wall && spent + own > wall - wall / 100 && own < wall / 20);
    CHECK(l4_idle_ticks() == idle);
    CHECK(after.state == L4_THREAD_IS_READY && after.priority == LOWER);
    CHECK(after.preemptions > before.preemptions);
    thread_drop(thread);
    idle = l4_idle_ticks();
    from = l4_tsc();
    pause_us(20000);
    wall = l4_tsc() - from;
    CHECK(l4_idle_ticks() - idle > wall - wall / 20 && l4_idle_ticks() - idle <= wall);
    return true;
}

// Two readings of the counter lie further apart if the kernel ran in between.
static bool nothing_ticks(void)
{
    // The timer that is to look at the log again comes once more.
    l4_log_flush(L4_SLOT_LOG);
    pause_us(2000);
    uint64_t last = l4_tsc(), most = 0, end = last + 50 * (uint64_t)l4_info()->tsc_khz;
    while (last < end) {
        uint64_t now = l4_tsc();
        most = now - last > most ? now - last : most;
        last = now;
    }
    CHECK(most < 100);
    return true;
}

static bool clock_runs(void)
{
    struct l4_message message = {0};
    uint64_t last = 0;
    for (unsigned i = 0; i < 100; i++) {
        CHECK(l4_system_call(L4_OP_CLOCK, 0, 0, 0, &message) == L4_STATUS_OK);
        uint64_t now = l4_clock_us();
        CHECK(message.w[0] >= last && now >= message.w[0] && now - message.w[0] < 100);
        last = message.w[0];
    }
    return true;
}

static bool threads_can_be_stopped(void)
{
    struct l4_thread_state state;
    counters[0] = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, LOWER, count, 0);
    pause_us(1000);
    CHECK(l4_thread_control(thread, L4_THREAD_STOP, 1, 0) == L4_STATUS_OK);
    l4_thread_state(thread, &state);
    CHECK(state.state == L4_THREAD_IS_STOPPED);
    uint64_t seen = counters[0];
    pause_us(1000);
    CHECK(seen > 100 && counters[0] == seen);
    CHECK(l4_thread_control(thread, L4_THREAD_STOP, 0, 0) == L4_STATUS_OK);
    pause_us(1000);
    CHECK(counters[0] > seen + 100);
    thread_drop(thread);
    // One that waits stops when it would go on.
    order_length = 0;
    thread = thread_new(L4_SLOT_SPACE, HIGHER, server, 0);
    CHECK(l4_thread_control(thread, L4_THREAD_STOP, 1, 0) == L4_STATUS_OK);
    struct l4_message message = {0};
    CHECK(l4_call_timeout(thread, &message, 1000) == L4_STATUS_TIMEOUT);
    CHECK(order_length == 0);
    CHECK(l4_thread_control(thread, L4_THREAD_STOP, 0, 0) == L4_STATUS_OK);
    CHECK(order_length == 1);
    thread_drop(thread);
    return true;
}

const struct test schedule_tests[] = {
    {"threads of equal priority share the time", equals_share_the_time},
    {"slices are as long as was asked", slices_are_what_was_asked},
    {"a thread of lower priority waits", lower_priority_waits},
    {"priorities decide the order over their whole range", priorities_decide_the_order},
    {"a message does not let its receiver pass others", direct_switch_respects_priorities},
    {"yielding goes round, or to the thread that was named", yield_goes_round},
    {"time of threads and idle time are accounted", time_is_accounted},
    {"a thread that shares its priority with nobody is not interrupted", nothing_ticks},
    {"the clock runs as the information page says", clock_runs},
    {"threads can be stopped and let go on", threads_can_be_stopped},
    {0, 0},
};
