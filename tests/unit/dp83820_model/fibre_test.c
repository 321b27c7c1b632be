/* SPDX-License-Identifier: BSD-2-Clause */
/* The ten-bit interface. */
#include "bench.h"

#include <string.h>

static void fibre(struct dp83820_config *config)
{
    config->phy = DP83820_PHY_FIBRE;
}

static void the_ten_bit_interface_negotiates(void **state)
{
    struct bench *bench = bench_new(fibre);

    (void)state;
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_TBI_EN | DP83820_CFG_MODE_1000);
    assert_int_equal(get(bench, DP83820_TESR), DP83820_TESR_1000X_FULL | DP83820_TESR_1000X_HALF);
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) | DP83820_CFG_PINT_LNKSTS);
    set(bench, DP83820_TANAR, DP83820_LINK_ABILITY_FULL | DP83820_LINK_ABILITY_HALF);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    assert_int_equal(get(bench, DP83820_TBICR), DP83820_TBICR_AN_ENABLE);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_TBISR), DP83820_TBISR_AN_COMPLETE | DP83820_TBISR_LINK);
    assert_int_equal(get(bench, DP83820_TANLPAR),
                     DP83820_LINK_ABILITY_FULL | DP83820_LINK_ABILITY_HALF);
    assert_bits(get(bench, DP83820_TANER), DP83820_TANER_PR);
    assert_pins(bench, 1000, true);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_PHY);
    dp83820_link_set(bench->bus.card, false);
    assert_int_equal(get(bench, DP83820_TBISR), 0);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    bench_free(bench);
}

static void fibre_without_negotiation_has_a_link_but_no_partner(void **state)
{
    struct bench *bench = bench_new(fibre);

    (void)state;
    assert_int_equal(get(bench, DP83820_TBISR), DP83820_TBISR_LINK);
    assert_int_equal(get(bench, DP83820_TANLPAR), 0);
    bench_free(bench);
}

static void fibre_without_a_common_ability_has_no_link(void **state)
{
    struct bench *bench = bench_new(fibre);

    (void)state;
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_TBISR), 0);
    bench_free(bench);
}

static void half_duplex_fibre(struct dp83820_config *config)
{
    config->phy = DP83820_PHY_FIBRE;
    config->link_full_duplex = false;
}

/* Negotiates with these abilities of our own. */
static void negotiate(struct bench *bench, uint32_t abilities)
{
    set(bench, DP83820_TANAR, abilities);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    run(bench, 10 * MILLISECOND);
}

static void the_duplex_of_fibre_is_what_both_can(void **state)
{
    const uint32_t half = DP83820_LINK_ABILITY_HALF, full = DP83820_LINK_ABILITY_FULL;
    struct bench *bench = bench_new(fibre), *partner = bench_new(half_duplex_fibre);

    (void)state;
    assert_pins(bench, 1000, true); /* not negotiated: the partner's */
    assert_pins(partner, 1000, false);
    negotiate(bench, half);
    assert_pins(bench, 1000, false);
    negotiate(bench, full | half);
    assert_pins(bench, 1000, true);
    negotiate(partner, full | half);
    assert_pins(partner, 1000, false);
    assert_int_equal(get(partner, DP83820_TANLPAR), half);
    negotiate(partner, full);
    assert_int_equal(get(partner, DP83820_TBISR), 0);
    bench_free(bench);
    bench_free(partner);
}

/* The bit that enables it does so too; where there is no fibre neither means anything. */
static void negotiation_starts_anew_when_it_is_enabled_or_asked_for(void **state)
{
    struct bench *bench = bench_new(fibre), *copper = bench_new(NULL);

    (void)state;
    set(bench, DP83820_TANAR, DP83820_LINK_ABILITY_FULL);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE);
    assert_pins(bench, 0, false);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 1000, true);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE);
    assert_pins(bench, 1000, true);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    assert_pins(bench, 0, false);
    set(copper, DP83820_TBICR, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    assert_pins(copper, 1000, true);
    bench_free(bench);
    bench_free(copper);
}

static void fibre_needs_its_interface_enabled(void **state)
{
    struct bench *bench = bench_new(fibre);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_MODE_1000);
    run(bench, 10 * MILLISECOND);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    set(bench, DP83820_CFG, DP83820_CFG_MODE_1000 | DP83820_CFG_TBI_EN);
    run(bench, 10 * MILLISECOND);
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    bench_free(bench);
}

static void fibre_carries_frames(void **state)
{
    struct bench *bench = bench_new(fibre);
    uint8_t frame[200];
    size_t length = frame_make(frame, station, 0x1234, 100);

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    arrive(bench, frame, length);
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OK);
    bench_free(bench);
}

int fibre_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ten_bit_interface_negotiates),
        cmocka_unit_test(fibre_without_negotiation_has_a_link_but_no_partner),
        cmocka_unit_test(fibre_without_a_common_ability_has_no_link),
        cmocka_unit_test(the_duplex_of_fibre_is_what_both_can),
        cmocka_unit_test(negotiation_starts_anew_when_it_is_enabled_or_asked_for),
        cmocka_unit_test(fibre_needs_its_interface_enabled),
        cmocka_unit_test(fibre_carries_frames),
    };

    return cmocka_run_group_tests_name("fibre", tests, NULL, NULL);
}
