// SPDX-License-Identifier: BSD-2-Clause
//
// Preemption control. In virtual time a timeout comes at a chosen instruction, so each instruction
// of a critical section is tried in turn: a consumer enters its section after a loop of growing
// length, while the producer, more important, is woken by the timer.
#include "test.h"

#define PRODUCER_US 40
#define BEFORE      38000 // instructions from the producer's start of waiting to the first try
#define SWEEP       3000  // instructions tried
#define STEP        1

static volatile uint64_t produced;
static volatile uint32_t asleep;
static volatile uint64_t came_inside, sent, lost;
static volatile bool inside;
static l4_handle_t consumer;

// Is told to start, then comes once, PRODUCER_US later. It wakes the consumer with a message that
// is lost if the consumer does not wait: nothing is latched.
static void producer(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;) {
        l4_wait(&message);
        pause_us(PRODUCER_US);
        produced++;
        if (inside)
            came_inside++;
        if (asleep) {
            message.tag = L4_TAG(0, 0, 0) | L4_TAG_IMMEDIATE;
            if (l4_send(consumer, &message) == L4_STATUS_OK)
                sent++;
            else
                lost++;
        }
    }
}

// Burns `count` instructions.
static void burn(uint64_t count)
{
    uint64_t pairs = count / 2 + 1;
    if (count % 2)
        __asm__ volatile("nop");
    __asm__ volatile("1: dec %0; jnz 1b" : "+r"(pairs));
}

static bool roll_back_loses_nothing(void)
{
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, producer, 0);
    uint64_t rolled_back = 0, consecutive = 0, longest = 0, section = 0;
    struct l4_message message = {0};
    consumer = L4_SLOT_THREAD;
    sent = lost = 0;
    section = (uint64_t)(l4_sleep_end - l4_sleep_begin);
    for (uint64_t i = 0; i < SWEEP; i += STEP) {
        struct l4_watch watch = {&produced, produced};
        uint64_t preempted = l4_utcb()->preempted;
        l4_notify(thread, 1);
        burn(BEFORE + i);
        uint64_t before = produced;
        enum l4_status status = l4_sleep_restartable(&asleep, &watch, 1, &message);
        CHECK(status == L4_STATUS_OK || status == L4_STATUS_AGAIN);
        CHECK(asleep == 0);
        // Back without message although nothing had come when it went in: it was rolled back.
        bool back = status == L4_STATUS_AGAIN && before == watch.last &&
                    l4_utcb()->preempted != preempted + 1;
        consecutive = status == L4_STATUS_AGAIN && before == watch.last ? consecutive + 1 : 0;
        longest = consecutive > longest ? consecutive : longest;
        rolled_back += back || consecutive;
        while (produced == watch.last)
            pause_us(10);
    }
    print("# %u slept, %u rolled back, %u times a message found nobody\n", sent, rolled_back, lost);
    // The section has some ten instructions, in which the consumer is asleep or about to be.
    CHECK(section > 20 && longest >= 8 && lost >= 6 && sent > 100);
    thread_drop(thread);
    return true;
}

static bool delay_keeps_others_out(void)
{
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, producer, 0);
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_DELAY, 20, 0), "delay");
    uint64_t delayed = 0;
    came_inside = 0;
    for (uint64_t i = 0; i < SWEEP; i += 5) {
        uint64_t last = produced;
        l4_notify(thread, 1);
        burn(BEFORE + i);
        uint64_t preempted = l4_preemption_delay();
        inside = true;
        burn(100);
        inside = false;
        uint64_t before = produced;
        CHECK(l4_preemption_allow(preempted));
        delayed += before == last && produced != last;
        while (produced == last)
            pause_us(10);
    }
    print("# %u preemptions delayed\n", delayed);
    CHECK(came_inside == 0 && delayed >= 10);
    thread_drop(thread);
    return true;
}

static bool delay_is_bounded(void)
{
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, producer, 0);
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_DELAY, 20, 0), "delay");
    uint64_t last = produced;
    l4_notify(thread, 1);
    uint64_t preempted = l4_preemption_delay(), from = l4_tsc();
    while (produced == last && l4_tsc() - from < 1000000)
        ;
    uint64_t taken = l4_tsc() - from;
    CHECK(produced != last);
    CHECK(taken >= (PRODUCER_US + 15) * 1000 && taken < (PRODUCER_US + 30) * 1000);
    CHECK(!l4_preemption_allow(preempted));
    // Without the right to delay, none.
    need(l4_thread_control(L4_SLOT_THREAD, L4_THREAD_DELAY, 0, 0), "delay");
    last = produced;
    l4_notify(thread, 1);
    preempted = l4_preemption_delay();
    from = l4_tsc();
    while (produced == last && l4_tsc() - from < 1000000)
        ;
    CHECK(l4_tsc() - from < (PRODUCER_US + 5) * 1000);
    CHECK(!l4_preemption_allow(preempted));
    thread_drop(thread);
    return true;
}

#define SLICE_US 1000
#define DELAY_US 20

static volatile uint64_t longest_run, longest_gap;

// Delays for ever, and notes for how long it runs at a time and does not.
static void greedy(uint64_t unused)
{
    uint64_t from = l4_tsc(), last = from;
    (void)unused;
    l4_preemption_delay();
    for (;;) {
        uint64_t now = l4_tsc();
        if (now - last > SLICE_US * 1000 / 2) {
            longest_run = last - from > longest_run ? last - from : longest_run;
            longest_gap = now - last > longest_gap ? now - last : longest_gap;
            from = now;
        }
        last = now;
    }
}

static void spin(uint64_t unused)
{
    (void)unused;
    for (;;)
        ;
}

static bool delay_is_bounded_among_equals(void)
{
    longest_run = longest_gap = 0;
    l4_handle_t threads[2] = {thread_unstarted(L4_SLOT_SPACE, LOWER),
                              thread_unstarted(L4_SLOT_SPACE, LOWER)};
    for (unsigned i = 0; i < 2; i++)
        need(l4_thread_control(threads[i], L4_THREAD_SLICE, SLICE_US, 0), "slice");
    need(l4_thread_control(threads[0], L4_THREAD_DELAY, DELAY_US, 0), "delay");
    thread_begin(threads[0], greedy, 0);
    thread_begin(threads[1], spin, 0);
    pause_us(10 * SLICE_US);
    CHECK(longest_run > (SLICE_US + DELAY_US / 2) * 1000);
    CHECK(longest_run < (SLICE_US + 2 * DELAY_US) * 1000);
    CHECK(longest_gap < (SLICE_US + DELAY_US) * 1000);
    thread_drop(threads[0]);
    thread_drop(threads[1]);
    return true;
}

static l4_handle_t woken_one;
static volatile uint64_t turns;

static void wake_later(uint64_t unused)
{
    (void)unused;
    pause_us(PRODUCER_US);
    for (;;)
        pause_us(1000000);
}

// Delays until somebody waits for it to make place, and stops that one.
static void stop_who_waits(uint64_t unused)
{
    volatile struct l4_utcb *utcb = l4_utcb();
    (void)unused;
    l4_preemption_delay();
    while (!utcb->delay_pending)
        ;
    l4_thread_control(woken_one, L4_THREAD_STOP, 1, 0);
    for (;;)
        turns++;
}

static bool delay_for_nobody_costs_nothing(void)
{
    turns = 0;
    woken_one = thread_new(L4_SLOT_SPACE, LOWER + 1, wake_later, 0);
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    need(l4_thread_control(thread, L4_THREAD_DELAY, DELAY_US, 0), "delay");
    thread_begin(thread, stop_who_waits, 0);
    pause_us(1000);
    CHECK(turns > 100000); // nearly all of the time is its own
    thread_drop(thread);
    thread_drop(woken_one);
    return true;
}

const struct test preempt_tests[] = {
    {"a consumer preempted at any instruction before it sleeps is rolled back",
     roll_back_loses_nothing},
    {"a delayed preemption comes after the critical section", delay_keeps_others_out},
    {"the delay is bounded and reported", delay_is_bounded},
    {"who delays at the end of its slice makes place for its equals",
     delay_is_bounded_among_equals},
    {"a delay that nobody waits for any more is over", delay_for_nobody_costs_nothing},
    {0, 0},
};
