/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients that do what they must not: it costs them their packets or their session, nobody anything
 * else. */
#include "tests.h"

#include <rt/host.h>
#include <string.h>

#include "bench.h"

static struct bench bench;

static void open_default(void)
{
    struct dp83820_config config;

    dp83820_config_default(&config);
    assert_true(bench_open(&bench, &config, "0", NULL));
    bench_run(&bench, 2000);
}

static void close_bench(void)
{
    assert_int_equal(bench.bus.rule_breaks, 0);
    bench_close(&bench);
}

static struct netdev_buffer good_range(uint64_t cookie)
{
    return (struct netdev_buffer){
        .offset = BENCH_TX_BASE, .length = 100, .dataspace = BENCH_DATASPACE, .cookie = cookie};
}

static void expect_done(uint64_t cookie, uint8_t flags)
{
    struct netdev_buffer done;

    assert_true(netdev_tx_done_try_get(&bench.client, &done));
    netdev_tx_done_release(&bench.client);
    assert_int_equal(done.cookie, cookie);
    assert_int_equal(done.flags, flags);
}

/* Puts a packet of one wrong range between two good ones and expects the answers in order. */
static void expect_refused(struct netdev_buffer range)
{
    static uint8_t out[HOST_BUS_FRAME_BYTES];

    range.cookie = 2;
    bench_put(&bench, good_range(1));
    bench_put(&bench, range);
    bench_put(&bench, good_range(3));
    bench_publish(&bench);
    bench_run(&bench, 600000);
    expect_done(1, 0);
    expect_done(2, NETDEV_ERROR);
    expect_done(3, 0);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 100);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 100);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 0);
    assert_int_equal(bench_pins_swept(&bench), 0);
}

static void wrong_ranges_refuse_their_packet_and_no_other(void **state)
{
    (void)state;
    struct netdev_buffer range;

    open_default();
    range = good_range(0);
    range.dataspace = 0;
    expect_refused(range);
    range.dataspace = LINK_DATASPACES;
    expect_refused(range);
    range.dataspace = 255;
    expect_refused(range);
    range = good_range(0);
    range.offset = BENCH_PAGES * 4096;
    expect_refused(range);
    range.offset = UINT32_MAX - 10;
    expect_refused(range);
    range.offset = BENCH_PAGES * 4096 - 99;
    expect_refused(range);
    range = good_range(0);
    range.length = 0;
    expect_refused(range);
    range.length = 13;
    expect_refused(range);
    range.length = 1519;
    expect_refused(range);
    range.length = UINT16_MAX;
    expect_refused(range);
    close_bench();
}

static void too_many_ranges_refuse_the_packet_and_a_late_error_takes_all_back(void **state)
{
    (void)state;
    struct netdev_buffer range = good_range(9);

    open_default();
    range.length = 50;
    range.flags = NETDEV_MORE;
    for (unsigned i = 0; i < 20; i++)
        bench_put(&bench, range);
    range.flags = 0;
    bench_put(&bench, range);
    bench_publish(&bench);
    bench_run(&bench, 100);
    expect_done(9, NETDEV_ERROR);
    assert_int_equal(bench_pins_swept(&bench), 0);

    range.flags = NETDEV_MORE;
    bench_put(&bench, range);
    bench_put(&bench, range);
    range.flags = 0;
    range.dataspace = 7;
    bench_put(&bench, range);
    bench_publish(&bench);
    bench_run(&bench, 100);
    expect_done(9, NETDEV_ERROR);
    assert_int_equal(bench_pins_swept(&bench), 0);
    expect_refused(range);
    close_bench();
}

static void half_a_packet_waits_for_its_other_half(void **state)
{
    (void)state;
    static uint8_t out[HOST_BUS_FRAME_BYTES];
    struct netdev_buffer range = good_range(4);

    open_default();
    range.flags = NETDEV_MORE;
    bench_put(&bench, range);
    bench_publish(&bench);
    bench_run(&bench, 2000000);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 0);
    range.flags = 0;
    bench_put(&bench, range);
    bench_publish(&bench);
    bench_run(&bench, 100);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 200);
    close_bench();
}

static void memory_beyond_the_reach_of_the_card_is_refused(void **state)
{
    (void)state;
    struct netdev_buffer range = good_range(0);

    open_default();
    range.offset = 300 * 4096;
    bench.entries[300] = HOST_BUS_HIGH;
    expect_refused(range);
    bench.entries[300] = UINT64_C(0xfffff000);
    range.offset = 300 * 4096 + 4000;
    range.length = 200; /* ends beyond */
    bench.entries[301] = UINT64_C(0x100000000);
    expect_refused(range);
    close_bench();
}

/* A card keeps a receive buffer as long as it likes, so the driver pins nothing where pins end by
 * themselves: it would be no pin, and the mark of a counted one would mean a time long past. */
static void nothing_is_handed_to_the_card_where_pins_expire(void **state)
{
    (void)state;
    open_default();
    bench_session_close(&bench);
    bench_session_open(&bench);
    bench.link.dataspaces[BENCH_DATASPACE].pin_expiry_us = 1000;
    bench.link.changes++;
    bench_put(&bench, good_range(1));
    bench_publish(&bench);
    bench_give_buffers(&bench, 1, 1);
    bench_run(&bench, 600000);
    expect_done(1, NETDEV_ERROR);
    for (unsigned i = 0; i < BENCH_PAGES; i++)
        assert_int_equal(bench.marks[i], 0);
    close_bench();
}

static void pages_that_are_not_in_memory_are_asked_for(void **state)
{
    (void)state;
    struct netdev_buffer range = good_range(0);

    open_default();
    range.offset = 300 * 4096;
    bench.entries[300] = 0;
    expect_refused(range);
    assert_true(bench.misses > 0);
    close_bench();
}

static void unusable_receive_buffers_come_back_empty(void **state)
{
    (void)state;
    static const struct netdev_buffer buffers[] = {
        {.offset = 4, .length = 2000, .dataspace = BENCH_DATASPACE, .cookie = 0},
        {.offset = 0, .length = 1517, .dataspace = BENCH_DATASPACE, .cookie = 1},
        {.offset = 0, .length = 2000, .dataspace = 9, .cookie = 2},
        {.offset = 0, .length = 2000, .dataspace = 3, .cookie = 3},
        {.offset = UINT32_MAX - 7, .length = 2000, .dataspace = BENCH_DATASPACE, .cookie = 4},
        {.offset = 3000, .length = 2000, .dataspace = BENCH_DATASPACE, .cookie = 5}, /* two pages */
    };
    struct netdev_buffer entry;

    open_default();
    for (unsigned i = 0; i < 6; i++)
        netdev_rx_free_try_put(&bench.client, &buffers[i]);
    netdev_rx_free_publish(&bench.client);
    bench_run(&bench, 2000);
    for (unsigned i = 0; i < 6; i++) {
        assert_true(netdev_rx_try_get(&bench.client, &entry));
        assert_int_equal(entry.cookie, i);
        assert_int_equal(entry.length, 0);
    }
    assert_int_equal(bench_pins_swept(&bench), 0);
    close_bench();
}

static void a_client_that_takes_nothing_back_stops_only_itself(void **state)
{
    (void)state;
    uint8_t frame[100];
    uint16_t length = 100;
    uint64_t sent = 0;

    open_default();
    for (unsigned i = 0; i < 3000; i++) {
        bench_give_buffers(&bench, i % BENCH_BUFFERS, 1);
        bench_frame(&bench, frame, sizeof(frame), i);
        bench_wire_in(&bench, frame, sizeof(frame));
        sent += bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, i);
        bench_run(&bench, 20);
    }
    assert_in_range(netdev_rx_available(&bench.client, 1), 1, NETDEV_RX_DEPTH);
    assert_in_range(sent, 512, 2000);
    bench_run(&bench, 1000000);
    assert_int_equal(bench_card(&bench)->ring.port.counts.resets, 0);
    close_bench();
}

static void a_broken_ring_ends_the_session_and_a_new_one_works(void **state)
{
    (void)state;
    struct netdev_area *area;
    uint8_t frame[100];
    struct netdev_buffer entry;

    for (unsigned which = 0; which < 4; which++) {
        open_default();
        area = bench.area;
        bench_give_buffers(&bench, 0, 32);
        bench_run(&bench, 2000);
        area->rx.consumed += which == 0 ? 100 : 0;
        area->rx_free.produced += which == 1 ? 100000 : 0;
        area->tx.produced -= which == 2 ? 1 : 0;
        area->tx_done.consumed += which == 3 ? 1 : 0;
        bench_frame(&bench, frame, sizeof(frame), 1);
        for (unsigned i = 0; i < 20; i++)
            bench_wire_in(&bench, frame, sizeof(frame));
        for (unsigned i = 0; i < 20; i++) {
            /* Enough to make the driver look at every index. */
            struct netdev_buffer range = good_range(i);
            range.dataspace = 6;
            bench_put(&bench, range);
            bench_publish(&bench);
            bench.program.pending |= 1;
            bench_run(&bench, 1000);
        }
        bench_session_close(&bench);
        bench_session_open(&bench);
        bench_give_buffers(&bench, 0, 32);
        bench_run(&bench, 2000);
        bench_wire_in(&bench, frame, sizeof(frame));
        bench_run(&bench, 100);
        assert_true(netdev_rx_try_get(&bench.client, &entry));
        assert_int_equal(entry.length, 100);
        close_bench();
    }
}

static void wrong_calls_are_answered_by_a_status(void **state)
{
    (void)state;
    uint64_t words[CALL_WORDS] = {0};
    uint64_t tag;

    open_default();
    tag =
        dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_MULTICAST_ADD_LABEL, 1, 0), words);
    assert_int_not_equal(l4_tag_label(tag), 0); /* no group address */
    tag =
        dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_MULTICAST_ADD_LABEL, 3, 0), words);
    assert_int_not_equal(l4_tag_label(tag), 0);
    tag = dp83820_component.call(&bench.instance, 0, L4_TAG(0x1234, 0, 0), words);
    assert_int_not_equal(l4_tag_label(tag), 0);
    for (unsigned i = 0; i < NETDEV_GROUPS_MAX; i++) {
        memcpy(words, (uint8_t[]){1, 0, 0x5e, 0, 0, (uint8_t)i}, 6);
        tag = dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_MULTICAST_ADD_LABEL, 1, 0),
                                     words);
        assert_int_equal(l4_tag_label(tag), 0);
    }
    memcpy(words, (uint8_t[]){1, 0, 0x5e, 1, 0, 0}, 6);
    tag =
        dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_MULTICAST_ADD_LABEL, 1, 0), words);
    assert_int_equal(l4_tag_label(tag), NETDEV_ERROR_TABLE_FULL);
    tag = dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_INFO_LABEL, 0, 0), words);
    assert_int_equal(l4_tag_label(tag), 0);
    assert_int_equal(words[1], 1500);
    assert_int_equal(words[3], 1000);
    close_bench();
}

int run_client_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_ranges_refuse_their_packet_and_no_other),
        cmocka_unit_test(too_many_ranges_refuse_the_packet_and_a_late_error_takes_all_back),
        cmocka_unit_test(half_a_packet_waits_for_its_other_half),
        cmocka_unit_test(memory_beyond_the_reach_of_the_card_is_refused),
        cmocka_unit_test(nothing_is_handed_to_the_card_where_pins_expire),
        cmocka_unit_test(pages_that_are_not_in_memory_are_asked_for),
        cmocka_unit_test(unusable_receive_buffers_come_back_empty),
        cmocka_unit_test(a_client_that_takes_nothing_back_stops_only_itself),
        cmocka_unit_test(a_broken_ring_ends_the_session_and_a_new_one_works),
        cmocka_unit_test(wrong_calls_are_answered_by_a_status),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
