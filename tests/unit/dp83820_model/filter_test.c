/* SPDX-License-Identifier: BSD-2-Clause */
/* The receive filter: rules, hash, patterns. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

/* Whether a frame to this address passes with this RFCR. */
static bool passes(struct bench *bench, uint32_t rfcr, const uint8_t *to, unsigned type)
{
    uint64_t before = count(bench)->frames_in;
    uint8_t frame[2000];

    rx_ring(bench, 4);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    set(bench, DP83820_RFCR, rfcr);
    arrive(bench, frame, frame_make(frame, to, type, SMALL));
    return count(bench)->frames_in != before;
}

static void filter_write(struct bench *bench, unsigned address, uint32_t value)
{
    set(bench, DP83820_RFCR, address);
    set(bench, DP83820_RFDR, value);
}

static struct bench *ready(void)
{
    struct bench *bench = bench_new(NULL);

    rx_ring(bench, 4);
    start(bench);
    return bench;
}

static const uint8_t group[STATION_BYTES] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};

static void each_rule_accepts_its_kind_and_nothing_else(void **state)
{
    static const struct {
        uint32_t rule;
        bool station, stranger, group, everybody;
    } rules[] = {
        {0, false, false, false, false},
        {DP83820_RFCR_APM, true, false, false, false},
        {DP83820_RFCR_AAU, true, true, false, false},
        {DP83820_RFCR_AAM, false, false, true, false},
        {DP83820_RFCR_AAB, false, false, false, true},
        {DP83820_RFCR_APAT_MASK, false, false, false, false},
        {DP83820_RFCR_MHEN, false, false, false, false},
        {DP83820_RFCR_UHEN, false, false, false, false},
        {DP83820_RFCR_AARP, false, false, false, false},
    };
    struct bench *bench = ready();

    (void)state;
    for (unsigned at = 0; at < sizeof rules / sizeof rules[0]; at++) {
        uint32_t rfcr = DP83820_RFCR_RFEN | rules[at].rule;

        assert_int_equal(passes(bench, rfcr, station, 0x1234), rules[at].station);
        assert_int_equal(passes(bench, rfcr, stranger, 0x1234), rules[at].stranger);
        assert_int_equal(passes(bench, rfcr, group, 0x1234), rules[at].group);
        assert_int_equal(passes(bench, rfcr, everybody, 0x1234), rules[at].everybody);
    }
    bench_free(bench);
}

static void a_filter_that_is_off_accepts_nothing(void **state)
{
    struct bench *bench = ready();

    (void)state;
    assert_false(passes(bench, 0x7fc00000, station, 0x1234));
    assert_true(passes(bench, 0xffc00000, station, 0x1234));
    bench_free(bench);
}

static void arp_has_a_rule_of_its_own(void **state)
{
    struct bench *bench = ready();
    uint32_t rfcr = DP83820_RFCR_RFEN | DP83820_RFCR_AARP;

    (void)state;
    assert_true(passes(bench, rfcr, everybody, 0x0806));
    assert_false(passes(bench, rfcr, everybody, 0x0800));
    bench_free(bench);
}

static void the_hash_finds_the_known_bits(void **state)
{
    static const struct {
        uint8_t address[STATION_BYTES];
        uint16_t word;
        uint8_t bit;
        uint32_t rule;
    } vectors[] = {
        {{0x01, 0x00, 0x5e, 0x00, 0x00, 0x01}, 63, 13, DP83820_RFCR_MHEN},
        {{0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb}, 31, 11, DP83820_RFCR_MHEN},
        {{0x33, 0x33, 0x00, 0x00, 0x00, 0x01}, 124, 12, DP83820_RFCR_MHEN},
        {{0x33, 0x33, 0xff, 0x12, 0x34, 0x56}, 5, 15, DP83820_RFCR_MHEN},
        {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x00}, 51, 14, DP83820_RFCR_MHEN},
        {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x01}, 7, 6, DP83820_RFCR_MHEN},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 127, 10, DP83820_RFCR_MHEN},
        {{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}, 96, 11, DP83820_RFCR_UHEN},
    };
    struct bench *bench = ready();

    (void)state;
    for (unsigned at = 0; at < sizeof vectors / sizeof vectors[0]; at++) {
        uint32_t rfcr = DP83820_RFCR_RFEN | vectors[at].rule;

        assert_false(passes(bench, rfcr, vectors[at].address, 0x1234));
        filter_write(bench, DP83820_FILTER_HASH + 2 * vectors[at].word, 1u << vectors[at].bit);
        assert_true(passes(bench, rfcr, vectors[at].address, 0x1234));
        filter_write(bench, DP83820_FILTER_HASH + 2 * vectors[at].word,
                     ~(1u << vectors[at].bit) & 0xffff);
        assert_false(passes(bench, rfcr, vectors[at].address, 0x1234));
        filter_write(bench, DP83820_FILTER_HASH + 2 * vectors[at].word, 0);
    }
    bench_free(bench);
}

static void the_local_bit_can_be_left_out_of_the_unicast_hash(void **state)
{
    uint8_t address[STATION_BYTES] = {0x50, 0x54, 0x00, 0x12, 0x34, 0x56};
    struct bench *bench = ready();
    unsigned hits = 0;

    (void)state;
    for (unsigned word = 0; word < 128; word++)
        for (unsigned bit = 0; bit < 16 && !hits; bit++) {
            filter_write(bench, DP83820_FILTER_HASH + 2 * word, 1u << bit);
            hits += passes(bench, DP83820_RFCR_RFEN | DP83820_RFCR_UHEN, address, 0x1234);
            if (!hits)
                filter_write(bench, DP83820_FILTER_HASH + 2 * word, 0);
        }
    assert_int_equal(hits, 1);
    address[0] |= 2;
    assert_false(passes(bench, DP83820_RFCR_RFEN | DP83820_RFCR_UHEN, address, 0x1234));
    assert_true(
        passes(bench, DP83820_RFCR_RFEN | DP83820_RFCR_UHEN | DP83820_RFCR_ULM, address, 0x1234));
    bench_free(bench);
}

static void patterns_match_the_bytes_that_take_part(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];
    uint32_t rfcr = DP83820_RFCR_RFEN | DP83820_RFCR_APAT(1 << 2);
    size_t length = frame_make(frame, stranger, 0x4321, SMALL);
    unsigned buffer = DP83820_FILTER_PATTERN + 2 * DP83820_PATTERN_STRIDE_BYTES;

    (void)state;
    assert_int_equal(length, HEADER_BYTES + SMALL);
    /* Type 0x4321 at offset 12; all else does not matter. */
    filter_write(bench, buffer + 12, DP83820_RFDR_DATA(0x2143) | DP83820_RFDR_BMASK(3));
    assert_false(passes(bench, rfcr, stranger, 0x4321)); /* length 0 */
    filter_write(bench, DP83820_FILTER_PATTERN_LENGTH + 2, 14);
    assert_true(passes(bench, rfcr, stranger, 0x4321));
    assert_false(passes(bench, rfcr, stranger, 0x4322));
    assert_false(passes(bench, rfcr, stranger, 0x4421));
    filter_write(bench, buffer + 12, DP83820_RFDR_DATA(0x2143) | DP83820_RFDR_BMASK(1));
    assert_true(passes(bench, rfcr, stranger, 0x4322));
    assert_false(passes(bench, rfcr, stranger, 0x4421));
    bench_free(bench);
}

static void a_new_station_address_takes_effect(void **state)
{
    struct bench *bench = ready();

    (void)state;
    for (unsigned at = 0; at < STATION_BYTES; at += 2)
        filter_write(bench, DP83820_FILTER_MAC + at, stranger[at] | stranger[at + 1] << 8);
    assert_true(passes(bench, DP83820_RFCR_RFEN | DP83820_RFCR_APM, stranger, 0x1234));
    assert_false(passes(bench, DP83820_RFCR_RFEN | DP83820_RFCR_APM, station, 0x1234));
    bench_free(bench);
}

static void filter_memory_takes_narrow_writes(void **state)
{
    struct bench *bench = ready();

    (void)state;
    filter_write(bench, DP83820_FILTER_MAC, 0x3ffff);
    dp83820_mmio_write(bench->bus.card, DP83820_RFDR, 0x1234, 2);
    assert_int_equal(get(bench, DP83820_RFDR), 0x1234);
    bench_free(bench);
}

int filter_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_accepts_its_kind_and_nothing_else),
        cmocka_unit_test(a_filter_that_is_off_accepts_nothing),
        cmocka_unit_test(arp_has_a_rule_of_its_own),
        cmocka_unit_test(the_hash_finds_the_known_bits),
        cmocka_unit_test(the_local_bit_can_be_left_out_of_the_unicast_hash),
        cmocka_unit_test(patterns_match_the_bytes_that_take_part),
        cmocka_unit_test(a_new_station_address_takes_effect),
        cmocka_unit_test(filter_memory_takes_narrow_writes),
    };

    return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
