/* SPDX-License-Identifier: BSD-2-Clause */
/* What is put into frames that are sent: padding, checksums, tags. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void short_frames_are_padded_where_asked(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[60] = {0};
    size_t length = frame_make(frame, stranger, 0x1234, 6);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    memset(frame + length, 0, sizeof frame - length);
    assert_left(bench, frame, sizeof frame);
    assert_int_equal(dp83820_tx_status_size(dp83820_tx32_cmdsts(tx_slot(bench, 0))), length);
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) & ~DP83820_TXCFG_ATP);
    tx_put(bench, 1, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void padding_holds_nothing_of_earlier_packets(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[60], secret[SMALL];
    size_t length = frame_make(frame, stranger, 0x1234, 6);

    (void)state;
    memset(secret, 0xee, sizeof secret);
    tx_put(bench, 0, secret, sizeof secret, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, secret, sizeof secret);
    tx_put(bench, 1, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    memset(frame + length, 0, sizeof frame - length);
    assert_left(bench, frame, sizeof frame);
    bench_free(bench);
}

static void a_check_sequence_of_software_does_not_reach_the_wire_twice(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, DP83820_TX_STATUS_SUPCRC);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length - 4);
    bench_free(bench);
}

static void a_check_sequence_alone_is_no_packet(void **state)
{
    struct bench *bench = tx_ready(NULL, 8);
    uint8_t frame[60];

    (void)state;
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) & ~DP83820_TXCFG_ATP);
    frame_make(frame, stranger, 0x1234, sizeof frame - HEADER_BYTES);
    for (unsigned slot = 0; slot <= 4; slot++) {
        tx_put(bench, slot, frame, slot, DP83820_TX_STATUS_SUPCRC);
        tx_kick(bench, 10 * MICROSECOND);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
        assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, slot)), DP83820_TX_STATUS_TXA);
        assert_false(left(bench));
    }
    tx_put(bench, 5, frame, 5, DP83820_TX_STATUS_SUPCRC);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, 1);
    bench_free(bench);
}

static void checksums_are_inserted_where_asked(void **state)
{
    static const uint32_t all = DP83820_EXTENDED_STATUS_IPPKT | DP83820_EXTENDED_STATUS_TCPPKT |
                                DP83820_EXTENDED_STATUS_UDPPKT;
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    const uint8_t *ip;

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    for (unsigned options = 0; options < 3; options++) {
        for (size_t bytes = 21; bytes < 90; bytes += 17) {
            size_t length = ip_make(frame, 6, bytes, options);

            /* The partial sum that some drivers leave in a field is not taken in. */
            frame[HEADER_BYTES + 20 + 4 * options + 16] = 0x55;
            frame[HEADER_BYTES + 10] = 0xaa;
            ip = tx_sent(bench, frame, length, all) + HEADER_BYTES;
            assert_int_equal(ip_sum(ip), 0xffff);
            assert_int_equal(segment_sum(ip), 0xffff);
            length = ip_make(frame, 17, bytes, options);
            ip = tx_sent(bench, frame, length, all) + HEADER_BYTES;
            assert_int_equal(ip_sum(ip), 0xffff);
            assert_int_equal(segment_sum(ip), 0xffff);
        }
    }
    bench_free(bench);
}

static void a_udp_checksum_of_zero_is_sent_as_ones(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000], *udp = frame + HEADER_BYTES + 20;
    size_t length = ip_make(frame, 17, 10, 0);
    unsigned sum;

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    memset(udp + 6, 0, 4);
    sum = segment_sum(frame + HEADER_BYTES);
    /* Two octets of payload that make the sum of the rest all ones. */
    udp[8] = (0xffff - sum) >> 8;
    udp[9] = (0xffff - sum) & 0xff;
    tx_sent(bench, frame, length, DP83820_EXTENDED_STATUS_UDPPKT);
    assert_int_equal(bench->frame[HEADER_BYTES + 26], 0xff);
    assert_int_equal(bench->frame[HEADER_BYTES + 27], 0xff);
    bench_free(bench);
}

static void requests_without_permission_or_for_other_packets_change_nothing(void **state)
{
    static const uint32_t udp = DP83820_EXTENDED_STATUS_UDPPKT;
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    assert_memory_equal(tx_sent(bench, frame, length, udp | DP83820_EXTENDED_STATUS_IPPKT), frame,
                        length);
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    length = frame_make(frame, everybody, 0x0806, 46);
    assert_memory_equal(tx_sent(bench, frame, length, udp), frame, length);
    /* A fragment, and a length that the frame does not have. */
    length = ip_make(frame, 17, 50, 0);
    frame[HEADER_BYTES + 6] = 0x20;
    assert_memory_equal(tx_sent(bench, frame, length, udp), frame, length);
    length = ip_make(frame, 17, 50, 0);
    frame[HEADER_BYTES + 2] = 0xff;
    assert_memory_equal(tx_sent(bench, frame, length, udp), frame, length);
    /* A request for the one protocol in a packet of the other. */
    length = ip_make(frame, 17, 50, 0);
    assert_memory_equal(tx_sent(bench, frame, length, DP83820_EXTENDED_STATUS_TCPPKT), frame,
                        length);
    length = ip_make(frame, 6, 50, 0);
    assert_memory_equal(tx_sent(bench, frame, length, udp), frame, length);
    bench_free(bench);
}

static void all_packets_can_get_checksums_without_asking(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_GCHK);
    assert_int_equal(segment_sum(tx_sent(bench, frame, length, 0) + HEADER_BYTES), 0xffff);
    bench_free(bench);
}

static void a_tag_is_inserted_in_wire_order(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);
    /* TCI 0x6123, low byte first on the wire as it is stored in network order. */
    uint32_t tag = DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x2361);

    (void)state;
    assert_memory_equal(tx_sent(bench, frame, length, tag), frame, length);
    set(bench, DP83820_VTCR, DP83820_VTCR_VPPTI | DP83820_VTCR_PPCHK);
    tx_sent(bench, frame, length, tag | DP83820_EXTENDED_STATUS_UDPPKT);
    assert_int_equal(bench->frame_bytes, length + 4);
    assert_memory_equal(bench->frame + 12, "\x81\x00\x61\x23\x08\x00", 6);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    tx_sent(bench, frame, length, 0);
    assert_int_equal(bench->frame_bytes, length);
    set(bench, DP83820_VTCR, DP83820_VTCR_VGTI);
    set(bench, DP83820_VDR, DP83820_VDR_VTYPE(0x0081) | DP83820_VDR_VTCI(0x0700));
    tx_sent(bench, frame, length, 0);
    assert_memory_equal(bench->frame + 12, "\x81\x00\x00\x07\x08\x00", 6);
    bench_free(bench);
}

static void what_has_no_header_gets_no_tag(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[60];
    uint32_t tag = DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x2361);

    (void)state;
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) & ~DP83820_TXCFG_ATP);
    set(bench, DP83820_VTCR, DP83820_VTCR_VPPTI);
    frame_make(frame, stranger, 0x1234, 0);
    tx_sent(bench, frame, 13, tag);
    assert_int_equal(bench->frame_bytes, 13);
    assert_memory_equal(bench->frame, frame, 13);
    tx_sent(bench, frame, 14, tag);
    assert_int_equal(bench->frame_bytes, 18);
    assert_memory_equal(bench->frame + 12, "\x81\x00\x61\x23\x12\x34", 6);
    bench_free(bench);
}

static void checksums_look_past_a_tag(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = tag_put(frame, ip_make(frame, 17, 50, 0), 5);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    tx_sent(bench, frame, length, DP83820_EXTENDED_STATUS_UDPPKT);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    bench_free(bench);
}

static void requests_of_all_descriptors_of_a_packet_count(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    dp83820_tx32_set_extsts(tx_slot(bench, 0), DP83820_EXTENDED_STATUS_UDPPKT);
    dp83820_tx32_set_extsts(tx_slot(bench, 1),
                            DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x0200));
    tx_put(bench, 0, frame, 40, DP83820_TX_STATUS_MORE);
    tx_put(bench, 1, frame + 40, length - 40, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_true(left(bench));
    assert_memory_equal(bench->frame + 12, "\x81\x00\x00\x02\x08\x00", 6);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    bench_free(bench);
}

static void without_extended_status_the_word_is_not_looked_at(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) & ~DP83820_CFG_EXTSTS_EN);
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    assert_memory_equal(tx_sent(bench, frame, length, UINT32_MAX), frame, length);
    bench_free(bench);
}

int transmit_frame_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_frames_are_padded_where_asked),
        cmocka_unit_test(padding_holds_nothing_of_earlier_packets),
        cmocka_unit_test(a_check_sequence_of_software_does_not_reach_the_wire_twice),
        cmocka_unit_test(a_check_sequence_alone_is_no_packet),
        cmocka_unit_test(checksums_are_inserted_where_asked),
        cmocka_unit_test(a_udp_checksum_of_zero_is_sent_as_ones),
        cmocka_unit_test(requests_without_permission_or_for_other_packets_change_nothing),
        cmocka_unit_test(all_packets_can_get_checksums_without_asking),
        cmocka_unit_test(a_tag_is_inserted_in_wire_order),
        cmocka_unit_test(what_has_no_header_gets_no_tag),
        cmocka_unit_test(checksums_look_past_a_tag),
        cmocka_unit_test(requests_of_all_descriptors_of_a_packet_count),
        cmocka_unit_test(without_extended_status_the_word_is_not_looked_at),
    };

    return cmocka_run_group_tests_name("transmit frame", tests, NULL, NULL);
}
