/* SPDX-License-Identifier: BSD-2-Clause */
/* Wake events. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void a_wake_event_stops_reception_until_it_is_cleared(void **state)
{
    struct bench *bench = both_ready();
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

static void damaged_frames_wake_nobody(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_WCSR, DP83820_WCSR_WKUCP);
    arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_CCSR), 0);
    assert_int_equal(get(bench, DP83820_WCSR), DP83820_WCSR_WKUCP);
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
    struct bench *bench = both_ready();
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

static void password_set(struct bench *bench, const uint8_t *password)
{
    for (unsigned at = 0; at < STATION_BYTES; at += 2) {
        set(bench, DP83820_RFCR,
            (get(bench, DP83820_RFCR) & ~DP83820_RFCR_RFADDR_MASK) |
                (DP83820_FILTER_SECUREON + at));
        set(bench, DP83820_RFDR, password[at] | password[at + 1] << 8);
    }
}

static void every_byte_of_the_password_counts(void **state)
{
    static const uint32_t asked = DP83820_WCSR_WKMAG | DP83820_WCSR_MPSOE;
    struct bench *bench = both_ready();
    uint8_t frame[2000], password[STATION_BYTES];
    size_t length = magic_make(frame);

    (void)state;
    for (unsigned wrong = 0; wrong < STATION_BYTES; wrong++) {
        memcpy(password, "\x01\x02\x03\x04\x05\x06", STATION_BYTES);
        password[wrong] ^= 0x40;
        password_set(bench, password);
        set(bench, DP83820_WCSR, asked);
        arrive(bench, frame, length);
        assert_int_equal(get(bench, DP83820_WCSR), asked | DP83820_WCSR_SOHACK);
        assert_int_equal(get(bench, DP83820_CCSR), 0);
    }
    /* One that the frame ends within is wrong as well. */
    memcpy(password, "\x01\x02\x03\x04\x05\x06", STATION_BYTES);
    password_set(bench, password);
    set(bench, DP83820_WCSR, asked);
    arrive(bench, frame, 127);
    assert_int_equal(get(bench, DP83820_WCSR), asked | DP83820_WCSR_SOHACK);
    arrive(bench, frame, 128);
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_MPR);
    bench_free(bench);
}

/* The sequence may begin right behind the header and end with the frame. */
static void a_magic_sequence_may_stand_anywhere(void **state)
{
    enum { SEQUENCE = 6 + 16 * STATION_BYTES };
    struct bench *bench = both_ready();
    uint8_t magic[2000], frame[2000];

    (void)state;
    magic_make(magic);
    frame_make(frame, everybody, 0x0842, 0);
    memcpy(frame + HEADER_BYTES, magic + 20, SEQUENCE);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKMAG);
    arrive(bench, frame, HEADER_BYTES + SEQUENCE - 1);
    assert_int_equal(get(bench, DP83820_WCSR), DP83820_WCSR_WKMAG);
    arrive(bench, frame, HEADER_BYTES + SEQUENCE);
    assert_bits(get(bench, DP83820_WCSR), DP83820_WCSR_MPR);
    /* Every repetition counts, the last one too. */
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKMAG);
    frame[HEADER_BYTES + SEQUENCE - 1] ^= 1;
    arrive(bench, frame, HEADER_BYTES + SEQUENCE);
    assert_int_equal(get(bench, DP83820_WCSR), DP83820_WCSR_WKMAG);
    bench_free(bench);
}

/* Each enable bit is kept, and wakes for its own kind of frame only. */
static void each_kind_of_destination_wakes_where_asked(void **state)
{
    static const uint8_t group[STATION_BYTES] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};
    static const struct {
        uint32_t enable, reason;
        const uint8_t *to;
    } kinds[] = {{DP83820_WCSR_WKUCP, DP83820_WCSR_UCASTR, station},
                 {DP83820_WCSR_WKMCP, DP83820_WCSR_MCASTR, group},
                 {DP83820_WCSR_WKBCP, DP83820_WCSR_BCASTR, everybody}};
    struct bench *bench = both_ready();
    uint8_t frame[2000];

    (void)state;
    for (unsigned enabled = 0; enabled < 3; enabled++) {
        for (unsigned sent = 0; sent < 3; sent++) {
            set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
            set(bench, DP83820_WCSR, kinds[enabled].enable);
            arrive(bench, frame, frame_make(frame, kinds[sent].to, 0x1234, SMALL));
            assert_int_equal(get(bench, DP83820_WCSR),
                             kinds[enabled].enable | (sent == enabled ? kinds[sent].reason : 0));
        }
    }
    /* Not a stranger's, also where all are accepted; nor a group that the filter rejects. */
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
    set(bench, DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAU);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKUCP | DP83820_WCSR_WKMCP);
    arrive(bench, frame, frame_make(frame, stranger, 0x1234, SMALL));
    arrive(bench, frame, frame_make(frame, group, 0x1234, SMALL));
    assert_int_equal(get(bench, DP83820_WCSR), DP83820_WCSR_WKUCP | DP83820_WCSR_WKMCP);
    set(bench, DP83820_WCSR, UINT32_MAX);
    assert_int_equal(get(bench, DP83820_WCSR), 0x7ff);
    bench_free(bench);
}

/* WCSR after a frame, with these enabled before. */
static uint32_t reasons_of(struct bench *bench, uint32_t enables, const uint8_t *frame,
                           size_t length)
{
    set(bench, DP83820_CCSR, DP83820_CCSR_PMESTS);
    set(bench, DP83820_WCSR, enables);
    arrive(bench, frame, length);
    return get(bench, DP83820_WCSR) & ~enables;
}

static void reasons_need_their_bits_and_add_up(void **state)
{
    const uint32_t broadcast = DP83820_WCSR_WKBCP, arp = DP83820_WCSR_WKARP;
    const uint32_t magic = DP83820_WCSR_WKMAG;
    struct bench *bench = both_ready();
    uint8_t plain[2000], request[2000], packet[2000];
    size_t plain_bytes = frame_make(plain, everybody, 0x1234, SMALL);
    size_t request_bytes = frame_make(request, everybody, 0x0806, 46);
    size_t packet_bytes = magic_make(packet);

    (void)state;
    assert_int_equal(reasons_of(bench, arp, plain, plain_bytes), 0);
    assert_int_equal(reasons_of(bench, broadcast, request, request_bytes), DP83820_WCSR_BCASTR);
    assert_int_equal(reasons_of(bench, broadcast | arp, request, request_bytes),
                     DP83820_WCSR_BCASTR | DP83820_WCSR_ARPR);
    assert_int_equal(reasons_of(bench, broadcast, packet, packet_bytes), DP83820_WCSR_BCASTR);
    assert_int_equal(reasons_of(bench, broadcast | magic, packet, packet_bytes),
                     DP83820_WCSR_BCASTR | DP83820_WCSR_MPR);
    bench_free(bench);
}

static void groups_and_patterns_wake_where_asked(void **state)
{
    static const uint8_t group[STATION_BYTES] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};
    struct bench *bench = both_ready();
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
    struct bench *bench = both_ready();
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

int wake_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wake_event_stops_reception_until_it_is_cleared),
        cmocka_unit_test(damaged_frames_wake_nobody),
        cmocka_unit_test(magic_packets_wake_with_the_right_password),
        cmocka_unit_test(every_byte_of_the_password_counts),
        cmocka_unit_test(a_magic_sequence_may_stand_anywhere),
        cmocka_unit_test(each_kind_of_destination_wakes_where_asked),
        cmocka_unit_test(reasons_need_their_bits_and_add_up),
        cmocka_unit_test(groups_and_patterns_wake_where_asked),
        cmocka_unit_test(link_changes_and_arp_wake_where_asked),
    };

    return cmocka_run_group_tests_name("wake", tests, NULL, NULL);
}
