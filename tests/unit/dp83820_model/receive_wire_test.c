/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames on their way in. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void link_100(struct dp83820_config *config)
{
    config->link_mbps = 100;
}

static void frames_arrive_at_the_speed_of_the_link(void **state)
{
    static void (*const links[])(struct dp83820_config *) = {NULL, link_100};
    static const uint64_t byte_ns[] = {8, 80};
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    for (unsigned speed = 0; speed < 2; speed++) {
        struct bench *bench = rx_ready(links[speed]);
        uint64_t frame_ns = byte_ns[speed] * (8 + length + 4), gap_ns = byte_ns[speed] * 12;

        get(bench, DP83820_ISR);
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
        run(bench, frame_ns - 1);
        assert_int_equal(get(bench, DP83820_ISR), 0);
        run(bench, 1);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK);
        run(bench, gap_ns + frame_ns - 1);
        assert_int_equal(get(bench, DP83820_ISR), 0);
        run(bench, 1);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK);
        /* One that comes within the gap waits for its end, and no longer. */
        run(bench, gap_ns / 2);
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
        run(bench, gap_ns / 2 + frame_ns - 1);
        assert_int_equal(get(bench, DP83820_ISR), 0);
        run(bench, 1);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK);
        bench_free(bench);
    }
}

static void frames_in_flight_are_lost_with_the_link(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, 4 * MICROSECOND);
    dp83820_link_set(bench->bus.card, false);
    run(bench, 100 * MICROSECOND);
    dp83820_link_set(bench->bus.card, true);
    assert_int_equal(count(bench)->frames_in, 0);
    assert_int_equal(count(bench)->drops_link, 1);
    arrive(bench, frame, length);
    assert_int_equal(count(bench)->frames_in, 1);
    bench_free(bench);
}

static void what_is_sent_while_there_is_no_link_is_lost_though_it_comes_back(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    dp83820_link_set(bench->bus.card, false);
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    dp83820_link_set(bench->bus.card, true);
    run(bench, 100 * MICROSECOND);
    assert_int_equal(count(bench)->frames_in, 0);
    assert_int_equal(count(bench)->drops_link, 1);
    bench_free(bench);
}

static void frames_that_no_wire_has_are_dropped(void **state)
{
    static uint8_t huge[HOST_BUS_FRAME_BYTES];
    struct bench *bench = rx_ready(NULL);

    (void)state;
    memcpy(huge, station, STATION_BYTES);
    assert_true(dp83820_receive_frame(bench->bus.card, huge, sizeof huge));
    assert_true(dp83820_receive_frame(bench->bus.card, huge, 0));
    run(bench, MILLISECOND);
    assert_int_equal(count(bench)->drops_error, 2);
    assert_int_equal(count(bench)->frames_in, 0);
    bench_free(bench);
}

static void a_full_wire_says_when_it_has_room(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    unsigned taken = 0;

    (void)state;
    while (dp83820_receive_frame(bench->bus.card, frame, length))
        assert_true(++taken < 1000);
    assert_false(dp83820_receive_ready(bench->bus.card));
    assert_int_equal(bench->bus.wire_ready, 0);
    run(bench, 2 * MICROSECOND);
    assert_int_equal(bench->bus.wire_ready, 1);
    assert_true(dp83820_receive_ready(bench->bus.card));
    /* The same for those who never offer a frame that would be refused. */
    while (dp83820_receive_ready(bench->bus.card))
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, 2 * MICROSECOND);
    assert_int_equal(bench->bus.wire_ready, 2);
    while (dp83820_receive_ready(bench->bus.card))
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    dp83820_power_on_reset(bench->bus.card);
    run(bench, 1);
    assert_int_equal(bench->bus.wire_ready, 3);
    bench_free(bench);
}

/* Far more than the wire holds at a time, so that its end is passed within frames. */
static void frames_keep_their_order_and_contents_on_the_wire(void **state)
{
    enum { FRAMES = 200, PAYLOAD = 1400 };
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    unsigned offered = 0;

    (void)state;
    rx_ring(bench, FRAMES + 1);
    start(bench);
    while (offered < FRAMES) {
        while (offered < FRAMES && dp83820_receive_ready(bench->bus.card)) {
            size_t length = numbered_make(frame, station, offered, PAYLOAD - offered % 64);

            assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
            offered++;
        }
        run(bench, 10 * MICROSECOND);
    }
    run(bench, MILLISECOND);
    for (unsigned slot = 0; slot < FRAMES; slot++) {
        size_t length = numbered_make(frame, station, slot, PAYLOAD - slot % 64);

        assert_int_equal(rx_size(bench, slot), length);
        assert_memory_equal(rx_data(bench, slot), frame, length);
    }
    /* What pads a short frame is none of what was there before. */
    memset(frame, 0, 60);
    arrive(bench, frame, numbered_make(frame, station, 1, 20));
    assert_int_equal(rx_size(bench, FRAMES), 60);
    assert_memory_equal(rx_data(bench, FRAMES), frame, 60);
    bench_free(bench);
}

static void the_wire_is_full_by_frames_or_by_bytes(void **state)
{
    enum { FRAMES = 64, LARGE = 32768, LARGEST = 60000 };
    static uint8_t frame[LARGEST];
    struct bench *bench = bench_new(NULL);

    (void)state;
    rx_ring(bench, FRAMES + 1);
    start(bench);
    for (unsigned at = 0; at < FRAMES; at++) {
        size_t length = numbered_make(frame, station, at, 50 + at);

        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    }
    assert_false(dp83820_receive_frame(bench->bus.card, frame, 60));
    run(bench, MILLISECOND);
    for (unsigned slot = 0; slot < FRAMES; slot++) {
        size_t length = numbered_make(frame, station, slot, 50 + slot);

        assert_int_equal(rx_size(bench, slot), length);
        assert_memory_equal(rx_data(bench, slot), frame, length);
    }
    memcpy(frame, stranger, STATION_BYTES);
    assert_true(dp83820_receive_frame(bench->bus.card, frame, LARGE));
    assert_true(dp83820_receive_frame(bench->bus.card, frame, LARGE));
    assert_true(dp83820_receive_frame(bench->bus.card, frame, LARGEST));
    assert_false(dp83820_receive_frame(bench->bus.card, frame, 60));
    dp83820_power_on_reset(bench->bus.card);
    assert_true(dp83820_receive_ready(bench->bus.card));
    bench_free(bench);
}

/* The number of times that the card wants its timer while a frame arrives. */
static unsigned timers_of_frame(struct bench *bench, const uint8_t *frame, size_t length)
{
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    return host_bus_run(&bench->bus, 100 * MICROSECOND);
}

static void an_early_notice_costs_an_event_only_where_it_is_wanted(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) | DP83820_RXCFG_DRTH(8));
    get(bench, DP83820_ISR);
    assert_int_equal(timers_of_frame(bench, frame, length), 1);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXEARLY);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_RXEARLY);
    assert_int_equal(host_bus_run(&bench->bus, 100 * MICROSECOND), 0);
    assert_int_equal(timers_of_frame(bench, frame, length), 2);
    /* Wanted when it is over, and no more wanted before. */
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    set(bench, DP83820_IMR, 0);
    assert_int_equal(host_bus_run(&bench->bus, 5 * MICROSECOND), 0);
    get(bench, DP83820_ISR);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_RXEARLY);
    assert_int_equal(host_bus_run(&bench->bus, 100 * MICROSECOND), 1);
    bench_free(bench);
}

int receive_wire_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_arrive_at_the_speed_of_the_link),
        cmocka_unit_test(frames_in_flight_are_lost_with_the_link),
        cmocka_unit_test(what_is_sent_while_there_is_no_link_is_lost_though_it_comes_back),
        cmocka_unit_test(frames_that_no_wire_has_are_dropped),
        cmocka_unit_test(frames_keep_their_order_and_contents_on_the_wire),
        cmocka_unit_test(the_wire_is_full_by_frames_or_by_bytes),
        cmocka_unit_test(an_early_notice_costs_an_event_only_where_it_is_wanted),
        cmocka_unit_test(a_full_wire_says_when_it_has_room),
    };

    return cmocka_run_group_tests_name("receive wire", tests, NULL, NULL);
}
