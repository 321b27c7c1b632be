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

int receive_wire_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_arrive_at_the_speed_of_the_link),
        cmocka_unit_test(frames_in_flight_are_lost_with_the_link),
        cmocka_unit_test(frames_that_no_wire_has_are_dropped),
        cmocka_unit_test(a_full_wire_says_when_it_has_room),
    };

    return cmocka_run_group_tests_name("receive wire", tests, NULL, NULL);
}
