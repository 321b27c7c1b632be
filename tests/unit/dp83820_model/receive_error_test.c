/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a received frame, alone and together, and what is counted of what is not
 * accepted. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, FCS_BYTES = 4 };

#define ALL_KINDS                                                                                  \
    (DP83820_RX_STATUS_CRCE | DP83820_RX_STATUS_FAE | DP83820_RX_STATUS_ISE |                      \
     DP83820_RX_STATUS_RUNT | DP83820_RX_STATUS_LONG | DP83820_RX_STATUS_IRL |                     \
     DP83820_RX_STATUS_LBP)
#define MISALIGNED (DP83820_RX_STATUS_CRCE | DP83820_RX_STATUS_FAE)

/* A receiver that accepts whatever is wrong, long frames as errors. */
static struct bench *indulgent(void (*change)(struct dp83820_config *config))
{
    struct bench *bench = rx_ready(change);

    set(bench, DP83820_RXCFG,
        (get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_ALP) | DP83820_RXCFG_AEP | DP83820_RXCFG_ARP |
            DP83820_RXCFG_AIRL);
    return bench;
}

/* The frame comes in with these errors, and its kind of destination beside them. */
static void assert_errors(struct bench *bench, const uint8_t *frame, size_t length, unsigned damage,
                          uint32_t errors)
{
    assert_true(rx_received(bench, frame, length, damage));
    assert_int_equal(rx_status(bench, 0) & ALL_KINDS, errors);
    assert_int_equal(dp83820_rx_status_dest(rx_status(bench, 0)), DP83820_RX_STATUS_DEST_UNICAST);
}

static void errors_add_up(void **state)
{
    struct bench *bench = indulgent(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    assert_errors(bench, frame, length, DP83820_DAMAGE_FCS, DP83820_RX_STATUS_CRCE);
    assert_errors(bench, frame, length, DP83820_DAMAGE_ALIGNMENT, MISALIGNED);
    assert_errors(bench, frame, length, DP83820_DAMAGE_ALIGNMENT | DP83820_DAMAGE_SYMBOL,
                  MISALIGNED | DP83820_RX_STATUS_ISE);
    assert_errors(bench, frame, 40, DP83820_DAMAGE_CUT | DP83820_DAMAGE_ALIGNMENT,
                  MISALIGNED | DP83820_RX_STATUS_RUNT);
    length = frame_make(frame, station, 200, 1600);
    assert_errors(bench, frame, length, DP83820_DAMAGE_SYMBOL,
                  DP83820_RX_STATUS_ISE | DP83820_RX_STATUS_LONG | DP83820_RX_STATUS_IRL);
    dp83820_fault_set(bench->bus.card, DP83820_FAULT_BAD_FRAME, 1);
    length = frame_make(frame, station, 0x1234, SMALL);
    assert_errors(bench, frame, length, DP83820_DAMAGE_SYMBOL,
                  DP83820_RX_STATUS_CRCE | DP83820_RX_STATUS_ISE);
    bench_free(bench);
}

static void a_wrong_check_sequence_is_handed_on_as_it_is(void **state)
{
    struct bench *bench = indulgent(NULL);
    uint8_t frame[2000], right[FCS_BYTES];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_STRIPCRC);
    assert_true(rx_received(bench, frame, length, 0));
    memcpy(right, rx_data(bench, 0) + length, FCS_BYTES);
    assert_true(rx_received(bench, frame, length, DP83820_DAMAGE_SYMBOL));
    assert_memory_equal(rx_data(bench, 0) + length, right, FCS_BYTES);
    assert_true(rx_received(bench, frame, length, DP83820_DAMAGE_FCS));
    assert_int_equal(rx_size(bench, 0), length + FCS_BYTES);
    assert_memory_not_equal(rx_data(bench, 0) + length, right, FCS_BYTES);
    bench_free(bench);
}

static void lengths_end_at_1500(void **state)
{
    struct bench *bench = indulgent(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 1500, SMALL);

    (void)state;
    assert_errors(bench, frame, length, 0, DP83820_RX_STATUS_IRL);
    length = frame_make(frame, station, 1501, SMALL);
    assert_errors(bench, frame, length, 0, 0);
    length = frame_make(frame, station, 1500, 1500);
    assert_errors(bench, frame, length, 0, 0);
    bench_free(bench);
}

static void a_length_may_stand_behind_a_tag(void **state)
{
    struct bench *bench = indulgent(NULL);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, SMALL, SMALL), 7);

    (void)state;
    assert_errors(bench, frame, length, 0, 0);
    length = tag_put(frame, frame_make(frame, station, SMALL + 1, SMALL), 7);
    assert_errors(bench, frame, length, 0, DP83820_RX_STATUS_IRL);
    length = tag_put(frame, frame_make(frame, station, SMALL - 1, SMALL), 7);
    assert_errors(bench, frame, length, 0, DP83820_RX_STATUS_IRL);
    bench_free(bench);
}

/* Fragments may end anywhere, also within the header. */
static void a_fragment_has_the_fields_that_are_in_it(void **state)
{
    struct bench *bench = indulgent(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 5, 0);

    (void)state;
    assert_errors(bench, frame, length, DP83820_DAMAGE_CUT,
                  DP83820_RX_STATUS_RUNT | DP83820_RX_STATUS_IRL);
    assert_errors(bench, frame, length - 1, DP83820_DAMAGE_CUT, DP83820_RX_STATUS_RUNT);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN);
    tag_put(frame, frame_make(frame, station, 0x1234, 0), 0x6123);
    assert_errors(bench, frame, 17, DP83820_DAMAGE_CUT, DP83820_RX_STATUS_RUNT);
    assert_int_equal(rx_extended(bench, 0), 0);
    assert_errors(bench, frame, 18, DP83820_DAMAGE_CUT, DP83820_RX_STATUS_RUNT);
    assert_int_equal(rx_extended(bench, 0),
                     DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x2361));
    bench_free(bench);
}

static void runts_by_removal(struct dp83820_config *config)
{
    config->vlan_runt = true;
}

static void only_what_is_short_without_its_tag_is_a_runt_by_removal(void **state)
{
    struct bench *bench = indulgent(runts_by_removal);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x1234, 45), 7);

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_errors(bench, frame, length, DP83820_DAMAGE_SYMBOL,
                  DP83820_RX_STATUS_ISE | DP83820_RX_STATUS_RUNT);
    length = tag_put(frame, frame_make(frame, station, 0x1234, 46), 7);
    assert_errors(bench, frame, length, 0, 0);
    assert_int_equal(rx_size(bench, 0), 60);
    bench_free(bench);
}

static void what_the_filter_and_the_units_throw_away_is_counted(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    assert_true(rx_received(bench, frame, length, 0));
    assert_int_equal(count(bench)->drops_filter, 0);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_DUTF);
    assert_false(rx_received(bench, frame, length, 0));
    assert_int_equal(count(bench)->drops_filter, 1);
    set(bench, DP83820_VRCR, 0);
    length = frame_make(frame, stranger, 0x1234, SMALL);
    assert_false(rx_received(bench, frame, length, 0));
    assert_int_equal(count(bench)->drops_filter, 2);
    bench_free(bench);
}

int receive_error_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_add_up),
        cmocka_unit_test(a_wrong_check_sequence_is_handed_on_as_it_is),
        cmocka_unit_test(lengths_end_at_1500),
        cmocka_unit_test(a_length_may_stand_behind_a_tag),
        cmocka_unit_test(a_fragment_has_the_fields_that_are_in_it),
        cmocka_unit_test(only_what_is_short_without_its_tag_is_a_runt_by_removal),
        cmocka_unit_test(what_the_filter_and_the_units_throw_away_is_counted),
    };

    return cmocka_run_group_tests_name("receive error", tests, NULL, NULL);
}
