/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of the BSDs, and of a driver for Solaris that works like one of them. */
#include "driver_steps.h"

#include <string.h>

static void bsd_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    if (!driver->bench->bus.interrupt)
        return;
    isr = in(DP83820_ISR);
    out(DP83820_IER, 0);
    for (; isr; isr = in(DP83820_ISR)) {
        if (isr & (DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXIDLE))
            while ((length = driver_take(frame, 2040))) {
                driver_put(frame, length, DP83820_TX_STATUS_INTR);
                driver_kick();
            }
        if (isr & DP83820_INTERRUPT_RXIDLE)
            out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXE);
    }
    out(DP83820_IER, 1);
}

static void bsd_pointers(void)
{
    out(DP83820_TXDP_HI, 0);
    out(DP83820_RXDP_HI, 0);
    rx_ring(driver->bench, driver->rx_count);
    for (unsigned slot = 0; slot < driver->rx_count; slot++)
        dp83820_rx32_set_cmdsts(rx_slot(driver->bench, slot), 2040);
    tx_ring(driver->bench, driver->tx_count);
    driver->rx_next = driver->tx_next = 0;
}

static void freebsd_brings_the_card_up_and_survives_a_link_change(void **state)
{
    (void)state;
    driver_begin(forgetful);
    driver->tx_by_read = true;
    out(DP83820_IER, 0);
    out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RST);
    driver_poll(DP83820_CR, DP83820_CR_RST, 0, 1);
    delay_us(1000);
    out(DP83820_CCSR, DP83820_CCSR_PMESTS);
    out(DP83820_CCSR, 0);
    out(DP83820_WCSR, 0);
    out(DP83820_CFG, in(DP83820_CFG) & ~(DP83820_CFG_M64ADDR | DP83820_CFG_DATA64_EN));
    out(DP83820_RFCR, 0);
    driver_address_load(0);
    bsd_pointers();
    out(DP83820_RFCR, DP83820_RFCR_AARP | DP83820_RFCR_APM | DP83820_RFCR_AAB);
    out(DP83820_RFCR, in(DP83820_RFCR) | DP83820_RFCR_RFEN);
    out(DP83820_PQCR, 0);
    out(DP83820_RXCFG, FREEBSD_RXCFG | DP83820_RXCFG_RX_FD);
    out(DP83820_VRCR, DP83820_VRCR_IPEN | DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    out(DP83820_TXCFG, FREEBSD_TXCFG | DP83820_TXCFG_CSI | DP83820_TXCFG_HBI);
    out(DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_PINT_SPDSTS | DP83820_CFG_PINT_LNKSTS |
                         DP83820_CFG_PINT_DUPSTS | DP83820_CFG_EXTSTS_EN);
    out(DP83820_IHR, 1);
    out(DP83820_MIBC, DP83820_MIBC_ACLR);
    out(DP83820_IMR, DP83820_INTERRUPT_RXORN | DP83820_INTERRUPT_RXSOVR | DP83820_INTERRUPT_TXURN |
                         DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXIDLE |
                         DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXERR |
                         DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_RTABT |
                         DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_PHY);
    out(DP83820_IER, 1);
    for (unsigned links = 0; links < 2; links++) {
        /* What it does when the media layer reports a link. */
        out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXD | DP83820_CR_TXD);
        driver_poll(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE, 0, 1);
        out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_MODE_1000);
        in(DP83820_ISR);
        out(DP83820_CR, in(DP83820_CR) | DP83820_CR_TXR | DP83820_CR_RXR);
        delay_us(100);
        assert_bits(in(DP83820_ISR), DP83820_INTERRUPT_TXRCMP | DP83820_INTERRUPT_RXRCMP);
        bsd_pointers();
        out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXE);
        assert_bits(in(DP83820_CR), DP83820_CR_RXE);
        driver_echo(bsd_work);
        dp83820_link_set(driver->bench->bus.card, false);
        delay_us(1000);
        dp83820_link_set(driver->bench->bus.card, true);
        assert_bits(in(DP83820_ISR), DP83820_INTERRUPT_PHY);
    }
    driver_end();
}

static void netbsd_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    out(DP83820_IER, 0);
    while ((isr = in(DP83820_ISR)&in(DP83820_IMR))) {
        if (isr & (DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE))
            while ((length = driver_take(frame, DP83820_RX_STATUS_INTR | 2040))) {
                driver_put(frame, length, DP83820_TX_STATUS_INTR);
                out(DP83820_CR, DP83820_CR_TXE);
            }
        if (isr & DP83820_INTERRUPT_RXIDLE) {
            out(DP83820_RXDP, rx_address(driver->rx_next));
            out(DP83820_CR, DP83820_CR_RXE);
        }
    }
    out(DP83820_IER, 1);
}

static void netbsd_starts_both_engines_at_once_and_keeps_the_check_sequence(void **state)
{
    (void)state;
    driver_begin(forgetful);
    driver->fcs_bytes = 4;
    out(DP83820_CR, DP83820_CR_RST);
    driver_poll(DP83820_CR, DP83820_CR_RST, 0, 2);
    out(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN);
    driver_poll(DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN, 0, 2);
    out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    driver_address_load(0);
    tx_ring(driver->bench, driver->tx_count);
    rx_ring(driver->bench, driver->rx_count);
    out(DP83820_TXCFG, DP83820_TXCFG_ATP | dp83820_txcfg_with_mxdma(0, 7) | DP83820_TXCFG_FLTH(2) |
                           DP83820_TXCFG_DRTH(200));
    out(DP83820_RXCFG, dp83820_rxcfg_with_mxdma(0, 7) | DP83820_RXCFG_DRTH(16) | DP83820_RXCFG_ALP |
                           DP83820_RXCFG_RX_FD);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_APM | DP83820_RFCR_AAB);
    out(DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE |
                         DP83820_INTERRUPT_TXIDLE | DP83820_INTERRUPT_TXDESC);
    out(DP83820_IHR, 1);
    out(DP83820_IER, 1);
    out(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE);
    delay_us(10);
    assert_bits(in(DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    driver_echo(netbsd_work);
    driver_end();
}

static void nsg_counts_in_units_of_four_microseconds_and_stops_by_reset(void **state)
{
    unsigned polls = 0;

    (void)state;
    driver_begin(forgetful);
    driver->fcs_bytes = 4;
    out(DP83820_CR, DP83820_CR_RST);
    driver_poll(DP83820_CR, DP83820_CR_RST, 0, 10);
    out(DP83820_IHR, 0);
    out(DP83820_IHR, HOLD_OFF_EVENT(1));
    out(DP83820_IHR, 0);
    out(DP83820_CFG, DP83820_CFG_TMRTEST | DP83820_CFG_MODE_1000 | DP83820_CFG_EXTSTS_EN);
    driver_address_load(0);
    rx_ring(driver->bench, driver->rx_count);
    tx_ring(driver->bench, driver->tx_count);
    out(DP83820_RXCFG, DP83820_RXCFG_AEP | DP83820_RXCFG_ARP);
    out(DP83820_TXCFG, DP83820_TXCFG_ATP);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM);
    out(DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE);
    out(DP83820_IER, 1);
    out(DP83820_IHR, 40000 / DP83820_HOLDOFF_TEST_UNIT_NS);
    out(DP83820_CR, DP83820_CR_RXE);
    driver_echo(netbsd_work);
    in(DP83820_ISR);
    out(DP83820_CR, DP83820_CR_TXR | DP83820_CR_RXR);
    for (uint32_t isr = 0; isr != (DP83820_INTERRUPT_TXRCMP | DP83820_INTERRUPT_RXRCMP);) {
        assert_true(++polls < DRIVER_POLLS);
        delay_us(10);
        isr |= in(DP83820_ISR);
    }
    driver_end();
}

int bsd_steps_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freebsd_brings_the_card_up_and_survives_a_link_change),
        cmocka_unit_test(netbsd_starts_both_engines_at_once_and_keeps_the_check_sequence),
        cmocka_unit_test(nsg_counts_in_units_of_four_microseconds_and_stops_by_reset),
    };

    return cmocka_run_group_tests_name("bsd steps", tests, NULL, NULL);
}
