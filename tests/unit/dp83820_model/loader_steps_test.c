/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of polling boot loaders. */
#include "driver_steps.h"

#include <string.h>

static void loader_work(void)
{
    uint8_t frame[2000];
    size_t length = driver_take(frame, BUFFER_BYTES);

    if (!length)
        return;
    out(DP83820_CR, DP83820_CR_TXD);
    out(DP83820_TXDP, tx_address(0));
    dp83820_tx32_set_link(tx_slot(driver->bench, 0), 0);
    tx_put(driver->bench, 0, frame, length, 0);
    out(DP83820_CR, DP83820_CR_TXE);
    for (unsigned polls = 0; dp83820_tx32_cmdsts(tx_slot(driver->bench, 0)) & DP83820_TX_STATUS_OWN;
         polls++) {
        assert_true(polls < DRIVER_POLLS);
        in(DP83820_ISR);
    }
    out(DP83820_CR, DP83820_CR_RXE);
}

static void uboot_polls_and_writes_narrow_filter_words(void **state)
{
    uint16_t address[3];

    (void)state;
    driver_begin(forgetful);
    driver->fcs_bytes = 4;
    driver->rx_count = 4;
    /* Before its reset, it relies on what power-on has loaded. */
    for (unsigned at = 0; at < 3; at++) {
        out(DP83820_RFCR, 2 * at);
        address[at] = in(DP83820_RFDR);
    }
    assert_int_equal(address[0], station[0] | station[1] << 8);
    out(DP83820_CR, DP83820_CR_RST);
    driver_poll(DP83820_CR, UINT32_MAX, 0, 1);
    for (unsigned at = 0; at < 3; at++) {
        out(DP83820_RFCR, 2 * at);
        dp83820_mmio_write(driver->bench->bus.card, DP83820_RFDR, address[at], 2);
    }
    out(DP83820_CFG, DP83820_CFG_MODE_1000);
    tx_ring(driver->bench, 1);
    rx_ring(driver->bench, driver->rx_count);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM);
    out(DP83820_RXCFG, DP83820_RXCFG_DRTH(16));
    out(DP83820_TXCFG, UBOOT_TXCFG);
    out(DP83820_CR, DP83820_CR_RXE);
    driver_echo(loader_work);
    driver_end();
}

static void etherboot_asks_for_checksums_of_anything_and_links_past_its_ring(void **state)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, everybody, 0x0806, 46);
    uint32_t isr;

    (void)state;
    driver_begin(NULL);
    driver->rx_count = 4;
    out(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN);
    driver_poll(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN, 0, 1);
    out(DP83820_CFG, DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    out(DP83820_VTCR, DP83820_VTCR_PPCHK);
    rx_ring(driver->bench, driver->rx_count);
    tx_ring(driver->bench, 1);
    dp83820_rx32_set_link(rx_slot(driver->bench, 3), rx_address(4));
    dp83820_rx32_set_cmdsts(rx_slot(driver->bench, 4), DP83820_RX_STATUS_OWN);
    dp83820_tx32_set_extsts(tx_slot(driver->bench, 0), DP83820_EXTENDED_STATUS_UDPPKT);
    out(DP83820_RXCFG, DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_RX_FD);
    out(DP83820_TXCFG, LINUX_TXCFG);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM);
    out(DP83820_RXDP, RX_RING);
    out(DP83820_CR, DP83820_CR_RXE);
    tx_put(driver->bench, 0, frame, length, 0);
    out(DP83820_TXDP, TX_RING);
    out(DP83820_CR, DP83820_CR_TXE);
    delay_us(10);
    assert_left(driver->bench, frame, length);
    for (unsigned number = 0; number < 4; number++) {
        arrive(driver->bench, frame, length);
        assert_int_equal(driver_take(frame, DP83820_RX_STATUS_OWN), length);
    }
    isr = in(DP83820_ISR);
    assert_bits(isr, DP83820_INTERRUPT_RXIDLE);
    assert_no_bits(isr, DP83820_INTERRUPT_RMABT);
    driver_end();
}

int loader_steps_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uboot_polls_and_writes_narrow_filter_words),
        cmocka_unit_test(etherboot_asks_for_checksums_of_anything_and_links_past_its_ring),
    };

    return cmocka_run_group_tests_name("loader steps", tests, NULL, NULL);
}
