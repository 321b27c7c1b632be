/* SPDX-License-Identifier: BSD-2-Clause */
/* What the receiver makes of frames: checks, limits, tags. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void the_kind_of_destination_is_in_the_status(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000], group[STATION_BYTES] = {0x01, 0x00, 0x5e, 0, 0, 1};
    size_t length;

    (void)state;
    length = frame_make(frame, everybody, 0x1234, SMALL);
    arrive(bench, frame, length);
    assert_int_equal(dp83820_rx_status_dest(rx_status(bench, 0)), DP83820_RX_STATUS_DEST_BROADCAST);
    length = frame_make(frame, group, 0x1234, SMALL);
    arrive(bench, frame, length);
    assert_int_equal(dp83820_rx_status_dest(rx_status(bench, 1)), DP83820_RX_STATUS_DEST_MULTICAST);
    bench_free(bench);
}

static void the_check_sequence_comes_along_unless_stripped(void **state)
{
    /* The standard check: over "123456789" the sum is 0xcbf43926; here over a frame, appended,
     * it leaves the residue. */
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    uint32_t crc = UINT32_MAX;

    (void)state;
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_STRIPCRC);
    arrive(bench, frame, length);
    assert_int_equal(rx_size(bench, 0), length + 4);
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_INCCRC);
    for (size_t at = 0; at < length + 4; at++) {
        crc ^= rx_data(bench, 0)[at];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    assert_int_equal(crc, 0xdebb20e3);
    bench_free(bench);
}

/* What a configuration makes of a damaged frame: nothing, or a status. */
static void judge(struct bench *bench, uint32_t rxcfg, unsigned damage, uint32_t bit,
                  uint32_t accepting)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, damage & DP83820_DAMAGE_CUT ? 20 : SMALL);

    set(bench, DP83820_RXCFG, rxcfg & ~accepting);
    get(bench, DP83820_ISR);
    assert_false(rx_received(bench, frame, length, damage));
    assert_no_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXERR | DP83820_INTERRUPT_RXOK);
    set(bench, DP83820_RXCFG, rxcfg | accepting);
    assert_true(rx_received(bench, frame, length, damage));
    assert_bits(rx_status(bench, 0), bit);
    assert_no_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXERR | DP83820_INTERRUPT_RXDESC);
}

static void damaged_frames_are_dropped_unless_asked_for(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint32_t rxcfg = get(bench, DP83820_RXCFG);

    (void)state;
    judge(bench, rxcfg, DP83820_DAMAGE_FCS, DP83820_RX_STATUS_CRCE, DP83820_RXCFG_AEP);
    judge(bench, rxcfg, DP83820_DAMAGE_ALIGNMENT, DP83820_RX_STATUS_FAE, DP83820_RXCFG_AEP);
    judge(bench, rxcfg, DP83820_DAMAGE_SYMBOL, DP83820_RX_STATUS_ISE, DP83820_RXCFG_AEP);
    judge(bench, rxcfg, DP83820_DAMAGE_CUT, DP83820_RX_STATUS_RUNT, DP83820_RXCFG_ARP);
    bench_free(bench);
}

static void long_frames_are_cut_or_dropped_or_whole(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint32_t rxcfg = get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_ALP;
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1600);

    (void)state;
    set(bench, DP83820_RXCFG, rxcfg);
    assert_false(rx_received(bench, frame, length, 0));
    set(bench, DP83820_RXCFG, rxcfg | DP83820_RXCFG_AEP);
    assert_true(rx_received(bench, frame, length, 0));
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_LONG);
    assert_no_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(rx_size(bench, 0), 1514);
    set(bench, DP83820_RXCFG, rxcfg | DP83820_RXCFG_ALP);
    assert_true(rx_received(bench, frame, length, 0));
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(rx_size(bench, 0), length);
    /* The longest that is not long. */
    set(bench, DP83820_RXCFG, rxcfg);
    assert_true(rx_received(bench, frame, 1514, 0));
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    bench_free(bench);
}

static void short_tagged(struct dp83820_config *config)
{
    config->long_limit_tagged = 1518;
}

static void a_tag_may_or_may_not_lengthen_the_limit(void **state)
{
    struct bench *bench = rx_ready(NULL), *strict = rx_ready(short_tagged);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x0800, 1500), 7);

    (void)state;
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_ALP);
    assert_true(rx_received(bench, frame, length, 0));
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    assert_false(rx_received(bench, frame, length + 1, 0));
    set(strict, DP83820_RXCFG, get(strict, DP83820_RXCFG) & ~DP83820_RXCFG_ALP);
    assert_false(rx_received(strict, frame, length, 0));
    bench_free(bench);
    bench_free(strict);
}

static void jumbo_frames_fill_as_many_buffers_as_they_need(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[9014];
    size_t length = frame_make(frame, station, 0x1234, 9000);

    (void)state;
    rx_ring(bench, 8);
    start(bench);
    arrive(bench, frame, length);
    for (unsigned slot = 0; slot < 4; slot++) {
        assert_int_equal(rx_size(bench, slot), BUFFER_BYTES);
        assert_bits(rx_status(bench, slot), DP83820_RX_STATUS_MORE);
    }
    assert_int_equal(rx_size(bench, 4), length - 4 * BUFFER_BYTES);
    assert_bits(rx_status(bench, 4), DP83820_RX_STATUS_OK);
    bench_free(bench);
}

static void a_length_field_that_lies_is_an_in_range_error(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint32_t rxcfg = get(bench, DP83820_RXCFG);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 200, SMALL);

    (void)state;
    set(bench, DP83820_RXCFG, rxcfg & ~DP83820_RXCFG_AIRL);
    assert_false(rx_received(bench, frame, length, 0));
    set(bench, DP83820_RXCFG, rxcfg | DP83820_RXCFG_AIRL);
    assert_true(rx_received(bench, frame, length, 0));
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_IRL);
    set(bench, DP83820_RXCFG, rxcfg & ~DP83820_RXCFG_AIRL);
    length = frame_make(frame, station, SMALL, SMALL);
    assert_true(rx_received(bench, frame, length, 0));
    length = frame_make(frame, station, 38, 38); /* padded */
    assert_true(rx_received(bench, frame, length, 0));
    assert_no_bits(rx_status(bench, 0), DP83820_RX_STATUS_IRL);
    bench_free(bench);
}

static void tags_are_detected_and_removed(void **state)
{
    const uint32_t tag = DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x2361);
    struct bench *bench = rx_ready(NULL);
    uint8_t plain[2000], frame[2000];
    size_t length = frame_make(plain, station, 0x0800, SMALL);

    (void)state;
    memcpy(frame, plain, length);
    tag_put(frame, length, 0x6123);
    assert_true(rx_received(bench, frame, length + 4, 0));
    assert_int_equal(rx_extended(bench, 0), 0);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN);
    assert_true(rx_received(bench, frame, length + 4, 0));
    assert_int_equal(rx_extended(bench, 0), tag);
    assert_int_equal(rx_size(bench, 0), length + 4);
    assert_memory_equal(rx_data(bench, 0), frame, length + 4);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_true(rx_received(bench, frame, length + 4, 0));
    assert_int_equal(rx_extended(bench, 0), tag);
    assert_int_equal(rx_size(bench, 0), length);
    assert_memory_equal(rx_data(bench, 0), plain, length);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_DVTF);
    assert_false(rx_received(bench, frame, length + 4, 0));
    assert_true(rx_received(bench, plain, length, 0));
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_DUTF);
    assert_true(rx_received(bench, frame, length + 4, 0));
    assert_false(rx_received(bench, plain, length, 0));
    bench_free(bench);
}

static void runts_by_removal(struct dp83820_config *config)
{
    config->vlan_runt = true;
}

static void a_minimum_frame_without_its_tag_may_be_a_runt(void **state)
{
    struct bench *bench = rx_ready(NULL), *quirk = rx_ready(runts_by_removal);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x1234, 42), 5);

    (void)state;
    assert_int_equal(length, 60);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_true(rx_received(bench, frame, length, 0));
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    set(quirk, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_false(rx_received(quirk, frame, length, 0));
    set(quirk, DP83820_RXCFG, get(quirk, DP83820_RXCFG) | DP83820_RXCFG_ARP);
    assert_true(rx_received(quirk, frame, length, 0));
    assert_bits(rx_status(quirk, 0), DP83820_RX_STATUS_RUNT);
    assert_no_bits(rx_status(quirk, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(rx_size(quirk, 0), 56);
    bench_free(bench);
    bench_free(quirk);
}

static void short_frames_of_a_back_end_are_padded(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[60] = {0};
    size_t length = frame_make(frame, station, 0x1234, 20);

    (void)state;
    memset(rx_data(bench, 0), 0xee, 64);
    arrive(bench, frame, length);
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(rx_size(bench, 0), 60);
    memset(frame + length, 0, sizeof frame - length);
    assert_memory_equal(rx_data(bench, 0), frame, 60);
    bench_free(bench);
}

int receive_frame_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_destination_is_in_the_status),
        cmocka_unit_test(the_check_sequence_comes_along_unless_stripped),
        cmocka_unit_test(damaged_frames_are_dropped_unless_asked_for),
        cmocka_unit_test(long_frames_are_cut_or_dropped_or_whole),
        cmocka_unit_test(a_tag_may_or_may_not_lengthen_the_limit),
        cmocka_unit_test(jumbo_frames_fill_as_many_buffers_as_they_need),
        cmocka_unit_test(a_length_field_that_lies_is_an_in_range_error),
        cmocka_unit_test(tags_are_detected_and_removed),
        cmocka_unit_test(a_minimum_frame_without_its_tag_may_be_a_runt),
        cmocka_unit_test(short_frames_of_a_back_end_are_padded),
    };

    return cmocka_run_group_tests_name("receive frame", tests, NULL, NULL);
}
