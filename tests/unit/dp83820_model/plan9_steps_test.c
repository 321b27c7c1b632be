/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of Plan 9. */
#include "driver_steps.h"

#include <string.h>

static void plan9_work(void)
{
    uint8_t frame[2000];
    uint32_t isr;
    size_t length;

    while ((isr = in(DP83820_ISR)&in(DP83820_IMR))) {
        while ((length = driver_take(frame, DP83820_RX_STATUS_INTR | BUFFER_BYTES))) {
            driver_put(frame, length, DP83820_TX_STATUS_INTR);
            out(DP83820_CR, in(DP83820_CR) | DP83820_CR_TXE);
        }
        if (isr & DP83820_INTERRUPT_RXIDLE)
            out(DP83820_CR, in(DP83820_CR) | DP83820_CR_RXE);
        if (isr & DP83820_INTERRUPT_TXOK) {
            unsigned last = (driver->tx_next + driver->tx_count - 1) % driver->tx_count;

            assert_bits(dp83820_tx32_cmdsts(tx_slot(driver->bench, last)), DP83820_TX_STATUS_OK);
        }
    }
}

static void plan9_reads_the_eeprom_and_uses_the_other_hold_off(void **state)
{
    uint8_t sum = 0;

    (void)state;
    driver_begin(forgetful);
    out(DP83820_CR, DP83820_CR_RST);
    driver_poll(DP83820_CR, DP83820_CR_RST, 0, 1000);
    for (unsigned address = 0; address <= DP83820_EEPROM_CHECKSUM; address++)
        sum += driver_eeprom(address) + (driver_eeprom(address) >> 8);
    assert_int_equal(sum, 0);
    out(DP83820_CFG,
        in(DP83820_CFG) & ~(DP83820_CFG_T64ADDR | DP83820_CFG_DATA64_EN | DP83820_CFG_M64ADDR));
    out(DP83820_MIBC, DP83820_MIBC_ACLR | DP83820_MIBC_FRZ);
    out(DP83820_CR, DP83820_CR_RXD | DP83820_CR_TXD);
    driver_poll(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE, 0, 1);
    out(DP83820_CFG, in(DP83820_CFG) | DP83820_CFG_MODE_1000);
    rx_ring(driver->bench, driver->rx_count);
    tx_ring(driver->bench, driver->tx_count);
    driver_address_load(0);
    out(DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_AAM | DP83820_RFCR_APM);
    out(DP83820_RXCFG, DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_DRTH(16) | DP83820_RXCFG_RX_FD);
    out(DP83820_TXCFG, DP83820_TXCFG_CSI | DP83820_TXCFG_HBI | DP83820_TXCFG_ATP |
                           DP83820_TXCFG_DRTH(128) | 1 << 16);
    out(DP83820_MIBC, DP83820_MIBC_ACLR);
    out(DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_TXOK |
                         DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_RXEARLY |
                         DP83820_INTERRUPT_MIB | DP83820_INTERRUPT_PHY);
    out(DP83820_IHR, HOLD_OFF_EVENT(1));
    out(DP83820_IER, 1);
    out(DP83820_CR, DP83820_CR_RXE | DP83820_CR_TXE);
    driver_echo(plan9_work);
    driver_end();
}

int plan9_steps_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan9_reads_the_eeprom_and_uses_the_other_hold_off),
    };

    return cmocka_run_group_tests_name("plan9 steps", tests, NULL, NULL);
}
