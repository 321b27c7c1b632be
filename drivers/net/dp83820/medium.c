/* SPDX-License-Identifier: BSD-2-Clause */
/* DP83820: station address, receive filter, medium. */
#include "dp83820.h"

#include <driver/await.h>
#include <driver/eeprom.h>
#include <driver/ethernet.h>

#define FULL_DUPLEX_TX (DP83820_TXCFG_CSI | DP83820_TXCFG_HBI)

static const struct eeprom_pins eeprom = {
    .read = dp83820_read_mear,
    .write = dp83820_write_mear,
    .select = DP83820_MEAR_EESEL,
    .clock = DP83820_MEAR_EECLK,
    .in = DP83820_MEAR_EEDI,
    .out = DP83820_MEAR_EEDO,
    .address_bits = DP83820_EEPROM_ADDRESS_BITS,
};

/* If its check sum is right, section 12. */
static bool address_from_eeprom(volatile void *registers, uint8_t mac[6])
{
    uint16_t words[DP83820_EEPROM_CHECKSUM + 1];
    uint8_t sum = 0;

    for (uint32_t i = 0; i <= DP83820_EEPROM_CHECKSUM; i++) {
        words[i] = eeprom_read(&eeprom, registers, i);
        sum = (uint8_t)(sum + words[i] + (words[i] >> 8));
    }
    /* Pairs of octets stand in reverse order. */
    for (uint32_t i = 0; i < 3; i++)
        memcpy(mac + 2 * i, &words[DP83820_EEPROM_MAC + 2 - i], 2);
    return sum == 0 && (words[DP83820_EEPROM_CHECKSUM] & 0xff) == DP83820_EEPROM_SUM_LOW;
}

/* From where the card put it itself. */
static void address_from_filter(volatile void *registers, uint8_t mac[6])
{
    dp83820_write_ptscr(registers, DP83820_PTSCR_EELOAD_EN);
    device_await_zero(dp83820_read_ptscr, registers, DP83820_PTSCR_EELOAD_EN);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t word;

        dp83820_write_rfcr(registers, DP83820_RFCR_RFADDR(DP83820_FILTER_MAC + 2 * i));
        word = dp83820_read_rfdr(registers);
        memcpy(mac + 2 * i, &word, 2);
    }
}

void address_read(struct netdev_port *port)
{
    volatile void *registers = port->device.registers;

    if (!address_from_eeprom(registers, port->mac) || !ethernet_address_is_usable(port->mac))
        address_from_filter(registers, port->mac);
}

static void filter_write(volatile void *registers, uint32_t address, uint32_t word)
{
    dp83820_write_rfcr(registers, DP83820_RFCR_RFADDR(address));
    dp83820_write_rfdr(registers, DP83820_RFDR_DATA(word));
}

/* The filter is off while its memory is addressed through the same register, section 4.17. */
void filter_set(struct netdev_port *port)
{
    volatile void *registers = port->device.registers;
    uint16_t hash[DP83820_FILTER_HASH_COUNT] = {0};
    uint32_t control = DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM;

    for (unsigned i = 0; i < port->group_count; i++) {
        uint32_t bit = ethernet_group_hash(port->groups[i], DP83820_HASH_BITS);

        hash[bit / 16] |= (uint16_t)(1u << bit % 16);
        control |= DP83820_RFCR_MHEN;
    }
    for (unsigned i = 0; i < DP83820_FILTER_MAC_COUNT; i++)
        filter_write(registers, DP83820_FILTER_MAC + 2 * i,
                     (uint32_t)(port->mac[2 * i] | port->mac[2 * i + 1] << 8));
    for (unsigned i = 0; i < DP83820_FILTER_HASH_COUNT; i++)
        filter_write(registers, DP83820_FILTER_HASH + 2 * i, hash[i]);
    if (port->promiscuous)
        control |= DP83820_RFCR_AAM | DP83820_RFCR_AAU;
    dp83820_write_rfcr(registers, control);
}

void medium_check(struct card *card)
{
    static const uint16_t speeds[] = {
        [DP83820_CFG_SPDSTS_1000_AND_100] = 0,
        [DP83820_CFG_SPDSTS_1000] = 1000,
        [DP83820_CFG_SPDSTS_100] = 100,
        [DP83820_CFG_SPDSTS_10] = 10,
    };
    struct netdev_port *port = &card->ring.port;
    volatile void *registers = port->device.registers;
    uint32_t pins = dp83820_read_cfg(registers);
    uint32_t speed = dp83820_cfg_lnksts(pins) ? speeds[dp83820_cfg_spdsts(pins)] : 0;
    bool full = !dp83820_cfg_dupsts(pins);

    if (card->cfg & DP83820_CFG_TBI_EN) { /* fibre knows one speed, and the pins do not say it */
        speed = dp83820_cfg_lnksts(pins) ? 1000 : 0;
        full = (dp83820_read_tanar(registers) & dp83820_read_tanlpar(registers) &
                DP83820_LINK_ABILITY_FULL) != 0;
    }
    if (speed == port->speed_mbps && full == port->full_duplex)
        return;
    if (speed) {
        card->cfg &= ~(DP83820_CFG_SB | DP83820_CFG_MODE_1000);
        card->cfg |= (full ? DP83820_CFG_SB : 0) | (speed == 1000 ? DP83820_CFG_MODE_1000 : 0);
        card->txcfg = (card->txcfg & ~FULL_DUPLEX_TX) | (full ? FULL_DUPLEX_TX : 0);
        card->rxcfg = (card->rxcfg & ~DP83820_RXCFG_RX_FD) | (full ? DP83820_RXCFG_RX_FD : 0);
        dp83820_write_cfg(registers, card->cfg);
        dp83820_write_txcfg(registers, card->txcfg);
        dp83820_write_rxcfg(registers, card->rxcfg);
    }
    netdev_medium_set(port, speed, full);
}
