/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of Linux. */
#include "driver_steps.h"

#include <string.h>

/* All rules but the hashes. */
#define LINUX_RFCR                                                                                 \
    (DP83820_RFCR_AAB | DP83820_RFCR_AAM | DP83820_RFCR_AAU | DP83820_RFCR_APM |                   \
     DP83820_RFCR_APAT_MASK | DP83820_RFCR_AARP)

static void linux_self_test(uint32_t start, uint32_t done)
{
    unsigned polls = 0;
    uint32_t value;

    out(DP83820_PTSCR, start);
    do {
        value = in(DP83820_PTSCR);
        assert_true(++polls < DRIVER_POLLS);
    } while (value & start && !(value & done));
    assert_no_bits(value, RBIST_FAILS | DP83820_PTSCR_EEBIST_FAIL);
}

static void linux_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    if (!driver->bench->bus.interrupt)
        return;
    isr = in(DP83820_ISR);
    if (isr & (DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXOK)) {
        out(DP83820_IMR, in(DP83820_IMR) & ~DP83820_INTERRUPT_RXDESC);
        while ((length = driver_take(frame, DP83820_RX_STATUS_INTR | 1514))) {
            driver_put(frame, length, 0);
            driver_kick();
        }
        out(DP83820_IHR, 2);
        out(DP83820_IMR, in(DP83820_IMR) | DP83820_INTERRUPT_RXDESC);
    }
    if (isr & DP83820_INTERRUPT_TXIDLE) {
        uint32_t slot = (in(DP83820_TXDP)-TX_RING) / sizeof(struct dp83820_tx32);

        assert_true(slot < driver->tx_count);
        if (slot != driver->tx_next)
            driver_kick();
    }
}

static void linux_brings_the_card_up_and_echoes(void **state)
{
    uint32_t cfg;

    (void)state;
    driver_begin(NULL);
    out(DP83820_IMR, 0);
    out(DP83820_IER, 0);
    in(DP83820_IER);
    assert_int_equal(in(DP83820_CONFIG + DP83820_PCICFG_SUBSYSTEM_VENDOR),
                     1 << 16 | DP83820_PCI_VENDOR);
    out(DP83820_CR, DP83820_CR_RST);
    driver_poll(DP83820_CR, DP83820_CR_RST, 0, 0);
    out(DP83820_PTSCR, DP83820_PTSCR_RBIST_RST);
    linux_self_test(DP83820_PTSCR_RBIST_EN, DP83820_PTSCR_RBIST_DONE);
    linux_self_test(DP83820_PTSCR_EEBIST_EN, 0);
    linux_self_test(DP83820_PTSCR_EELOAD_EN, 0);
    cfg = in(DP83820_CFG) &
          (DP83820_CFG_TBI_EN | DP83820_CFG_MRM_DIS | DP83820_CFG_MWI_DIS | DP83820_CFG_EXT_125);
    cfg |= DP83820_CFG_PINT_DUPSTS | DP83820_CFG_PINT_LNKSTS | DP83820_CFG_PINT_SPDSTS |
           DP83820_CFG_EXTSTS_EN | DP83820_CFG_EXD | DP83820_CFG_PESEL | DP83820_CFG_REQALG |
           DP83820_CFG_POW | DP83820_CFG_TMRTEST;
    out(DP83820_CFG, cfg);
    out(DP83820_TXCFG, LINUX_TXCFG);
    out(DP83820_IHR, 0);
    out(DP83820_IHR, HOLD_OFF_EVENT(0));
    out(DP83820_IHR, 0);
    out(DP83820_RXCFG, LINUX_RXCFG);
    out(DP83820_PQCR, 0);
    out(DP83820_VRCR, LINUX_VRCR);
    out(DP83820_VTCR, 8);
    out(DP83820_PCR, LINUX_PCR);
    out(DP83820_WCSR, 0);
    for (unsigned at = 0; at < STATION_BYTES; at += 2) {
        out(DP83820_RFCR, at);
        assert_int_equal(in(DP83820_RFDR), station[at] | station[at + 1] << 8);
    }
    /* open */
    rx_ring(driver->bench, driver->rx_count);
    out(DP83820_CCSR, 1);
    out(DP83820_RFCR, 0);
    out(DP83820_RFCR, LINUX_RFCR);
    out(DP83820_RFCR, LINUX_RFCR | DP83820_RFCR_RFEN);
    assert_int_equal(dp83820_cfg_spdsts(in(DP83820_CFG)), DP83820_CFG_SPDSTS_1000);
    out(DP83820_CFG, cfg | DP83820_CFG_MODE_1000 | DP83820_CFG_SB);
    out(DP83820_IMR, DP83820_INTERRUPT_PHY | DP83820_INTERRUPT_RXRCMP | DP83820_INTERRUPT_RXORN |
                         DP83820_INTERRUPT_RXSOVR | DP83820_INTERRUPT_RXDESC |
                         DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_TXDESC |
                         DP83820_INTERRUPT_TXIDLE);
    out(DP83820_IER, 1);
    out(DP83820_RXDP, RX_RING);
    out(DP83820_CR, DP83820_CR_RXE);
    tx_ring(driver->bench, driver->tx_count);
    driver_echo(linux_work);
    driver_end();
}

int linux_steps_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linux_brings_the_card_up_and_echoes),
    };

    return cmocka_run_group_tests_name("linux steps", tests, NULL, NULL);
}
