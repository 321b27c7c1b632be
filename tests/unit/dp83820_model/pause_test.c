/* SPDX-License-Identifier: BSD-2-Clause */
/* Pause frames. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, QUANTUM_NS = DP83820_PAUSE_QUANTUM_BITS };

static size_t pause_make(uint8_t *frame, const uint8_t *to, unsigned opcode, unsigned quanta)
{
    size_t length = frame_make(frame, to, 0x8808, 46);

    frame[14] = opcode >> 8;
    frame[15] = opcode & 0xff;
    frame[16] = quanta >> 8;
    frame[17] = quanta & 0xff;
    return length;
}

static const uint8_t pause_group[STATION_BYTES] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01};

static void a_pause_frame_holds_the_transmitter_for_its_time(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length;
    uint64_t from;

    (void)state;
    set(bench, DP83820_MIBC, 0);
    set(bench, DP83820_PCR, DP83820_PCR_PSEN | DP83820_PCR_PS_MCAST);
    length = pause_make(frame, pause_group, 1, 1000);
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, 8 * (8 + 60 + 4));
    from = bench->bus.now_ns;
    assert_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT | DP83820_PCR_PS_RCVD);
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_RCVD);
    length = frame_make(frame, stranger, 0x1234, SMALL);
    tx_put(bench, 0, frame, length, 0);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, 10 * MILLISECOND);
    assert_left(bench, frame, length);
    assert_int_equal(bench->frame_at_ns, from + 1000 * QUANTUM_NS + 8 * (8 + length + 4));
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    assert_int_equal(get(bench, DP83820_RXPAUSE), 1);
    assert_int_equal(count(bench)->pause_in, 1);
    /* It did not reach memory. */
    assert_no_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

static void a_pause_of_zero_ends_a_pause(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_PCR, DP83820_PCR_PSEN | DP83820_PCR_PS_DA);
    tx_put(bench, 0, frame, length, 0);
    arrive(bench, frame, pause_make(frame, station, 1, 0xffff));
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, 30 * MILLISECOND);
    assert_false(left(bench));
    arrive(bench, frame, pause_make(frame, station, 1, 0));
    assert_true(left(bench));
    bench_free(bench);
}

static void no_pause_lasts_longer_than_its_bits_can_say(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_PCR, DP83820_PCR_PSEN | DP83820_PCR_PS_MCAST);
    arrive(bench, frame, pause_make(frame, pause_group, 1, 0xffff));
    run(bench, 34 * MILLISECOND);
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    bench_free(bench);
}

static void pause_frames_that_are_not_for_the_card_change_nothing(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_MIBC, 0);
    arrive(bench, frame, pause_make(frame, pause_group, 1, 1000));
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    set(bench, DP83820_PCR, DP83820_PCR_PSEN | DP83820_PCR_PS_DA);
    arrive(bench, frame, pause_make(frame, pause_group, 1, 1000));
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    arrive(bench, frame, pause_make(frame, station, 2, 1000));
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    arrive_damaged(bench, frame, pause_make(frame, station, 1, 1000), DP83820_DAMAGE_FCS);
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    assert_int_equal(get(bench, DP83820_RXBADOP), 1);
    assert_int_equal(get(bench, DP83820_RXPAUSE), 0);
    /* Where they are not obeyed they are frames like others; unknown ones for the card end here. */
    assert_bits(rx_status(bench, 1), DP83820_RX_STATUS_OK);
    assert_no_bits(rx_status(bench, 2), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

static void half(struct dp83820_config *config)
{
    config->link_full_duplex = false;
}

static void there_are_no_pauses_in_half_duplex(void **state)
{
    struct bench *bench = rx_ready(half);
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_PCR,
        DP83820_PCR_PSEN | DP83820_PCR_PS_MCAST | dp83820_pcr_with_sthi(0, DP83820_PCR_STHI_2));
    arrive(bench, frame, pause_make(frame, pause_group, 1, 1000));
    assert_no_bits(get(bench, DP83820_PCR), DP83820_PCR_PS_ACT);
    for (unsigned number = 0; number < 10; number++)
        arrive(bench, frame, frame_make(frame, station, 0x1234, SMALL));
    assert_false(left(bench));
    bench_free(bench);
}

static void assert_pause_left(struct bench *bench, unsigned quanta)
{
    uint8_t frame[60] = {0};

    memcpy(frame, pause_group, STATION_BYTES);
    memcpy(frame + STATION_BYTES, station, STATION_BYTES);
    memcpy(frame + 12, "\x88\x08\x00\x01", 4);
    frame[16] = quanta >> 8;
    frame[17] = quanta & 0xff;
    assert_left(bench, frame, sizeof frame);
}

static void a_filling_fifo_asks_for_a_pause_and_ends_it(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_MIBC, 0);
    set(bench, DP83820_PCR,
        DP83820_PCR_PSEN | DP83820_PCR_PS_MCAST | DP83820_PCR_PAUSE_CNT(0x1234) |
            dp83820_pcr_with_sthi(0, DP83820_PCR_STHI_4) |
            dp83820_pcr_with_stlo(0, DP83820_PCR_STLO_2));
    for (unsigned number = 0; number < 4 + 3; number++)
        arrive(bench, frame, length);
    assert_false(left(bench));
    arrive(bench, frame, length);
    assert_pause_left(bench, 0x1234);
    arrive(bench, frame, length);
    assert_false(left(bench));
    rx_ring(bench, 4);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 20 * MICROSECOND);
    assert_pause_left(bench, 0);
    assert_int_equal(get(bench, DP83820_TXPAUSE), 2);
    assert_int_equal(count(bench)->pause_out, 2);
    bench_free(bench);
}

/* The reset of the receiver empties the FIFO: what fills it then asks again. */
static void a_reset_receiver_asks_for_a_pause_anew(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_PCR,
        DP83820_PCR_PSEN | DP83820_PCR_PS_MCAST | DP83820_PCR_PAUSE_CNT(0x1234) |
            dp83820_pcr_with_sthi(0, DP83820_PCR_STHI_4));
    for (unsigned times = 0; times < 2; times++) {
        for (unsigned number = 0; number < 4 + 4; number++)
            arrive(bench, frame, length);
        assert_pause_left(bench, 0x1234);
        assert_false(left(bench));
        set(bench, DP83820_CR, DP83820_CR_RXR);
        run(bench, 10 * MICROSECOND);
        rx_ring(bench, 4);
        set(bench, DP83820_CR, DP83820_CR_RXE);
        run(bench, 10 * MICROSECOND);
    }
    bench_free(bench);
}

/* With their check sequences two of the frames are just as much as the lower code says, four as the
 * higher one. */
static void thresholds_of_a_pause_count_bytes(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234,
                               DP83820_PAUSE_UNIT_BYTES / 2 - HEADER_BYTES - DP83820_FCS_BYTES);

    (void)state;
    set(bench, DP83820_PCR,
        DP83820_PCR_PSEN | DP83820_PCR_PAUSE_CNT(0x1234) |
            dp83820_pcr_with_ffhi(0, DP83820_PCR_FFHI_4K) |
            dp83820_pcr_with_fflo(0, DP83820_PCR_FFLO_2K));
    for (unsigned number = 0; number < 4 + 3; number++)
        arrive(bench, frame, length);
    assert_false(left(bench));
    arrive(bench, frame, length);
    assert_pause_left(bench, 0x1234);
    /* The list ends where one frame too many is left, then where just enough are. */
    dp83820_rx32_set_link(rx_slot(bench, 0), 0);
    rx_arm(bench, 0);
    set(bench, DP83820_RXDP, RX_RING);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 20 * MICROSECOND);
    assert_false(left(bench));
    rx_arm(bench, 0);
    set(bench, DP83820_RXDP, RX_RING);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 20 * MICROSECOND);
    assert_pause_left(bench, 0);
    bench_free(bench);
}

static void software_can_send_a_pause_frame(void **state)
{
    struct bench *bench = both_ready();

    (void)state;
    set(bench, DP83820_PCR, DP83820_PCR_PS_TX | DP83820_PCR_PAUSE_CNT(7));
    run(bench, 10 * MICROSECOND);
    assert_pause_left(bench, 7);
    assert_int_equal(get(bench, DP83820_PCR), 7);
    bench_free(bench);
}

static void hasty(struct dp83820_config *config)
{
    config->fetch_ns = 1;
}

static void a_packet_leaves_behind_a_pause_frame_and_its_gap(void **state)
{
    struct bench *bench = tx_ready(hasty, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);
    uint64_t from = bench->bus.now_ns, pause_end = from + 8 * (8 + DP83820_FRAME_MIN_BYTES);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    set(bench, DP83820_PCR, DP83820_PCR_PS_TX | DP83820_PCR_PAUSE_CNT(7));
    tx_kick(bench, 10 * MICROSECOND);
    assert_pause_left(bench, 7);
    assert_int_equal(bench->frame_at_ns, pause_end);
    assert_left(bench, frame, length);
    assert_int_equal(bench->frame_at_ns, pause_end + 8 * (12 + 8 + length + 4));
    bench_free(bench);
}

static void odd_pause_settings_of_known_drivers_are_tolerated(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_PCR, LINUX_PCR);
    for (unsigned number = 0; number < 30; number++)
        arrive(bench, frame, frame_make(frame, station, 0x1234, SMALL));
    assert_pause_left(bench, LINUX_PAUSE);
    assert_false(left(bench));
    bench_free(bench);
}

int pause_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pause_frame_holds_the_transmitter_for_its_time),
        cmocka_unit_test(a_pause_of_zero_ends_a_pause),
        cmocka_unit_test(no_pause_lasts_longer_than_its_bits_can_say),
        cmocka_unit_test(pause_frames_that_are_not_for_the_card_change_nothing),
        cmocka_unit_test(there_are_no_pauses_in_half_duplex),
        cmocka_unit_test(a_reset_receiver_asks_for_a_pause_anew),
        cmocka_unit_test(thresholds_of_a_pause_count_bytes),
        cmocka_unit_test(a_filling_fifo_asks_for_a_pause_and_ends_it),
        cmocka_unit_test(software_can_send_a_pause_frame),
        cmocka_unit_test(a_packet_leaves_behind_a_pause_frame_and_its_gap),
        cmocka_unit_test(odd_pause_settings_of_known_drivers_are_tolerated),
    };

    return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}
