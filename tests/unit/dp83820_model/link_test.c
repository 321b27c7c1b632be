/* SPDX-License-Identifier: BSD-2-Clause */
/* Link changes and the status pins. */
#include "bench.h"

#include <string.h>

static void the_pins_have_the_polarity_of_known_boards(void **state)
{
    static const struct {
        uint16_t mbps;
        bool full;
    } modes[] = {
        {1000, true}, {1000, false}, {100, true}, {100, false}, {10, true}, {10, false},
    };
    struct bench *bench = bench_new(NULL);

    (void)state;
    for (unsigned at = 0; at < sizeof modes / sizeof modes[0]; at++) {
        dp83820_link_mode_set(bench->bus.card, modes[at].mbps, modes[at].full);
        assert_pins(bench, modes[at].mbps, modes[at].full);
    }
    dp83820_link_set(bench->bus.card, false);
    assert_pins(bench, 0, false);
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

int link_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pins_have_the_polarity_of_known_boards),
        cmocka_unit_test(a_link_change_interrupts_once_and_only_where_asked),
        cmocka_unit_test(without_a_link_or_in_the_wrong_mode_nothing_passes),
        cmocka_unit_test(the_reset_pin_of_the_transceiver_drops_the_link),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
