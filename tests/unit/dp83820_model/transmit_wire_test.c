/* SPDX-License-Identifier: BSD-2-Clause */
/* The transmit FIFO and frames on their way out. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void link_100(struct dp83820_config *config)
{
    config->link_mbps = 100;
}

static void link_10(struct dp83820_config *config)
{
    config->link_mbps = 10;
}

/* Frames leave back to back: preamble, frame, check sequence and gap, at each speed. */
static void the_wire_runs_at_the_speed_of_the_link(void **state)
{
    static void (*const links[])(struct dp83820_config *) = {NULL, link_100, link_10};
    static const uint64_t byte_ns[] = {8, 80, 800};
    enum { FRAMES = 20, LENGTH = 1000 };
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned speed = 0; speed < 3; speed++) {
        struct bench *bench = tx_ready(links[speed], 32);
        uint64_t last = 0;

        for (unsigned slot = 0; slot < FRAMES; slot++)
            tx_put(bench, slot, frame, LENGTH, 0);
        tx_kick(bench, 40 * MILLISECOND);
        for (unsigned slot = 0; slot < FRAMES; slot++) {
            assert_left(bench, frame, LENGTH);
            if (slot)
                assert_int_equal(bench->frame_at_ns - last, byte_ns[speed] * (8 + LENGTH + 4 + 12));
            last = bench->frame_at_ns;
        }
        bench_free(bench);
    }
}

static void many_small_packets_leave_in_order(void **state)
{
    enum { FRAMES = 200, LENGTH = 60 };
    struct bench *bench = tx_ready(link_10, FRAMES + 1);
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned slot = 0; slot < FRAMES; slot++) {
        frame[HEADER_BYTES] = slot;
        dp83820_tx32_set_bufptr(tx_slot(bench, slot), TX_BUFFERS + slot * BUFFER_BYTES);
        tx_put(bench, slot, frame, LENGTH, 0);
    }
    tx_kick(bench, 20 * MILLISECOND);
    for (unsigned slot = 0; slot < FRAMES; slot++) {
        frame[HEADER_BYTES] = slot;
        assert_left(bench, frame, LENGTH);
    }
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    bench_free(bench);
}

static void frames_larger_than_the_fifo_stream_through_it(void **state)
{
    enum { LENGTH = 16000 };
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[LENGTH];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    tx_put(bench, 0, frame, LENGTH, 0);
    tx_kick(bench, MILLISECOND);
    assert_left(bench, frame, LENGTH);
    assert_int_equal(bench->frame_at_ns, bench->config.fetch_ns + 8 * (8 + LENGTH + 4));
    bench_free(bench);
}

/* A buffer is given back when it is in the FIFO: that shows how full that is. */
static void buffers_are_read_as_fast_as_the_fifo_drains(void **state)
{
    enum { PARTS = 20, PART = 1000, LENGTH = PARTS * PART, STEP_NS = 100, SLACK = 200 };
    struct bench *bench = tx_ready(NULL, 32);
    uint8_t frame[LENGTH];
    unsigned in_fifo = 0;

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned part = 0; part < PARTS; part++)
        tx_put(bench, part, frame + part * PART, PART,
               part + 1 < PARTS ? DP83820_TX_STATUS_MORE : 0);
    tx_kick(bench, bench->config.fetch_ns);
    for (uint64_t ns = 0; ns < 8 * (8 + LENGTH); ns += STEP_NS) {
        size_t sent = ns < 64 ? 0 : (ns - 64) / 8;

        while (in_fifo < PARTS &&
               !(dp83820_tx32_cmdsts(tx_slot(bench, in_fifo)) & DP83820_TX_STATUS_OWN))
            in_fifo++;
        assert_true(in_fifo * PART <= sent + DP83820_TX_FIFO_BYTES);
        assert_true(in_fifo >= PARTS - 1 ||
                    (in_fifo + 1) * PART + SLACK > sent + DP83820_TX_FIFO_BYTES);
        run(bench, STEP_NS);
    }
    run(bench, MICROSECOND);
    assert_left(bench, frame, LENGTH);
    bench_free(bench);
}

static void frames_larger_than_the_fifo_fail_where_they_must_be_stored_first(void **state)
{
    enum { LENGTH = 9000 };
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[LENGTH];
    size_t length = frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);

    (void)state;
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) & ~DP83820_TXCFG_DRTH_MASK);
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, MILLISECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
    assert_false(left(bench));
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) | DP83820_TXCFG_DRTH(32));
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    dp83820_tx32_set_extsts(tx_slot(bench, 1), DP83820_EXTENDED_STATUS_UDPPKT);
    tx_put(bench, 1, frame, length, 0);
    tx_kick(bench, MILLISECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
    assert_false(left(bench));
    bench_free(bench);
}

static void thresholds_of_known_drivers_all_work(void **state)
{
    static const uint32_t configurations[] = {LINUX_TXCFG, FREEBSD_TXCFG, UBOOT_TXCFG, PLAN9_TXCFG,
                                              UINT32_MAX & ~DP83820_TXCFG_MLB};
    enum { FRAMES = 30, LENGTH = 1514 };
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned at = 0; at < sizeof configurations / sizeof configurations[0]; at++) {
        struct bench *bench = tx_ready(NULL, 32);

        set(bench, DP83820_TXCFG, configurations[at]);
        for (unsigned slot = 0; slot < FRAMES; slot++)
            tx_put(bench, slot, frame, LENGTH, 0);
        tx_kick(bench, MILLISECOND);
        for (unsigned slot = 0; slot < FRAMES; slot++)
            assert_left(bench, frame, LENGTH);
        bench_free(bench);
    }
}

enum { TIMED = 1000, TIMED_NS = 8 * (8 + TIMED + 4), GAP_NS = 8 * 12, PAUSE_NS = 8 * 72 };

/* A card with two packets of TIMED bytes that wait for a kick, and when the first would begin. */
static struct bench *two_waiting(uint8_t *frame, uint64_t *begin_ns)
{
    struct bench *bench = tx_ready(NULL, 4);

    frame_make(frame, stranger, 0x1234, TIMED - HEADER_BYTES);
    tx_put(bench, 0, frame, TIMED, 0);
    tx_put(bench, 1, frame, TIMED, 0);
    *begin_ns = bench->bus.now_ns + bench->config.fetch_ns;
    return bench;
}

/* It goes next, and leaves its gap to what follows; the frame on the wire is not disturbed. */
static void a_pause_frame_takes_its_turn_on_the_wire(void **state)
{
    uint8_t frame[TIMED];
    uint64_t begin_ns;
    struct bench *bench = two_waiting(frame, &begin_ns);

    (void)state;
    tx_kick(bench, 4 * MICROSECOND);
    set(bench, DP83820_PCR, DP83820_PCR_PS_TX | DP83820_PCR_PAUSE_CNT(5));
    run(bench, 40 * MICROSECOND);
    assert_left(bench, frame, TIMED);
    assert_int_equal(bench->frame_at_ns, begin_ns + TIMED_NS);
    assert_true(left(bench));
    assert_memory_equal(bench->frame + 12, "\x88\x08\x00\x01\x00\x05", 6);
    assert_int_equal(bench->frame_at_ns, begin_ns + TIMED_NS + GAP_NS + PAUSE_NS);
    assert_left(bench, frame, TIMED);
    assert_int_equal(bench->frame_at_ns, begin_ns + 2 * (TIMED_NS + GAP_NS) + PAUSE_NS);
    bench_free(bench);
}

static void a_packet_that_fails_does_not_hurry_the_one_before_it(void **state)
{
    uint8_t frame[TIMED];
    uint64_t begin_ns;
    struct bench *bench = two_waiting(frame, &begin_ns);

    (void)state;
    tx_put(bench, 2, frame, 0, 0);
    tx_kick(bench, 40 * MICROSECOND);
    assert_left(bench, frame, TIMED);
    assert_left(bench, frame, TIMED);
    assert_int_equal(bench->frame_at_ns, begin_ns + 2 * TIMED_NS + GAP_NS);
    assert_false(left(bench));
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 2)), DP83820_TX_STATUS_TXA);
    bench_free(bench);
}

/* One that fails takes no time of the wire, and does not spare the gap either. */
static void each_packet_takes_its_own_time(void **state)
{
    static const size_t lengths[] = {1000, 0, 100, 500, 60};
    struct bench *bench = tx_ready(link_10, 8);
    uint8_t frame[1000];
    uint64_t free_ns = bench->bus.now_ns + bench->config.fetch_ns;

    (void)state;
    frame_make(frame, stranger, 0x1234, sizeof frame - HEADER_BYTES);
    for (unsigned slot = 0; slot < 5; slot++)
        tx_put(bench, slot, frame, lengths[slot], 0);
    tx_kick(bench, 10 * MILLISECOND);
    for (unsigned slot = 0; slot < 5; slot++) {
        if (lengths[slot] == 0)
            continue;
        assert_left(bench, frame, lengths[slot]);
        assert_int_equal(bench->frame_at_ns, free_ns + 800 * (8 + lengths[slot] + 4));
        free_ns = bench->frame_at_ns + 800 * 12;
    }
    bench_free(bench);
}

/* Its beginning may be on the wire already: nothing underruns here. */
static void a_packet_whose_rest_is_late_is_sent_as_a_whole(void **state)
{
    enum { LENGTH = 3000, BEGIN = 2000 };
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[LENGTH];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    tx_put(bench, 0, frame, BEGIN, DP83820_TX_STATUS_MORE);
    tx_kick(bench, MILLISECOND);
    assert_false(left(bench));
    assert_no_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXERR);
    tx_put(bench, 1, frame + BEGIN, LENGTH - BEGIN, 0);
    tx_kick(bench, MILLISECOND);
    assert_left(bench, frame, LENGTH);
    bench_free(bench);
}

/* A packet begins when so much of it is in the FIFO, though the rest comes later. */
static void a_packet_begins_at_the_drain_threshold(void **state)
{
    enum { THRESHOLD = 1024, LENGTH = 2000, LATER_NS = 4000, WIRE_NS = 8 * (8 + LENGTH + 4) };
    uint8_t frame[LENGTH];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (size_t first = THRESHOLD - 1; first <= THRESHOLD; first++) {
        struct bench *bench = tx_ready(NULL, 4);
        uint64_t begin_ns = bench->bus.now_ns + bench->config.fetch_ns;

        tx_put(bench, 0, frame, first, DP83820_TX_STATUS_MORE);
        tx_kick(bench, LATER_NS);
        tx_put(bench, 1, frame + first, LENGTH - first, 0);
        tx_kick(bench, 40 * MICROSECOND);
        assert_left(bench, frame, LENGTH);
        assert_int_equal(bench->frame_at_ns,
                         begin_ns + WIRE_NS + (first < THRESHOLD ? LATER_NS : 0));
        bench_free(bench);
    }
}

/* As on a real wire, the card does not notice: the packet was sent. */
static void what_is_sent_without_a_link_is_lost_and_counted(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[SMALL];

    (void)state;
    frame_make(frame, stranger, 0x1234, SMALL - HEADER_BYTES);
    for (unsigned slot = 0; slot < 3; slot++) {
        dp83820_link_set(bench->bus.card, slot != 1);
        tx_put(bench, slot, frame, SMALL - slot, 0);
        tx_kick(bench, 10 * MICROSECOND);
        assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, slot)), DP83820_TX_STATUS_OK);
        assert_int_equal(left(bench), slot != 1);
    }
    assert_int_equal(count(bench)->drops_link, 1);
    assert_int_equal(count(bench)->frames_out, 2);
    assert_int_equal(count(bench)->bytes_out, SMALL + SMALL - 2);
    bench_free(bench);
}

static void looped_back_frames_come_in_again_and_do_not_leave(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) | DP83820_TXCFG_MLB);
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_false(left(bench));
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)),
                DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_LBP | DP83820_RX_STATUS_OK);
    assert_memory_equal(rx_data(bench, 0), frame, length);
    bench_free(bench);
}

int transmit_wire_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wire_runs_at_the_speed_of_the_link),
        cmocka_unit_test(many_small_packets_leave_in_order),
        cmocka_unit_test(frames_larger_than_the_fifo_stream_through_it),
        cmocka_unit_test(buffers_are_read_as_fast_as_the_fifo_drains),
        cmocka_unit_test(frames_larger_than_the_fifo_fail_where_they_must_be_stored_first),
        cmocka_unit_test(thresholds_of_known_drivers_all_work),
        cmocka_unit_test(a_pause_frame_takes_its_turn_on_the_wire),
        cmocka_unit_test(a_packet_that_fails_does_not_hurry_the_one_before_it),
        cmocka_unit_test(each_packet_takes_its_own_time),
        cmocka_unit_test(a_packet_whose_rest_is_late_is_sent_as_a_whole),
        cmocka_unit_test(a_packet_begins_at_the_drain_threshold),
        cmocka_unit_test(what_is_sent_without_a_link_is_lost_and_counted),
        cmocka_unit_test(looped_back_frames_come_in_again_and_do_not_leave),
    };

    return cmocka_run_group_tests_name("transmit wire", tests, NULL, NULL);
}
