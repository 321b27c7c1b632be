/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics, pause frames, wake events. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, QUANTUM_NS = 512 };

static struct bench *ready(void)
{
    struct bench *bench = bench_new(NULL);

    rx_ring(bench, 4);
    tx_ring(bench, 16);
    start(bench);
    return bench;
}

static void damaged(struct bench *bench, unsigned damage)
{
    uint8_t frame[2000];

    arrive_damaged(bench, frame, frame_make(frame, station, 0x1234, SMALL), damage);
}

/* --- statistics */

static void counters_count_and_a_read_clears_them(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_MIBC, 0);
    damaged(bench, DP83820_DAMAGE_FCS);
    damaged(bench, DP83820_DAMAGE_ALIGNMENT);
    damaged(bench, DP83820_DAMAGE_SYMBOL);
    arrive(bench, frame, frame_make(frame, station, 300, SMALL));
    arrive(bench, frame, frame_make(frame, station, 0x1234, 1600));
    assert_int_equal(get(bench, DP83820_RXERRORED), 4);
    assert_int_equal(get(bench, DP83820_RXFCS), 1);
    assert_int_equal(get(bench, DP83820_RXFA), 1);
    assert_int_equal(get(bench, DP83820_RXSYMBOL), 1);
    assert_int_equal(get(bench, DP83820_RXIRL), 1);
    assert_int_equal(get(bench, DP83820_RXLONG), 1);
    for (unsigned offset = DP83820_RXERRORED; offset <= DP83820_TXSQE; offset += 4)
        assert_int_equal(get(bench, offset), 0);
    bench_free(bench);
}

static void frozen_counters_stand_still(void **state)
{
    struct bench *bench = ready();

    (void)state;
    assert_bits(get(bench, DP83820_MIBC), DP83820_MIBC_FRZ);
    damaged(bench, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_RXFCS), 0);
    set(bench, DP83820_MIBC, 0);
    damaged(bench, DP83820_DAMAGE_FCS);
    set(bench, DP83820_MIBC, DP83820_MIBC_FRZ);
    damaged(bench, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_RXFCS), 1);
    bench_free(bench);
}

static void all_counters_can_be_cleared_at_once(void **state)
{
    struct bench *bench = ready();

    (void)state;
    set(bench, DP83820_MIBC, 0);
    damaged(bench, DP83820_DAMAGE_FCS);
    set(bench, DP83820_MIBC, DP83820_MIBC_ACLR);
    assert_int_equal(get(bench, DP83820_MIBC), 0);
    assert_int_equal(get(bench, DP83820_RXFCS), 0);
    bench_free(bench);
}

static void counters_warn_once_and_stop_at_their_end(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    unsigned number = 0;

    (void)state;
    set(bench, DP83820_MIBC, 0);
    for (; number < DP83820_MIB_WARNING - 1; number++)
        arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_no_bits(get(bench, DP83820_MIBC), DP83820_MIBC_WRN);
    arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_MIB);
    assert_bits(get(bench, DP83820_MIBC), DP83820_MIBC_WRN);
    for (; number < 0x10010; number++)
        arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_int_equal(get(bench, DP83820_RXFCS), 0xffff);
    get(bench, DP83820_RXERRORED);
    assert_no_bits(get(bench, DP83820_MIBC), DP83820_MIBC_WRN);
    bench_free(bench);
}

/* --- pause frames */

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
    struct bench *bench = ready();
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
    /* It did not reach memory. */
    assert_no_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

static void a_pause_of_zero_ends_a_pause(void **state)
{
    struct bench *bench = ready();
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
    struct bench *bench = ready();
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
    struct bench *bench = ready();
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
    struct bench *bench = ready();
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
    bench_free(bench);
}

static void software_can_send_a_pause_frame(void **state)
{
    struct bench *bench = ready();

    (void)state;
    set(bench, DP83820_PCR, DP83820_PCR_PS_TX | DP83820_PCR_PAUSE_CNT(7));
    run(bench, 10 * MICROSECOND);
    assert_pause_left(bench, 7);
    assert_int_equal(get(bench, DP83820_PCR), 7);
    bench_free(bench);
}

static void odd_pause_settings_of_known_drivers_are_tolerated(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_PCR, 0xe1e0fffe);
    for (unsigned number = 0; number < 30; number++)
        arrive(bench, frame, frame_make(frame, station, 0x1234, SMALL));
    assert_pause_left(bench, 0xfffe);
    assert_false(left(bench));
    bench_free(bench);
}

/* --- wake events */

static void a_wake_event_stops_reception_until_it_is_cleared(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_CCSR, DP83820_CCSR_PMEEN);
    assert_false(bench->bus.wake);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKUCP | DP83820_WCSR_WKBCP);
    arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_PME);
    assert_true(bench->bus.wake);
    assert_bits(get(bench, DP83820_CCSR), DP83820_CCSR_PMESTS);
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_UCASTR);
    assert_no_bits(get(bench, DP83820_WCSR), DP83820_WCSR_BCASTR);
    set(bench, DP83820_WCSR, 0);
    assert_int_equal(get(bench, DP83820_WCSR), 0);
    arrive(bench, frame, length);
    assert_no_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
    assert_false(bench->bus.wake);
    assert_int_equal(get(bench, DP83820_CCSR), 0);
    arrive(bench, frame, length);
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

static size_t magic_make(uint8_t *frame)
{
    size_t length = frame_make(frame, everybody, 0x0842, 130);

    memset(frame + 20, 0xff, 6);
    for (unsigned repeat = 0; repeat < 16; repeat++)
        memcpy(frame + 26 + repeat * STATION_BYTES, station, STATION_BYTES);
    memcpy(frame + 122, "\x01\x02\x03\x04\x05\x06", 6);
    return length;
}

static void magic_packets_wake_with_the_right_password(void **state)
{
    static const uint16_t password[] = {0x0201, 0x0403, 0x0605};
    struct bench *bench = ready();
    uint8_t frame[2000];
    size_t length = magic_make(frame);

    (void)state;
    set(bench, DP83820_WCSR, DP83820_WCSR_WKMAG);
    frame[30] ^= 1;
    arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_WCSR), DP83820_WCSR_WKMAG);
    frame[30] ^= 1;
    arrive(bench, frame, length);
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_MPR);
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKMAG | DP83820_WCSR_MPSOE);
    arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_WCSR),
                     DP83820_WCSR_WKMAG | DP83820_WCSR_MPSOE | DP83820_WCSR_SOHACK);
    for (unsigned at = 0; at < 3; at++) {
        set(bench, DP83820_RFCR, DP83820_FILTER_SECUREON + 2 * at);
        set(bench, DP83820_RFDR, password[at]);
    }
    arrive(bench, frame, length);
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_MPR);
    bench_free(bench);
}

static void groups_and_patterns_wake_where_asked(void **state)
{
    static const uint8_t group[STATION_BYTES] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};
    struct bench *bench = ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_WCSR, DP83820_WCSR_WKMCP);
    arrive(bench, frame, frame_make(frame, everybody, 0x1234, SMALL));
    assert_int_equal(get(bench, DP83820_CCSR), 0);
    arrive(bench, frame, frame_make(frame, group, 0x1234, SMALL));
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_MCASTR);
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKPAT(1 << 1));
    set(bench, DP83820_RFCR, DP83820_FILTER_PATTERN + DP83820_PATTERN_STRIDE_BYTES + 12);
    set(bench, DP83820_RFDR, DP83820_RFDR_DATA(0x7856) | DP83820_RFDR_BMASK(3));
    set(bench, DP83820_RFCR, DP83820_FILTER_PATTERN_LENGTH);
    set(bench, DP83820_RFDR, 14 << 8);
    arrive(bench, frame, frame_make(frame, group, 0x1234, SMALL));
    assert_int_equal(get(bench, DP83820_CCSR), 0);
    arrive(bench, frame, frame_make(frame, group, 0x5678, SMALL));
    assert_int_equal(dp83820_wcsr_patm(get(bench, DP83820_WCSR)), 1 << 1);
    bench_free(bench);
}

static void link_changes_and_arp_wake_where_asked(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];

    (void)state;
    dp83820_link_set(bench->bus.card, false);
    assert_int_equal(get(bench, DP83820_CCSR), 0);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKPHY | DP83820_WCSR_WKARP);
    dp83820_link_set(bench->bus.card, true);
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_PHYINT);
    assert_false(bench->bus.wake); /* PME# needs PMEEN */
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS | DP83820_CCSR_PMEEN);
    arrive(bench, frame, frame_make(frame, everybody, 0x0806, 46));
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_ARPR);
    assert_true(bench->bus.wake);
    bench_free(bench);
}

int units_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_count_and_a_read_clears_them),
        cmocka_unit_test(frozen_counters_stand_still),
        cmocka_unit_test(all_counters_can_be_cleared_at_once),
        cmocka_unit_test(counters_warn_once_and_stop_at_their_end),
        cmocka_unit_test(a_pause_frame_holds_the_transmitter_for_its_time),
        cmocka_unit_test(a_pause_of_zero_ends_a_pause),
        cmocka_unit_test(no_pause_lasts_longer_than_its_bits_can_say),
        cmocka_unit_test(pause_frames_that_are_not_for_the_card_change_nothing),
        cmocka_unit_test(a_filling_fifo_asks_for_a_pause_and_ends_it),
        cmocka_unit_test(software_can_send_a_pause_frame),
        cmocka_unit_test(odd_pause_settings_of_known_drivers_are_tolerated),
        cmocka_unit_test(a_wake_event_stops_reception_until_it_is_cleared),
        cmocka_unit_test(magic_packets_wake_with_the_right_password),
        cmocka_unit_test(groups_and_patterns_wake_where_asked),
        cmocka_unit_test(link_changes_and_arp_wake_where_asked),
    };

    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
