/* SPDX-License-Identifier: BSD-2-Clause */
/* EEPROM, management interface, transceiver, ten-bit interface. */
#include "bench.h"

#include <string.h>

/* --- EEPROM, bit by bit */

static void pins(struct bench *bench, uint32_t mear)
{
    set(bench, DP83820_MEAR, mear);
}

static bool eedo(struct bench *bench)
{
    return get(bench, DP83820_MEAR) & DP83820_MEAR_EEDO;
}

/* One clock with a data bit; returns what comes out while the clock is high. */
static bool clock_bit(struct bench *bench, bool bit)
{
    uint32_t idle = DP83820_MEAR_EESEL | (bit ? DP83820_MEAR_EEDI : 0);
    bool out;

    pins(bench, idle);
    pins(bench, idle | DP83820_MEAR_EECLK);
    out = eedo(bench);
    pins(bench, idle);
    return out;
}

static uint16_t word_out(struct bench *bench)
{
    uint16_t word = 0;

    for (unsigned bit = 0; bit < 16; bit++)
        word = word << 1 | clock_bit(bench, false);
    return word;
}

static void command(struct bench *bench, uint32_t bits, unsigned number)
{
    while (number--)
        clock_bit(bench, bits >> number & 1);
}

static uint16_t eeprom_read(struct bench *bench, unsigned address)
{
    uint16_t word;

    command(bench, DP83820_EEPROM_READ << DP83820_EEPROM_ADDRESS_BITS | address, 9);
    word = word_out(bench);
    pins(bench, 0);
    return word;
}

static const uint16_t sample[14] = {0x0001, 0x100b, 0x340b, 0,      0,      0,      0,
                                    0,      0,      0,      0x5544, 0x3322, 0x1100, 0x5155};

static void the_worked_example_reads_back_and_sums_up(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t sum = 0;

    (void)state;
    for (unsigned address = 0; address < 14; address++) {
        uint16_t word = eeprom_read(bench, address);

        assert_int_equal(word, sample[address]);
        sum += (word & 0xff) + (word >> 8);
    }
    assert_int_equal(sum, 0);
    assert_int_equal(eeprom_read(bench, 63), 0);
    bench_free(bench);
}

static void leading_clocks_and_zeros_before_a_command_are_ignored(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    for (unsigned address = 0; address < 14; address++) {
        command(bench, 0, 25);
        command(bench, DP83820_EEPROM_READ << DP83820_EEPROM_ADDRESS_BITS | address, 11);
        assert_int_equal(word_out(bench), sample[address]);
        pins(bench, 0);
    }
    bench_free(bench);
}

static void the_number_of_address_bits_can_be_found_out(void **state)
{
    struct bench *bench = bench_new(NULL);
    unsigned bits = 0;

    (void)state;
    assert_true(eedo(bench));
    command(bench, DP83820_EEPROM_READ, 3);
    while (bits < 8 && eedo(bench)) {
        clock_bit(bench, false);
        bits++;
    }
    assert_int_equal(bits, 6);
    assert_int_equal(word_out(bench), sample[0]);
    /* Clocking on reads on. */
    assert_int_equal(word_out(bench), sample[1]);
    pins(bench, 0);
    assert_true(eedo(bench));
    bench_free(bench);
}

static void other_commands_change_nothing(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    command(bench, 0x130, 9); /* write enable */
    pins(bench, 0);
    command(bench, 0x140 | DP83820_EEPROM_MAC, 9);
    command(bench, 0xffff, 16);
    pins(bench, 0);
    assert_int_equal(eeprom_read(bench, DP83820_EEPROM_MAC), sample[DP83820_EEPROM_MAC]);
    bench_free(bench);
}

static void all_bits_of_cfg_come_from_the_eeprom(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct bench *other;
    static const uint32_t loaded =
        DP83820_CFG_EXT_125 | DP83820_CFG_M64ADDR | DP83820_CFG_DATA64_EN | DP83820_CFG_T64ADDR |
        DP83820_CFG_MWI_DIS | DP83820_CFG_MRM_DIS | DP83820_CFG_MODE_1000 | DP83820_CFG_TBI_EN;

    (void)state;
    assert_no_bits(get(bench, DP83820_CFG), loaded);
    bench->config.use_eeprom = true;
    memset(bench->config.eeprom, 0xff, sizeof bench->config.eeprom);
    other = bench_new(NULL);
    host_bus_close(&other->bus);
    assert_true(host_bus_open(&other->bus, &bench->config));
    assert_bits(get(other, DP83820_CFG), loaded);
    assert_int_equal(get(other, DP83820_GPIOR), 0x7fff);
    bench_free(other);
    bench_free(bench);
}

/* --- management interface */

static bool mdio_clock(struct bench *bench, bool drive, bool bit)
{
    uint32_t mear = (drive ? DP83820_MEAR_MDDIR : 0) | (bit ? DP83820_MEAR_MDIO : 0);
    bool in;

    pins(bench, mear);
    in = get(bench, DP83820_MEAR) & DP83820_MEAR_MDIO;
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
    assert_int_equal(phy_get(bench, DP83820_PHY_PHYIDR1), 0x2000);
    assert_int_equal(phy_get(bench, DP83820_PHY_PHYIDR2), 0x5c60);
    assert_int_equal(phy_get(bench, DP83820_PHY_BMCR), 0x1140);
    assert_int_equal(phy_get(bench, DP83820_PHY_BMSR), 0x796d);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANLPAR), 0xcde1);
    assert_int_equal(phy_get(bench, DP83820_PHY_GTSR), 0x3c00);
    assert_int_equal(phy_get(bench, DP83820_PHY_EXTSR), 0x3000);
    phy_set(bench, DP83820_PHY_ANAR, 0x0061);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANAR), 0x0061);
    phy_set(bench, DP83820_PHY_PHYIDR1, 0x1234);
    assert_int_equal(phy_get(bench, DP83820_PHY_PHYIDR1), 0x2000);
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
            0x5c60);
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
    phy_set(bench, DP83820_PHY_ANAR, 0x0021);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_RST);
    assert_int_equal(phy_get(bench, DP83820_PHY_BMCR), 0x1140);
    assert_int_equal(phy_get(bench, DP83820_PHY_ANAR), 0x01e1);
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
    phy_set(bench, DP83820_PHY_BMCR, 0x1340);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0xc);
    assert_bits(phy_get(bench, DP83820_PHY_PHYSUP), DP83820_PHY_PHYSUP_LNKSTS);
    assert_int_equal(dp83820_phy_physup_spdsts(phy_get(bench, DP83820_PHY_PHYSUP)),
                     DP83820_PHY_PHYSUP_SPDSTS_100);
    phy_set(bench, DP83820_PHY_ANAR, DP83820_PHY_ANAR_10_HALF);
    phy_set(bench, DP83820_PHY_BMCR, 0x1340);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0xf);
    phy_set(bench, DP83820_PHY_ANAR, 0);
    phy_set(bench, DP83820_PHY_BMCR, 0x1340);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0x7);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_AN_ENABLE | DP83820_PHY_BMCR_POWER_DOWN);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0x7);
    /* Set by hand, it has to be what the partner does. */
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_SPEED_1000 | DP83820_PHY_BMCR_FULL);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0xa);
    phy_set(bench, DP83820_PHY_BMCR, DP83820_PHY_BMCR_SPEED_100);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0x7);
    bench_free(bench);
}

/* --- link and pins */

static void the_pins_have_the_polarity_of_known_boards(void **state)
{
    static const struct {
        uint16_t mbps;
        bool full;
        uint32_t code;
    } modes[] = {
        {1000, true, 0xa}, {1000, false, 0xb}, {100, true, 0xc},
        {100, false, 0xd}, {10, true, 0xe},    {10, false, 0xf},
    };
    struct bench *bench = bench_new(NULL);

    (void)state;
    for (unsigned at = 0; at < sizeof modes / sizeof modes[0]; at++) {
        dp83820_link_mode_set(bench->bus.card, modes[at].mbps, modes[at].full);
        assert_int_equal(get(bench, DP83820_CFG) >> 28, modes[at].code);
    }
    dp83820_link_set(bench->bus.card, false);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0x7);
    bench_free(bench);
}

static void a_link_change_interrupts_once_and_only_where_asked(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    dp83820_link_set(bench->bus.card, false);
    dp83820_link_set(bench->bus.card, true);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    set(bench, DP83820_CFG, DP83820_CFG_PINT_LNKSTS);
    dp83820_link_set(bench->bus.card, false);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_PHY);
    dp83820_link_set(bench->bus.card, false);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    dp83820_link_set(bench->bus.card, true);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_PHY);
    /* Only a change of the speed pins, which nobody asked for. */
    dp83820_link_mode_set(bench->bus.card, 100, true);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    set(bench, DP83820_CFG, DP83820_CFG_PINT_SPDSTS);
    dp83820_link_mode_set(bench->bus.card, 1000, true);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_PHY);
    set(bench, DP83820_CFG, DP83820_CFG_PINT_DUPSTS);
    dp83820_link_mode_set(bench->bus.card, 1000, false);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_PHY);
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

static void without_a_link_or_in_the_wrong_mode_nothing_passes(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[200];
    size_t length = frame_make(frame, station, 0x1234, 100);

    (void)state;
    rx_ring(bench, 4);
    tx_ring(bench, 4);
    start(bench);
    for (unsigned times = 0; times < 2; times++) {
        if (times == 0)
            dp83820_link_set(bench->bus.card, false);
        else
            set(bench, DP83820_CFG, get(bench, DP83820_CFG) & ~DP83820_CFG_MODE_1000);
        arrive(bench, frame, length);
        tx_put(bench, times, frame, length, 0);
        set(bench, DP83820_CR, DP83820_CR_TXE);
        run(bench, 20 * MICROSECOND);
        assert_false(left(bench));
        assert_no_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
        assert_int_equal(count(bench)->drops_link, 2 * (times + 1));
        dp83820_link_set(bench->bus.card, true);
    }
    media(bench);
    arrive(bench, frame, length);
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

static void the_reset_pin_of_the_transceiver_drops_the_link(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_PHY_RST | DP83820_CFG_PINT_LNKSTS);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    run(bench, 10 * MILLISECOND);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    set(bench, DP83820_CFG, DP83820_CFG_PINT_LNKSTS);
    run(bench, 10 * MILLISECOND);
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
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
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0x7);
    bench_free(bench);
}

/* --- fibre */

static void fibre(struct dp83820_config *config)
{
    config->phy = DP83820_PHY_FIBRE;
}

static void the_ten_bit_interface_negotiates(void **state)
{
    struct bench *bench = bench_new(fibre);

    (void)state;
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_TBI_EN | DP83820_CFG_MODE_1000);
    assert_int_equal(get(bench, DP83820_TESR), 0xc000);
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) | DP83820_CFG_PINT_LNKSTS);
    set(bench, DP83820_TANAR, DP83820_LINK_ABILITY_FULL | DP83820_LINK_ABILITY_HALF);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    assert_int_equal(get(bench, DP83820_TBICR), DP83820_TBICR_AN_ENABLE);
    set(bench, DP83820_TBICR, DP83820_TBICR_AN_ENABLE);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_TBISR), 0x24);
    assert_int_equal(get(bench, DP83820_TANLPAR), 0x60);
    assert_bits(get(bench, DP83820_TANER), DP83820_TANER_PR);
    assert_int_equal(get(bench, DP83820_CFG) >> 28, 0xa);
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

int media_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_reads_back_and_sums_up),
        cmocka_unit_test(leading_clocks_and_zeros_before_a_command_are_ignored),
        cmocka_unit_test(the_number_of_address_bits_can_be_found_out),
        cmocka_unit_test(other_commands_change_nothing),
        cmocka_unit_test(all_bits_of_cfg_come_from_the_eeprom),
        cmocka_unit_test(the_transceiver_is_read_and_written),
        cmocka_unit_test(preambles_of_any_length_do),
        cmocka_unit_test(nobody_answers_at_other_addresses),
        cmocka_unit_test(a_reset_of_the_transceiver_clears_itself_and_negotiates_again),
        cmocka_unit_test(the_best_common_mode_is_negotiated),
        cmocka_unit_test(the_pins_have_the_polarity_of_known_boards),
        cmocka_unit_test(a_link_change_interrupts_once_and_only_where_asked),
        cmocka_unit_test(a_lost_link_is_remembered_until_read),
        cmocka_unit_test(without_a_link_or_in_the_wrong_mode_nothing_passes),
        cmocka_unit_test(the_reset_pin_of_the_transceiver_drops_the_link),
        cmocka_unit_test(a_board_without_a_transceiver_is_mute),
        cmocka_unit_test(the_ten_bit_interface_negotiates),
        cmocka_unit_test(fibre_without_negotiation_has_a_link_but_no_partner),
        cmocka_unit_test(fibre_without_a_common_ability_has_no_link),
        cmocka_unit_test(fibre_needs_its_interface_enabled),
        cmocka_unit_test(fibre_carries_frames),
    };

    return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
