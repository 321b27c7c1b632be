/* SPDX-License-Identifier: BSD-2-Clause */
/* The frames of the load generator: what it builds it also accepts, and nothing that is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tools/qemu/udpload/frame.h"

static uint8_t payload[FRAME_PAYLOAD_MAX];

static struct frame_view request(uint16_t vlan, size_t payload_bytes)
{
    struct frame_view view = {
        .source = {{2, 0, 0, 0, 0, 1}, 0x0a000264, 20000},
        .destination = {{0x52, 0x54, 0, 1, 2, 3}, 0x0a00020f, 1235},
        .vlan = vlan,
        .payload = payload,
        .payload_bytes = payload_bytes,
    };

    for (size_t i = 0; i < sizeof(payload); i++) {
        payload[i] = (uint8_t)(i * 7 + i / 256);
    }
    return view;
}

static void what_is_built_is_understood(void **state)
{
    static const size_t sizes[] = {0, 1, 17, 18, 19, 1024, 1472, FRAME_PAYLOAD_MAX};
    uint8_t frame[FRAME_CAPACITY_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (uint16_t vlan = 0; vlan < 10; vlan += 5) {
            struct frame_view sent = request(vlan, sizes[i]), seen;
            size_t length = frame_build_udp(frame, sizeof(frame), &sent);

            assert_true(length >= FRAME_MINIMUM_BYTES);
            assert_int_equal(frame_parse(frame, length, &seen), FRAME_UDP);
            assert_int_equal(seen.payload_bytes, sizes[i]);
            assert_memory_equal(seen.payload, payload, sizes[i]);
            assert_int_equal(seen.vlan, vlan);
            assert_int_equal(seen.source.address, sent.source.address);
            assert_int_equal(seen.source.port, sent.source.port);
            assert_int_equal(seen.destination.address, sent.destination.address);
            assert_int_equal(seen.destination.port, sent.destination.port);
            assert_memory_equal(seen.source.mac, sent.source.mac, FRAME_MAC_BYTES);
        }
    }
}

static void checksums_are_those_of_a_known_packet(void **state)
{
    /* Computed by hand from RFC 1071. */
    struct frame_view udp = {
        .source = {{0}, 0xc0a80001, 1},
        .destination = {{0}, 0xc0a800c7, 2},
        .payload = (const uint8_t *)"abc",
        .payload_bytes = 3,
    };
    uint8_t frame[FRAME_MINIMUM_BYTES];

    (void)state;
    assert_int_equal(frame_build_udp(frame, sizeof(frame) - 1, &udp), 0);
    assert_int_equal(frame_build_udp(frame, sizeof(frame), &udp), FRAME_MINIMUM_BYTES);
    /* 4500+001f+4000+4011+c0a8+0001+c0a8+00c7 = 24748, folded 474a, inverted b8b5. */
    assert_int_equal(frame[14 + 10] << 8 | frame[14 + 11], 0xb8b5);
    assert_int_equal(frame[14 + 20 + 6] << 8 | frame[14 + 20 + 7], 0xb959);
}

static void every_flipped_bit_is_noticed(void **state)
{
    uint8_t frame[FRAME_CAPACITY_BYTES];
    struct frame_view sent = request(0, 64), seen;
    size_t length = frame_build_udp(frame, sizeof(frame), &sent);

    (void)state;
    for (size_t bit = 14 * 8; bit < length * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(frame_parse(frame, length, &seen), FRAME_UDP);
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void every_truncation_is_noticed(void **state)
{
    uint8_t frame[FRAME_CAPACITY_BYTES];
    struct frame_view sent = request(0, 64), seen;
    size_t length = frame_build_udp(frame, sizeof(frame), &sent);

    (void)state;
    for (size_t bytes = 0; bytes < length; bytes++) {
        uint8_t *copy = test_malloc(bytes + 1);

        memcpy(copy, frame, bytes);
        assert_int_not_equal(frame_parse(copy, bytes, &seen), FRAME_UDP);
        test_free(copy);
    }
}

static void a_checksum_that_was_left_out_is_no_checksum(void **state)
{
    uint8_t frame[FRAME_CAPACITY_BYTES];
    struct frame_view sent = request(0, 64), seen;
    size_t length = frame_build_udp(frame, sizeof(frame), &sent);

    (void)state;
    frame[14 + 20 + 6] = frame[14 + 20 + 7] = 0;
    assert_int_equal(frame_parse(frame, length, &seen), FRAME_BAD_UDP_CHECKSUM);
}

static void arp_both_ways(void **state)
{
    uint8_t frame[64];
    struct frame_view sent = request(0, 0), seen;
    size_t length = frame_build_arp(frame, sizeof(frame), FRAME_ARP_REQUEST, &sent);

    (void)state;
    assert_int_equal(length, FRAME_MINIMUM_BYTES);
    assert_int_equal(frame[0], 0xff);
    assert_int_equal(frame_parse(frame, length, &seen), FRAME_ARP_REQUEST);
    assert_int_equal(seen.source.address, sent.source.address);
    assert_int_equal(seen.destination.address, sent.destination.address);
    length = frame_build_arp(frame, sizeof(frame), FRAME_ARP_REPLY, &sent);
    assert_int_equal(frame_parse(frame, length, &seen), FRAME_ARP_REPLY);
    assert_memory_equal(frame, sent.destination.mac, FRAME_MAC_BYTES);
}

static void multicast_goes_to_the_address_of_the_group(void **state)
{
    static const uint8_t expected[] = {0x01, 0x00, 0x5e, 0x01, 0x02, 0x03};
    uint8_t frame[FRAME_CAPACITY_BYTES];
    struct frame_view sent = request(0, 64);

    (void)state;
    sent.destination.address = 0xef810203;
    assert_true(frame_build_udp(frame, sizeof(frame), &sent) != 0);
    assert_memory_equal(frame, expected, sizeof(expected));
}

static void a_gigabit_wire_carries_939_megabits_of_1024_byte_payloads(void **state)
{
    (void)state;
    assert_int_equal(frame_wire_ps(FRAME_UDP_HEADER_BYTES + 1024, 1000), 8720000);
    assert_int_equal(frame_wire_ps(1, 1000), 84 * 8000);
    assert_int_equal(frame_wire_ps(60, 10), 84 * 800000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_understood),
        cmocka_unit_test(checksums_are_those_of_a_known_packet),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(every_truncation_is_noticed),
        cmocka_unit_test(a_checksum_that_was_left_out_is_no_checksum),
        cmocka_unit_test(arp_both_ways),
        cmocka_unit_test(multicast_goes_to_the_address_of_the_group),
        cmocka_unit_test(a_gigabit_wire_carries_939_megabits_of_1024_byte_payloads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
