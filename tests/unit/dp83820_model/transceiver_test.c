/* SPDX-License-Identifier: BSD-2-Clause */
/* The transceiver behind its management interface. */
#include "bench.h"

#include <string.h>

enum { ETHERNET = 1 }; /* the protocol in ANAR and ANLPAR */

#define TEN                                                                                        \
    (DP83820_PHY_ANAR_SELECTOR(ETHERNET) | DP83820_PHY_ANAR_10_HALF | DP83820_PHY_ANAR_10_FULL)

/* What the partner can do. */
#define PARTNER                                                                                    \
    (DP83820_PHY_ANLPAR_SELECTOR(ETHERNET) | DP83820_PHY_ANLPAR_10_HALF |                          \
     DP83820_PHY_ANLPAR_10_FULL | DP83820_PHY_ANLPAR_100_HALF | DP83820_PHY_ANLPAR_100_FULL |      \
     DP83820_PHY_ANLPAR_PAUSE | DP83820_PHY_ANLPAR_PAUSE_ASYM | DP83820_PHY_ANLPAR_ACK |           \
     DP83820_PHY_ANLPAR_NP)

static void pins(struct bench *bench, uint32_t mear)
{
    set(bench, DP83820_MEAR, mear);
}

static bool mdio_clock(struct bench *bench, bool drive, bool bit)
{
    uint32_t mear = (drive ? DP83820_MEAR_MDDIR : 0) | (bit ? DP83820_MEAR_MDIO : 0);
    bool in;

    pins(bench, mear);
    in = get(bench, DP83820_MEAR) & DP83820_MEAR_MDIO;
    pins(bench, mear | DP83820_MEAR_MDC);
    /* A level that stays is no edge. */
    pins(bench, mear | DP83820_MEAR_MDC);
    pins(bench, mear);
    return in;
}

static void mdio_out(struct bench *bench, uint32_t bits, unsigned number)
{
    while (number--)
        mdio_clock(bench, true, bits >> number & 1);
}

/* Reads a register; `turnaround` gets what the PHY drives there. */
static uint16_t mdio_read(struct bench *bench, unsigned phy, unsigned number, unsigned preamble,
                          bool *turnaround)
{
    uint16_t word = 0;

    for (unsigned bit = 0; bit < preamble; bit++)
        mdio_clock(bench, true, true);
    mdio_out(bench, 6 << 10 | phy << 5 | number, 14);
    /* The level before a clock is what the one before it has brought. */
    mdio_clock(bench, false, false);
    *turnaround = mdio_clock(bench, false, false);
    for (unsigned bit = 0; bit < 16; bit++)
        word = word << 1 | mdio_clock(bench, false, false);
    return word;
}

static uint16_t phy_get(struct bench *bench, unsigned number)
{
    bool turnaround;
    uint16_t word = mdio_read(bench, DP83820_PHY_ADDRESS, number, 32, &turnaround);

    assert_false(turnaround);
    return word;
}

static void phy_set(struct bench *bench, unsigned number, uint16_t value)
{
    mdio_out(bench, UINT32_MAX, 32);
    mdio_out(bench, 5 << 10 | DP83820_PHY_ADDRESS << 5 | number, 14);
    mdio_out(bench, 2, 2);
    mdio_out(bench, value, 16);
}

static void the_transceiver_is_read_and_written(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    assert_int_equal(phy_get(bench, DP83820_PHY_PHYIDR1), DP83820_PHY_PHYIDR1_AT_RESET);
    assert_int_equal(phy_get(bench, DP83820_PHY_PHYIDR2), DP83820_PHY_PHYIDR2_AT_RESET);
    assert_int_equal(phy_get(bench, DP83820_PHY_BMCR), DP83820_PHY_BMCR_AT_RESET);
    assert_int_equal(phy_get(bench, DP83820_PHY_BMSR), DP83820_PHY_BMSR_AT_RESET |
                                                           DP83820_PHY_BMSR_LINK |
                                                           DP83820_PHY_BMSR_AN_COMPLETE);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANLPAR), PARTNER);
    assert_int_equal(phy_get(bench, DP83820_PHY_GTSR),
                     DP83820_PHY_GTSR_LP_HALF | DP83820_PHY_GTSR_LP_FULL |
                         DP83820_PHY_GTSR_REMOTE_OK | DP83820_PHY_GTSR_LOCAL_OK);
    assert_int_equal(phy_get(bench, DP83820_PHY_EXTSR), DP83820_PHY_EXTSR_AT_RESET);
    phy_set(bench, DP83820_PHY_ANAR, TEN);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANAR), TEN);
    phy_set(bench, DP83820_PHY_PHYIDR1, 0x1234);
    assert_int_equal(phy_get(bench, DP83820_PHY_PHYIDR1), DP83820_PHY_PHYIDR1_AT_RESET);
    bench_free(bench);
}

static void preambles_of_any_length_do(void **state)
{
    static const unsigned lengths[] = {0, 1, 31, 32, 33, 64};
    struct bench *bench = bench_new(NULL);
    bool turnaround;

    (void)state;
    mdio_out(bench, UINT32_MAX, 32);
    for (unsigned at = 0; at < sizeof lengths / sizeof lengths[0]; at++)
        assert_int_equal(
            mdio_read(bench, DP83820_PHY_ADDRESS, DP83820_PHY_PHYIDR2, lengths[at], &turnaround),
            DP83820_PHY_PHYIDR2_AT_RESET);
    bench_free(bench);
}

static void nobody_answers_at_other_addresses(void **state)
{
    struct bench *bench = bench_new(NULL);
    bool turnaround;

    (void)state;
    for (unsigned phy = 0; phy < 32; phy++) {
        if (phy == DP83820_PHY_ADDRESS)
            continue;
        assert_int_equal(mdio_read(bench, phy, DP83820_PHY_PHYIDR1, 32, &turnaround), 0xffff);
        assert_true(turnaround);
    }
    bench_free(bench);
}

static void a_reset_of_the_transceiver_clears_itself_and_negotiates_again(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    phy_set(bench, DP83820_PHY_ANAR, ETHERNET | DP83820_PHY_ANAR_10_HALF);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_RST);
    assert_int_equal(phy_get(bench, DP83820_PHY_BMCR), DP83820_PHY_BMCR_AT_RESET);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANAR), DP83820_PHY_ANAR_AT_RESET);
    assert_no_bits(phy_get(bench, DP83820_PHY_BMSR), DP83820_PHY_BMSR_LINK);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANLPAR), 0);
    run(bench, 10 * MILLISECOND);
    phy_get(bench, DP83820_PHY_BMSR); /* the loss is remembered once */
    assert_bits(phy_get(bench, DP83820_PHY_BMSR),
                DP83820_PHY_BMSR_LINK | DP83820_PHY_BMSR_AN_COMPLETE);
    bench_free(bench);
}

static void the_best_common_mode_is_negotiated(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    phy_set(bench, DP83820_PHY_GTCR, 0);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_AT_RESET | DP83820_PHY_BMCR_RESTART_AN);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 100, true);
    assert_bits(phy_get(bench, DP83820_PHY_PHYSUP), DP83820_PHY_PHYSUP_LNKSTS);
    assert_int_equal(dp83820_phy_physup_spdsts(phy_get(bench, DP83820_PHY_PHYSUP)),
                     DP83820_PHY_PHYSUP_SPDSTS_100);
    phy_set(bench, DP83820_PHY_ANAR, DP83820_PHY_ANAR_10_HALF);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_AT_RESET | DP83820_PHY_BMCR_RESTART_AN);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 10, false);
    phy_set(bench, DP83820_PHY_ANAR, 0);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_AT_RESET | DP83820_PHY_BMCR_RESTART_AN);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 0, false);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_AN_ENABLE | DP83820_PHY_BMCR_POWER_DOWN);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 0, false);
    /* Set by hand, it has to be what the partner does. */
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_SPEED_1000 | DP83820_PHY_BMCR_FULL);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 1000, true);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_SPEED_100);
    run(bench, 10 * MILLISECOND);
    assert_pins(bench, 0, false);
    bench_free(bench);
}

static void a_lost_link_is_remembered_until_read(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    assert_bits(phy_get(bench, DP83820_PHY_BMSR), DP83820_PHY_BMSR_LINK);
    dp83820_link_set(bench->bus.card, false);
    dp83820_link_set(bench->bus.card, true);
    assert_no_bits(phy_get(bench, DP83820_PHY_BMSR), DP83820_PHY_BMSR_LINK);
    assert_bits(phy_get(bench, DP83820_PHY_BMSR), DP83820_PHY_BMSR_LINK);
    bench_free(bench);
}

static void no_phy(struct dp83820_config *config)
{
    config->phy = DP83820_PHY_NONE;
}

static void a_board_without_a_transceiver_is_mute(void **state)
{
    struct bench *bench = bench_new(no_phy);
    bool turnaround;

    (void)state;
    assert_int_equal(mdio_read(bench, DP83820_PHY_ADDRESS, 1, 32, &turnaround), 0xffff);
    assert_true(turnaround);
    assert_pins(bench, 0, false);
    bench_free(bench);
}

int transceiver_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_transceiver_is_read_and_written),
        cmocka_unit_test(preambles_of_any_length_do),
        cmocka_unit_test(nobody_answers_at_other_addresses),
        cmocka_unit_test(a_reset_of_the_transceiver_clears_itself_and_negotiates_again),
        cmocka_unit_test(the_best_common_mode_is_negotiated),
        cmocka_unit_test(a_lost_link_is_remembered_until_read),
        cmocka_unit_test(a_board_without_a_transceiver_is_mute),
    };

    return cmocka_run_group_tests_name("transceiver", tests, NULL, NULL);
}
