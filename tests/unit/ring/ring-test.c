/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of libs/ring on one thread: order, limits, wrap, broken peers, notifications, both
 * ways to sleep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ring/sleep.h>
#include <ring/watch.h>

#define CAPACITY 8

struct entry {
    uint32_t offset;
    uint16_t length;
    uint16_t flags;
    uint64_t cookie;
};

struct layout {
    struct ring_shared shared;
    struct entry entries[CAPACITY];
};

struct pair {
    struct layout *layout;
    struct ring_producer producer;
    struct ring_consumer consumer;
};

static unsigned remote_wakes;
static uint64_t remote_bits;

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    assert_int_equal(thread, 77);
    remote_wakes++;
    remote_bits |= bits;
}

static const struct ring_wake remote = {.thread = 77, .bits = 4};

/* The layout comes from the heap, so that an access behind it is seen by the sanitizer. */
static void pair_start(struct pair *pair, uint32_t first)
{
    pair->layout = aligned_alloc(RING_LINE_BYTES, sizeof *pair->layout);
    memset(pair->layout, 0, sizeof *pair->layout);
    ring_producer_start(&pair->producer, &pair->layout->shared, pair->layout->entries, CAPACITY,
                        first);
    ring_consumer_start(&pair->consumer, &pair->layout->shared, pair->layout->entries, CAPACITY,
                        first);
    remote_wakes = 0;
    remote_bits = 0;
}

static void pair_end(struct pair *pair)
{
    free(pair->layout);
}

static bool put(struct pair *pair, uint64_t cookie)
{
    struct entry entry = {.offset = (uint32_t)cookie * 3, .length = 9, .cookie = cookie};

    return ring_try_put(&pair->producer, &entry, sizeof entry);
}

static bool get_expect(struct pair *pair, uint64_t cookie)
{
    struct entry entry;

    if (!ring_try_get(&pair->consumer, &entry, sizeof entry))
        return false;
    assert_int_equal(entry.cookie, cookie);
    assert_int_equal(entry.offset, (uint32_t)cookie * 3);
    assert_int_equal(entry.length, 9);
    return true;
}

static void entries_come_out_in_the_order_they_went_in(void **state)
{
    (void)state;
    struct pair pair;
    uint64_t in = 0, out = 0;

    pair_start(&pair, 0);
    for (unsigned batch = 1; batch <= CAPACITY; batch++) {
        for (unsigned i = 0; i < batch; i++)
            assert_true(put(&pair, in++));
        ring_publish(&pair.producer);
        for (unsigned i = 0; i < batch; i++)
            assert_true(get_expect(&pair, out++));
        ring_release(&pair.consumer);
    }
    pair_end(&pair);
}

static void full_and_empty_differ_at_every_wrap(void **state)
{
    (void)state;

    for (uint32_t first = 0u - 2 * CAPACITY; first != 2 * CAPACITY; first++) {
        struct pair pair;

        pair_start(&pair, first);
        assert_int_equal(ring_available(&pair.consumer, 1), 0);
        assert_int_equal(ring_room(&pair.producer, 1), CAPACITY);
        for (unsigned i = 0; i < CAPACITY; i++)
            assert_true(put(&pair, i));
        assert_false(put(&pair, 99));
        ring_publish(&pair.producer);
        assert_int_equal(ring_room(&pair.producer, 1), 0);
        assert_int_equal(ring_available(&pair.consumer, 1), CAPACITY);
        for (unsigned i = 0; i < CAPACITY; i++)
            assert_true(get_expect(&pair, i));
        assert_false(get_expect(&pair, 0));
        ring_release(&pair.consumer);
        assert_int_equal(ring_room(&pair.producer, CAPACITY), CAPACITY);
        assert_false(pair.producer.broken);
        assert_false(pair.consumer.broken);
        pair_end(&pair);
    }
}

static void arrays_go_in_and_out_as_far_as_they_fit(void **state)
{
    (void)state;
    struct pair pair;
    struct entry in[CAPACITY + 3], out[CAPACITY + 3];

    pair_start(&pair, UINT32_MAX - 4);
    for (unsigned i = 0; i < CAPACITY + 3; i++)
        in[i] = (struct entry){.offset = i * 3, .length = 9, .cookie = i};
    assert_int_equal(ring_put_many(&pair.producer, in, 3, sizeof *in), 3);
    ring_publish(&pair.producer);
    assert_int_equal(ring_get_many(&pair.consumer, out, CAPACITY, sizeof *out), 3);
    ring_release(&pair.consumer);
    assert_int_equal(ring_put_many(&pair.producer, in, CAPACITY + 3, sizeof *in), CAPACITY);
    assert_int_equal(ring_put_many(&pair.producer, in, 1, sizeof *in), 0);
    ring_publish(&pair.producer);
    assert_int_equal(ring_get_many(&pair.consumer, out, CAPACITY + 3, sizeof *out), CAPACITY);
    assert_memory_equal(in, out, CAPACITY * sizeof *in);
    pair_end(&pair);
}

static void unpublished_entries_are_not_seen_and_unreleased_slots_not_reused(void **state)
{
    (void)state;
    struct pair pair;

    pair_start(&pair, UINT32_MAX - 2);
    for (unsigned i = 0; i < CAPACITY; i++)
        assert_true(put(&pair, i));
    assert_int_equal(ring_available(&pair.consumer, 1), 0);
    ring_publish(&pair.producer);
    for (unsigned i = 0; i < CAPACITY; i++)
        assert_true(get_expect(&pair, i));
    assert_int_equal(ring_room(&pair.producer, 1), 0);
    ring_release(&pair.consumer);
    assert_int_equal(ring_room(&pair.producer, 1), CAPACITY);
    pair_end(&pair);
}

static void a_producer_survives_any_index_of_the_consumer(void **state)
{
    (void)state;

    for (uint32_t offset = 0; offset < 64; offset++) {
        struct pair pair;
        bool legal;

        /* 5 published, 2 of them known to be consumed: 2..5 is what the consumer may say. */
        pair_start(&pair, UINT32_MAX - 3);
        for (unsigned i = 0; i < 5; i++)
            put(&pair, i);
        ring_publish(&pair.producer);
        get_expect(&pair, 0);
        get_expect(&pair, 1);
        ring_release(&pair.consumer);
        assert_int_equal(ring_room(&pair.producer, CAPACITY), CAPACITY - 3);

        pair.layout->shared.consumed = UINT32_MAX - 3 + (offset - 32);
        legal = offset >= 32 + 2 && offset <= 32 + 5;
        ring_room(&pair.producer, CAPACITY);
        assert_int_equal(pair.producer.broken, !legal);
        if (!legal) {
            pair.layout->shared.consumed = UINT32_MAX - 3 + 5;
            assert_int_equal(ring_room(&pair.producer, 1), 0);
            assert_false(put(&pair, 1));
        }
        pair_end(&pair);
    }
}

static void a_consumer_survives_any_index_of_the_producer(void **state)
{
    (void)state;

    for (uint32_t offset = 0; offset < 64; offset++) {
        struct pair pair;
        struct entry entry;
        bool legal;

        /* 5 published, all known, 2 given back: 5..2 + capacity is what the producer may say. */
        pair_start(&pair, UINT32_MAX - 3);
        for (unsigned i = 0; i < 5; i++)
            put(&pair, i);
        ring_publish(&pair.producer);
        get_expect(&pair, 0);
        get_expect(&pair, 1);
        ring_release(&pair.consumer);

        pair.layout->shared.produced = UINT32_MAX - 3 + (offset - 32);
        legal = offset >= 32 + 5 && offset <= 32 + 2 + CAPACITY;
        ring_available(&pair.consumer, CAPACITY + 1);
        assert_int_equal(pair.consumer.broken, !legal);
        if (!legal) {
            pair.layout->shared.produced = UINT32_MAX - 3 + 5;
            assert_int_equal(ring_available(&pair.consumer, 1), 0);
            assert_false(ring_try_get(&pair.consumer, &entry, sizeof entry));
        }
        pair_end(&pair);
    }
}

static void only_a_sleeping_consumer_is_notified_and_once_for_each_sleep(void **state)
{
    (void)state;
    struct pair pair;
    struct ring_set set = {0};

    pair_start(&pair, 0);
    assert_true(ring_set_add(&set, &pair.consumer, 1));
    put(&pair, 0);
    ring_publish(&pair.producer);
    ring_notify(&pair.producer, &remote);
    assert_int_equal(remote_wakes, 0);
    assert_true(get_expect(&pair, 0));
    ring_release(&pair.consumer);

    assert_true(ring_set_prepare(&set));
    for (unsigned i = 1; i <= 3; i++) {
        put(&pair, i);
        ring_publish(&pair.producer);
        ring_notify(&pair.producer, &remote);
        assert_int_equal(remote_wakes, 1);
    }
    assert_int_equal(remote_bits, remote.bits);
    ring_set_end(&set);
    for (unsigned i = 1; i <= 3; i++)
        assert_true(get_expect(&pair, i));
    ring_release(&pair.consumer);

    assert_true(ring_set_prepare(&set));
    put(&pair, 4);
    ring_publish(&pair.producer);
    ring_notify(&pair.producer, &remote);
    assert_int_equal(remote_wakes, 2);
    pair_end(&pair);
}

static void a_look_that_finds_work_calls_the_sleep_off(void **state)
{
    (void)state;
    struct pair pair;
    struct ring_set set = {0};

    pair_start(&pair, 0);
    assert_true(ring_set_add(&set, &pair.consumer, 1));
    put(&pair, 0);
    ring_publish(&pair.producer);
    assert_false(ring_set_prepare(&set));
    assert_int_equal(pair.layout->shared.sleep, 0);
    ring_set_end(&set);
    assert_true(get_expect(&pair, 0));
    assert_true(ring_set_prepare(&set));
    assert_int_not_equal(pair.layout->shared.sleep, 0);
    ring_set_remove(&set, &pair.consumer);
    assert_int_equal(pair.layout->shared.sleep, 0);
    ring_set_end(&set);
    pair_end(&pair);
}

static void a_late_sleeper_is_woken_when_enough_entries_wait(void **state)
{
    (void)state;
    struct pair pair;
    struct ring_set set = {0};

    pair_start(&pair, UINT32_MAX);
    assert_true(ring_set_add(&set, &pair.consumer, 3));
    assert_true(ring_set_prepare(&set));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(remote_wakes, 0);
        put(&pair, i);
        ring_publish(&pair.producer);
        ring_notify(&pair.producer, &remote);
    }
    assert_int_equal(remote_wakes, 1);
    pair_end(&pair);
}

static void arming_an_empty_ring_wakes_and_arming_a_full_one_does_not(void **state)
{
    (void)state;
    struct pair pair;

    pair_start(&pair, 0);
    assert_true(ring_arm(&pair.consumer));
    put(&pair, 0);
    ring_publish(&pair.producer);
    ring_notify(&pair.producer, &remote);
    assert_int_equal(remote_wakes, 1);

    assert_false(ring_arm(&pair.consumer));
    put(&pair, 1);
    ring_publish(&pair.producer);
    ring_notify(&pair.producer, &remote);
    assert_int_equal(remote_wakes, 1);

    /* Served without ever saying that it is awake. */
    assert_true(get_expect(&pair, 0));
    assert_true(get_expect(&pair, 1));
    ring_release(&pair.consumer);
    assert_true(ring_arm(&pair.consumer));
    put(&pair, 2);
    ring_publish(&pair.producer);
    ring_notify(&pair.producer, &remote);
    assert_int_equal(remote_wakes, 2);
    pair_end(&pair);
}

static void in_one_program_a_wake_up_is_a_bit_in_the_pending_word(void **state)
{
    (void)state;
    struct pair pair;
    struct ring_set set = {0};
    volatile uint64_t pending = 0x100;
    struct ring_wake local = {.local_pending = &pending, .bits = 2};

    pair_start(&pair, 0);
    assert_true(ring_set_add(&set, &pair.consumer, 1));
    assert_true(ring_set_prepare(&set));
    put(&pair, 0);
    ring_publish(&pair.producer);
    ring_notify(&pair.producer, &local);
    assert_int_equal(pending, 0x102);
    assert_int_equal(remote_wakes, 0);
    pair_end(&pair);
}

static void a_set_refuses_more_rings_than_it_holds_and_a_wake_up_at_nothing(void **state)
{
    (void)state;
    struct pair pair;
    struct ring_set set = {0};

    pair_start(&pair, 0);
    assert_false(ring_set_add(&set, &pair.consumer, 0));
    for (unsigned i = 0; i < RING_SET_MAX; i++)
        assert_true(ring_set_add(&set, &pair.consumer, 1));
    assert_false(ring_set_add(&set, &pair.consumer, 1));
    pair_end(&pair);
}

static void publish_some(struct pair *pair, unsigned count)
{
    const struct entry entry = {0};
    while (count-- > 0)
        assert_true(ring_try_put(&pair->producer, &entry, sizeof entry));
    ring_publish(&pair->producer);
}

static void take_some(struct pair *pair, unsigned count)
{
    struct entry entry;
    while (count-- > 0)
        assert_true(ring_try_get(&pair->consumer, &entry, sizeof entry));
    ring_release(&pair->consumer);
}

static void who_leaves_entries_at_two_looks_is_found(void **state)
{
    (void)state;
    struct pair pair;
    uint32_t waiting = 0;
    pair_start(&pair, UINT32_MAX - 2);
    ring_watch(&pair.consumer);
    publish_some(&pair, 2);
    assert_null(ring_watch_look(&waiting));
    publish_some(&pair, 3);
    assert_ptr_equal(ring_watch_look(&waiting), &pair.consumer);
    assert_int_equal(waiting, 5);
    ring_watch_end(pair.layout, sizeof *pair.layout);
    pair_end(&pair);
}

static void who_takes_one_of_many_goes_on(void **state)
{
    (void)state;
    struct pair pair;
    uint32_t waiting;
    pair_start(&pair, 0);
    ring_watch(&pair.consumer);
    publish_some(&pair, CAPACITY);
    for (unsigned i = 0; i < CAPACITY; i++) {
        assert_null(ring_watch_look(&waiting));
        take_some(&pair, 1);
    }
    assert_null(ring_watch_look(&waiting));
    assert_null(ring_watch_look(&waiting));
    ring_watch_end(pair.layout, sizeof *pair.layout);
    pair_end(&pair);
}

static void an_empty_ring_is_no_sign_of_death(void **state)
{
    (void)state;
    struct pair pair;
    uint32_t waiting;
    pair_start(&pair, 0);
    ring_watch(&pair.consumer);
    for (unsigned i = 0; i < 5; i++) {
        assert_null(ring_watch_look(&waiting));
        publish_some(&pair, 2);
        take_some(&pair, 2);
    }
    ring_watch_end(pair.layout, sizeof *pair.layout);
    pair_end(&pair);
}

static void who_says_that_he_waits_for_something_else_is_left_alone(void **state)
{
    (void)state;
    struct pair pair;
    uint32_t waiting;
    pair_start(&pair, 0);
    ring_watch(&pair.consumer);
    publish_some(&pair, 2);
    ring_stall(&pair.consumer, true);
    assert_null(ring_watch_look(&waiting));
    assert_null(ring_watch_look(&waiting));
    ring_stall(&pair.consumer, false);
    assert_null(ring_watch_look(&waiting));
    assert_non_null(ring_watch_look(&waiting));
    ring_wake_count_set(&pair.consumer, 3);
    assert_null(ring_watch_look(&waiting));
    publish_some(&pair, 1);
    assert_null(ring_watch_look(&waiting));
    assert_non_null(ring_watch_look(&waiting));
    ring_watch_end(pair.layout, sizeof *pair.layout);
    pair_end(&pair);
}

/* A producer can write everything in the area. Who takes what is published is not found. */
static void no_peer_can_make_a_consumer_look_dead(void **state)
{
    (void)state;
    struct pair pair;
    struct entry entry;
    uint32_t waiting;
    srandom(8);
    pair_start(&pair, 0);
    ring_watch(&pair.consumer);
    for (unsigned i = 0; i < 10000; i++) {
        struct ring_shared *shared = &pair.layout->shared;
        shared->produced =
            i % 3 ? pair.consumer.next + (uint32_t)random() % (CAPACITY + 2) : (uint32_t)random();
        shared->consumed = (uint32_t)random();
        shared->wake_count = (uint32_t)random();
        shared->sleep = (uint64_t)random();
        while (ring_try_get(&pair.consumer, &entry, sizeof entry))
            continue;
        ring_release(&pair.consumer);
        assert_null(ring_watch_look(&waiting));
        if (pair.consumer.broken)
            ring_consumer_start(&pair.consumer, shared, pair.layout->entries, CAPACITY, i);
    }
    ring_watch_end(pair.layout, sizeof *pair.layout);
    pair_end(&pair);
}

static void a_session_that_has_ended_is_not_looked_at(void **state)
{
    (void)state;
    struct pair gone, there;
    uint32_t waiting;
    pair_start(&gone, 0);
    pair_start(&there, 0);
    ring_watch(&gone.consumer);
    ring_watch(&there.consumer);
    publish_some(&there, 1);
    assert_null(ring_watch_look(&waiting));
    ring_watch_end(gone.layout, sizeof *gone.layout);
    pair_end(&gone); /* the sanitizer sees a look at it */
    assert_ptr_equal(ring_watch_look(&waiting), &there.consumer);
    ring_watch(&there.consumer); /* a new session begins anew */
    assert_null(ring_watch_look(&waiting));
    ring_watch_end(there.layout, sizeof *there.layout);
    pair_end(&there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_out_in_the_order_they_went_in),
        cmocka_unit_test(full_and_empty_differ_at_every_wrap),
        cmocka_unit_test(arrays_go_in_and_out_as_far_as_they_fit),
        cmocka_unit_test(unpublished_entries_are_not_seen_and_unreleased_slots_not_reused),
        cmocka_unit_test(a_producer_survives_any_index_of_the_consumer),
        cmocka_unit_test(a_consumer_survives_any_index_of_the_producer),
        cmocka_unit_test(only_a_sleeping_consumer_is_notified_and_once_for_each_sleep),
        cmocka_unit_test(a_look_that_finds_work_calls_the_sleep_off),
        cmocka_unit_test(a_late_sleeper_is_woken_when_enough_entries_wait),
        cmocka_unit_test(arming_an_empty_ring_wakes_and_arming_a_full_one_does_not),
        cmocka_unit_test(in_one_program_a_wake_up_is_a_bit_in_the_pending_word),
        cmocka_unit_test(a_set_refuses_more_rings_than_it_holds_and_a_wake_up_at_nothing),
        cmocka_unit_test(who_leaves_entries_at_two_looks_is_found),
        cmocka_unit_test(who_takes_one_of_many_goes_on),
        cmocka_unit_test(an_empty_ring_is_no_sign_of_death),
        cmocka_unit_test(who_says_that_he_waits_for_something_else_is_left_alone),
        cmocka_unit_test(no_peer_can_make_a_consumer_look_dead),
        cmocka_unit_test(a_session_that_has_ended_is_not_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
