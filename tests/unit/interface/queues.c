// SPDX-License-Identifier: BSD-2-Clause
//
// Both ends of a generated session in one area: entries pass in order, events keep their newest
// value, and an end that writes anything into the area spoils nothing but its own session.
#include "sample.h"

#include <stdlib.h>

static alignas(64) union {
    struct everything_area area;
    char bytes[EVERYTHING_SESSION_BYTES];
} shared;

static struct everything_client client;
static struct everything_server server;
static volatile uint64_t client_pending, server_pending;
static const struct ring_wake wake_client = {.local_pending = &client_pending, .bits = 1};
static const struct ring_wake wake_server = {.local_pending = &server_pending, .bits = 2};

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    (void)thread;
    (void)bits;
    fail();
}

static int start(void **state)
{
    (void)state;
    memset(&shared, 0, sizeof(shared));
    client_pending = server_pending = 0;
    everything_client_start(&client, &shared);
    everything_server_start(&server, &shared);
    return 0;
}

static void entries_pass_in_order(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 3000; round++) {
        struct everything_buffer buffer = {
            .offset = (uint32_t)round, .length = 60, .cookie = round};
        assert_true(everything_rx_free_try_put(&client, &buffer));
        everything_rx_free_publish(&client);
        struct everything_buffer got;
        assert_true(everything_rx_free_try_get(&server, &got));
        everything_rx_free_release(&server);
        assert_memory_equal(&got, &buffer, sizeof(got));
        assert_true(everything_rx_try_put(&server, &got));
        everything_rx_publish(&server);
        assert_true(everything_rx_try_get(&client, &got));
        everything_rx_release(&client);
        assert_int_equal(got.cookie, round);
    }
    assert_false(everything_client_is_broken(&client) || everything_server_is_broken(&server));
}

static void a_queue_is_full_at_its_depth(void **state)
{
    (void)state;
    struct everything_buffer buffer = {0};
    unsigned count = 0;
    while (everything_rx_try_put(&server, &buffer))
        count++;
    assert_int_equal(count, EVERYTHING_RX_DEPTH);
}

static void a_sleeping_consumer_is_woken_once(void **state)
{
    (void)state;
    struct everything_buffer buffer = {0};
    assert_true(everything_rx_arm(&client));
    for (int i = 0; i < 2; i++) {
        everything_rx_put(&server, &buffer);
        everything_rx_publish(&server);
        everything_rx_notify(&server, &wake_client);
        assert_int_equal(client_pending, i == 0 ? 1 : 0);
        client_pending = 0;
    }
}

static void an_entry_with_a_wrong_value_is_told_apart(void **state)
{
    (void)state;
    struct everything_counters entry = {.link = EVERYTHING_SPEED_SLOW, .promiscuous = 1}, got;
    everything_log_put(&server, &entry);
    entry.link = 11;
    everything_log_put(&server, &entry);
    entry.link = EVERYTHING_SPEED_SLOW;
    entry.promiscuous = 2;
    everything_log_put(&server, &entry);
    everything_log_publish(&server);
    assert_int_equal(everything_log_available(&client, 3), 3);
    assert_true(everything_log_get(&client, &got));
    assert_false(everything_log_get(&client, &got));
    assert_false(everything_log_get(&client, &got));
}

static void the_newest_value_of_an_event_is_taken_once(void **state)
{
    (void)state;
    struct everything_link_changed value;
    assert_false(everything_link_changed_take(&client, &value));
    everything_link_changed_post(&server, &(struct everything_link_changed){10}, &wake_client);
    everything_link_changed_post(&server, &(struct everything_link_changed){100}, &wake_client);
    assert_int_equal(client_pending, 1);
    assert_true(everything_link_changed_take(&client, &value));
    assert_int_equal(value.speed_mbps, 100);
    assert_false(everything_link_changed_take(&client, &value));
    server.link_changed_posted = UINT32_MAX - 1; // the number starts over, and 0 means never
    everything_link_changed_post(&server, &(struct everything_link_changed){1000}, &wake_client);
    assert_true(everything_link_changed_take(&client, &value));
    assert_int_equal(value.speed_mbps, 1000);
}

static void an_event_that_is_being_written_is_not_taken(void **state)
{
    (void)state;
    struct everything_link_changed value;
    everything_link_changed_post(&server, &(struct everything_link_changed){10}, &wake_client);
    shared.area.link_changed.sequence |= 1;
    assert_false(everything_link_changed_take(&client, &value));
}

// The other end writes anything at any time. Whatever is got is an entry or nothing; no more than a
// ring at once.
static void an_area_full_of_noise_harms_nobody(void **state)
{
    (void)state;
    srandom(2);
    for (int step = 0; step < 100000; step++) {
        size_t at = (size_t)random() % sizeof(shared.area);
        memset(shared.bytes + at, (int)random(), random() % 16 < 15 ? 1 : sizeof(shared.area) - at);
        struct everything_buffer buffer;
        unsigned got = 0;
        while (everything_rx_try_get(&client, &buffer))
            assert_true(++got <= EVERYTHING_RX_DEPTH);
        everything_rx_release(&client);
        unsigned put = 0;
        while (everything_rx_free_try_put(&client, &buffer))
            assert_true(++put <= EVERYTHING_RX_FREE_DEPTH);
        everything_rx_free_publish(&client);
        struct everything_counters counters;
        if (everything_log_available(&client, 1) && everything_log_get(&client, &counters))
            assert_true(everything_counters_is_valid(&counters));
        struct everything_link_changed value;
        everything_link_changed_take(&client, &value);
        if (everything_client_is_broken(&client) && random() % 64 == 0)
            everything_client_start(&client, &shared);
    }
    (void)wake_server;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_pass_in_order, start),
        cmocka_unit_test_setup(a_queue_is_full_at_its_depth, start),
        cmocka_unit_test_setup(a_sleeping_consumer_is_woken_once, start),
        cmocka_unit_test_setup(an_entry_with_a_wrong_value_is_told_apart, start),
        cmocka_unit_test_setup(the_newest_value_of_an_event_is_taken_once, start),
        cmocka_unit_test_setup(an_event_that_is_being_written_is_not_taken, start),
        cmocka_unit_test_setup(an_area_full_of_noise_harms_nobody, start),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
