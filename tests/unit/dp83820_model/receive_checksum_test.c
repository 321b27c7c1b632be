/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums of received packets. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, UDP = 17, TCP = 6 };

static uint32_t sums(struct bench *bench, const uint8_t *frame, size_t length)
{
    assert_true(rx_received(bench, frame, length, 0));
    return rx_extended(bench, 0);
}

static void complete_header(uint8_t *frame)
{
    uint8_t *ip = frame + HEADER_BYTES;
    unsigned sum;

    ip[10] = ip[11] = 0;
    sum = 0xffff - ip_sum(ip);
    ip[10] = sum >> 8;
    ip[11] = sum & 0xff;
}

/* Checksums as the transmit side of a peer would put them in. */
static void complete(uint8_t *frame, unsigned at)
{
    uint8_t *ip = frame + HEADER_BYTES, *field = ip + (ip[0] & 15) * 4 + at;
    unsigned sum;

    complete_header(frame);
    field[0] = field[1] = 0;
    sum = 0xffff - segment_sum(ip);
    field[0] = sum >> 8;
    field[1] = sum & 0xff;
}

static void checksums_of_received_packets_are_verified(void **state)
{
    static const struct {
        unsigned protocol, field;
        uint32_t found, wrong;
    } kinds[] = {
        {UDP, 6, DP83820_EXTENDED_STATUS_UDPPKT, DP83820_EXTENDED_STATUS_UDPERR},
        {TCP, 16, DP83820_EXTENDED_STATUS_TCPPKT, DP83820_EXTENDED_STATUS_TCPERR},
    };
    const uint32_t ip = DP83820_EXTENDED_STATUS_IPPKT;
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN);
    for (unsigned kind = 0; kind < 2; kind++) {
        for (unsigned options = 0; options < 3; options++) {
            size_t length = ip_make(frame, kinds[kind].protocol, 31, options);

            complete(frame, kinds[kind].field);
            assert_int_equal(sums(bench, frame, length), ip | kinds[kind].found);
            /* Padding behind the packet is not summed. */
            frame[length] = 0x5a;
            assert_int_equal(sums(bench, frame, length + 1), ip | kinds[kind].found);
            frame[length - 1] ^= 1;
            assert_int_equal(sums(bench, frame, length),
                             ip | kinds[kind].found | kinds[kind].wrong);
            frame[length - 1] ^= 1;
            frame[HEADER_BYTES + 8] ^= 1;
            assert_int_equal(sums(bench, frame, length),
                             ip | kinds[kind].found | DP83820_EXTENDED_STATUS_IPERR);
        }
    }
    bench_free(bench);
}

static void fragments_other_packets_and_absent_sums_are_no_errors(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = ip_make(frame, UDP, 31, 0);

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN);
    frame[HEADER_BYTES + 6] = 0x20; /* more fragments */
    complete(frame, 6);
    assert_int_equal(sums(bench, frame, length), DP83820_EXTENDED_STATUS_IPPKT);
    length = ip_make(frame, UDP, 31, 0);
    complete(frame, 6);
    frame[HEADER_BYTES + 26] = frame[HEADER_BYTES + 27] = 0;
    assert_int_equal(sums(bench, frame, length),
                     DP83820_EXTENDED_STATUS_IPPKT | DP83820_EXTENDED_STATUS_UDPPKT);
    length = frame_make(frame, station, 0x0806, SMALL);
    assert_int_equal(sums(bench, frame, length), 0);
    length = ip_make(frame, UDP, 31, 0);
    set(bench, DP83820_VRCR, 0);
    assert_int_equal(sums(bench, frame, length), 0);
    bench_free(bench);
}

/* Packets of which a header says what cannot be, and the shortest that can. */
static void only_whole_packets_are_recognised(void **state)
{
    const uint32_t ip = DP83820_EXTENDED_STATUS_IPPKT;
    const uint32_t udp = ip | DP83820_EXTENDED_STATUS_UDPPKT;
    const uint32_t tcp = ip | DP83820_EXTENDED_STATUS_TCPPKT;
    const uint32_t errors = DP83820_EXTENDED_STATUS_IPERR | DP83820_EXTENDED_STATUS_TCPERR |
                            DP83820_EXTENDED_STATUS_UDPERR;
    /* One byte of the header is changed; SAME: none. */
    enum { SAME = 0xffff, VERSION = 0, TOTAL_LOW = 3, UDP_LENGTH_LOW = 25, ICMP = 1 };
    static const struct {
        unsigned protocol, segment, at;
        uint8_t value;
        unsigned found;
    } packets[] = {
        {TCP, 20, SAME, 0, 2},
        {TCP, 19, SAME, 0, 1},
        {UDP, 8, SAME, 0, 3},
        {UDP, 7, SAME, 0, 1},
        {UDP, 0, SAME, 0, 1},
        {UDP, 40, UDP_LENGTH_LOW, 41, 1},
        {UDP, 40, UDP_LENGTH_LOW, 40, 3},
        {UDP, 40, UDP_LENGTH_LOW, 8, 3},
        {UDP, 40, UDP_LENGTH_LOW, 7, 1},
        {ICMP, 40, SAME, 0, 1},
        {UDP, 40, VERSION, 0x65, 0},
        {UDP, 40, VERSION, 0x44, 0},
        {UDP, 40, TOTAL_LOW, 61, 0},
        {UDP, 40, TOTAL_LOW, 19, 0},
    };
    const uint32_t found[] = {0, ip, tcp, udp};
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN);
    for (size_t at = 0; at < sizeof packets / sizeof packets[0]; at++) {
        size_t length = ip_make(frame, packets[at].protocol, packets[at].segment, 0);

        if (packets[at].at != SAME)
            frame[HEADER_BYTES + packets[at].at] = packets[at].value;
        assert_int_equal(sums(bench, frame, length) & ~errors, found[packets[at].found]);
    }
    /* What does not even hold a header is no packet. */
    set(bench, DP83820_RXCFG, DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_ARP);
    ip_make(frame, UDP, 0, 0);
    assert_true(rx_received(bench, frame, HEADER_BYTES + 20, DP83820_DAMAGE_CUT));
    assert_int_equal(rx_extended(bench, 0) & ~errors, ip);
    assert_true(rx_received(bench, frame, HEADER_BYTES + 19, DP83820_DAMAGE_CUT));
    assert_int_equal(rx_extended(bench, 0), 0);
    bench_free(bench);
}

/* What stands behind a UDP datagram in its packet is not summed. */
static void a_datagram_shorter_than_its_packet_is_summed_as_it_says(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000], *ip = frame + HEADER_BYTES;
    size_t length = ip_make(frame, UDP, 31, 0);

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN);
    complete(frame, 6);
    ip[3] += 2;
    complete_header(frame);
    frame[length] = frame[length + 1] = 0x77;
    assert_int_equal(sums(bench, frame, length + 2),
                     DP83820_EXTENDED_STATUS_IPPKT | DP83820_EXTENDED_STATUS_UDPPKT);
    bench_free(bench);
}

static void wrong_checksums_are_rejected_where_asked(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = ip_make(frame, UDP, 31, 0);

    (void)state;
    complete(frame, 6);
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN | DP83820_VRCR_RUDPE | DP83820_VRCR_RIPE);
    assert_true(rx_received(bench, frame, length, 0));
    frame[length - 1] ^= 1;
    assert_false(rx_received(bench, frame, length, 0));
    frame[length - 1] ^= 1;
    frame[HEADER_BYTES + 8] ^= 1;
    assert_false(rx_received(bench, frame, length, 0));
    length = ip_make(frame, TCP, 31, 0);
    complete(frame, 16);
    frame[length - 1] ^= 1;
    assert_true(rx_received(bench, frame, length, 0));
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN | DP83820_VRCR_RTCPE);
    assert_false(rx_received(bench, frame, length, 0));
    frame[length - 1] ^= 1;
    assert_true(rx_received(bench, frame, length, 0));
    bench_free(bench);
}

int receive_checksum_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_of_received_packets_are_verified),
        cmocka_unit_test(fragments_other_packets_and_absent_sums_are_no_errors),
        cmocka_unit_test(only_whole_packets_are_recognised),
        cmocka_unit_test(a_datagram_shorter_than_its_packet_is_summed_as_it_says),
        cmocka_unit_test(wrong_checksums_are_rejected_where_asked),
    };

    return cmocka_run_group_tests_name("receive checksum", tests, NULL, NULL);
}
