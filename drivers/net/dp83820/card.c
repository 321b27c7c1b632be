/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DP83820: the card itself. Reset, station address, receive filter, medium. Nothing survives a
 * reset for sure (section 14), so card_start programs everything each time. Every wait for the card
 * is bounded in time and in reads.
 */
#include "dp83820.h"

#include <rt/clock.h>
#include <rt/log.h>
#include <string.h>

enum {
    RESET_US = 20000,
    READS_MAX = 200000,
    EEPROM_BYTES_SUMMED = 28,
    HOLDOFF_UNIT_US = 100,
    HOLDOFF_MAX_US = 25500,
};

#define MASKED_IN                                                                                  \
    (DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXERR | DP83820_INTERRUPT_RXIDLE |                 \
     DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_TXERR | DP83820_INTERRUPT_SWI |                  \
     DP83820_INTERRUPT_PHY | DP83820_INTERRUPT_RTABT | DP83820_INTERRUPT_RMABT |                   \
     DP83820_INTERRUPT_SSERR | DP83820_INTERRUPT_DPERR)

/* Bits of CFG that come from the EEPROM and say how the board is built, section 4.2. */
#define CFG_OF_THE_BOARD                                                                           \
    (DP83820_CFG_EXT_125 | DP83820_CFG_MWI_DIS | DP83820_CFG_MRM_DIS | DP83820_CFG_TBI_EN |        \
     DP83820_CFG_MODE_1000)

#define FULL_DUPLEX_TX (DP83820_TXCFG_CSI | DP83820_TXCFG_HBI)

static struct card *card_of(struct netdev_port *port)
{
    return (struct card *)port;
}

/* Waits until all bits of `mask` read 0; false when that takes too long. All ones is a card that is
 * gone. */
static bool wait_for_zero(uint32_t (*read)(const volatile void *), volatile void *registers,
                          uint32_t mask)
{
    uint64_t deadline_us = clock_us() + RESET_US;

    for (unsigned reads = 0; reads < READS_MAX; reads++) {
        if (!(read(registers) & mask))
            return true;
        if (clock_us() > deadline_us)
            break;
    }
    return false;
}

bool card_reset(struct netdev_port *port)
{
    volatile void *registers = port->device.registers;

    dp83820_write_ier(registers, 0);
    dp83820_write_imr(registers, 0);
    dp83820_write_cr(registers, DP83820_CR_RST);
    if (!wait_for_zero(dp83820_read_cr, registers, DP83820_CR_RST))
        return false;
    dp83820_read_isr(registers);
    return true;
}

static void filter_write(volatile void *registers, uint32_t address, uint32_t word)
{
    dp83820_write_rfcr(registers, DP83820_RFCR_RFADDR(address));
    dp83820_write_rfdr(registers, DP83820_RFDR_DATA(word));
}

/* The card's hash of an address, section 9.3: the top bits of the check sum, most significant bit
 * first. */
static uint32_t group_hash(const uint8_t address[6])
{
    uint32_t sum = UINT32_MAX;

    for (unsigned i = 0; i < 48; i++) {
        uint32_t bit = (address[i / 8] >> i % 8 & 1) ^ sum >> 31;

        sum = sum << 1 ^ (bit ? 0x04c11db7 : 0);
    }
    return sum >> (32 - DP83820_HASH_BITS);
}

/* The filter is off while its memory is addressed through the same register, section 4.17. */
void card_filter_set(struct netdev_port *port)
{
    uint16_t hash[DP83820_FILTER_HASH_COUNT] = {0};
    uint32_t control = DP83820_RFCR_RFEN | DP83820_RFCR_AAB | DP83820_RFCR_APM;

    for (unsigned i = 0; i < port->group_count; i++) {
        uint32_t h = group_hash(port->groups[i]);

        hash[h / 16] |= (uint16_t)(1u << h % 16);
        control |= DP83820_RFCR_MHEN;
    }
    for (unsigned i = 0; i < DP83820_FILTER_MAC_COUNT; i++)
        filter_write(port->device.registers, DP83820_FILTER_MAC + 2 * i,
                     (uint32_t)(port->mac[2 * i] | port->mac[2 * i + 1] << 8));
    for (unsigned i = 0; i < DP83820_FILTER_HASH_COUNT; i++)
        filter_write(port->device.registers, DP83820_FILTER_HASH + 2 * i, hash[i]);
    if (port->promiscuous)
        control |= DP83820_RFCR_AAM | DP83820_RFCR_AAU;
    dp83820_write_rfcr(port->device.registers, control);
}

void card_interrupts_set(struct netdev_port *port, bool on)
{
    dp83820_write_ier(port->device.registers, on ? DP83820_IER_IE : 0);
}

void card_tx_interrupts_set(struct netdev_port *port, bool on)
{
    dp83820_write_imr(port->device.registers, MASKED_IN | (on ? DP83820_INTERRUPT_TXIDLE : 0));
}

void card_medium_check(struct card *card)
{
    static const uint16_t speeds[] = {0, 1000, 100, 10}; /* by CFG.SPDSTS; the first is none */
    volatile void *registers = card->port.device.registers;
    uint32_t pins = dp83820_read_cfg(registers);
    uint32_t speed = dp83820_cfg_lnksts(pins) ? speeds[dp83820_cfg_spdsts(pins)] : 0;
    bool full = !dp83820_cfg_dupsts(pins);
    uint32_t cfg = card->cfg & ~(DP83820_CFG_SB | DP83820_CFG_MODE_1000);

    if (card->cfg & DP83820_CFG_TBI_EN) { /* fibre knows one speed, and the pins do not say it */
        speed = dp83820_cfg_lnksts(pins) ? 1000 : 0;
        full = (dp83820_read_tanar(registers) & dp83820_read_tanlpar(registers) &
                DP83820_LINK_ABILITY_FULL) != 0;
    }
    if (speed == card->port.speed_mbps && full == card->port.full_duplex)
        return;
    if (speed) {
        cfg |= (full ? DP83820_CFG_SB : 0) | (speed == 1000 ? DP83820_CFG_MODE_1000 : 0);
        card->txcfg = (card->txcfg & ~FULL_DUPLEX_TX) | (full ? FULL_DUPLEX_TX : 0);
        card->rxcfg = (card->rxcfg & ~DP83820_RXCFG_RX_FD) | (full ? DP83820_RXCFG_RX_FD : 0);
        card->cfg = cfg;
        dp83820_write_cfg(registers, card->cfg);
        dp83820_write_txcfg(registers, card->txcfg);
        dp83820_write_rxcfg(registers, card->rxcfg);
    }
    netdev_medium_set(&card->port, speed, full);
}

/* Two closed rings in which the card finds nothing to do. A receive ring of zeros would be the
 * card's, section 6.4. */
static void rings_clear(struct card *card)
{
    uint32_t rx_physical = (uint32_t)card->rings.physical;
    uint32_t tx_physical = rx_physical + RX_COUNT * sizeof(struct dp83820_rx32);

    for (uint32_t i = 0; i < RX_COUNT; i++) {
        dp83820_rx32_set_cmdsts(&card->rx[i], DP83820_RX_STATUS_OWN);
        dp83820_rx32_set_link(&card->rx[i],
                              rx_physical + (i + 1) % RX_COUNT * sizeof(struct dp83820_rx32));
    }
    for (uint32_t i = 0; i < TX_COUNT; i++) {
        dp83820_tx32_set_cmdsts(&card->tx[i], 0);
        dp83820_tx32_set_link(&card->tx[i],
                              tx_physical + (i + 1) % TX_COUNT * sizeof(struct dp83820_tx32));
    }
    card->rx_head = card->rx_tail = 0;
    card->tx_clean = card->tx_tail = 0;
    card->packet_head = card->packet_tail = 0;
    card->passing_over = false;
    card->rx_spilled = 0;
    card->rx_burst = 0;
    card->due = false;
    /* The receiver is started with the first buffers. */
    card->rx_idle = true;
    dp83820_write_rxdp_hi(card->port.device.registers, 0);
    dp83820_write_rxdp(card->port.device.registers, rx_physical);
    dp83820_write_txdp_hi(card->port.device.registers, 0);
    dp83820_write_txdp(card->port.device.registers, tx_physical);
}

static uint32_t holdoff_units(struct netdev_port *port)
{
    uint64_t us = instance_number(port->self, "holdoff_us", 0, HOLDOFF_MAX_US, 0);

    return (uint32_t)((us + HOLDOFF_UNIT_US - 1) / HOLDOFF_UNIT_US);
}

bool card_start(struct netdev_port *port)
{
    struct card *card = card_of(port);
    volatile void *registers = port->device.registers;

    card->cfg = (dp83820_read_cfg(registers) & CFG_OF_THE_BOARD) | DP83820_CFG_EXTSTS_EN |
                DP83820_CFG_PINT_SPDSTS | DP83820_CFG_PINT_LNKSTS | DP83820_CFG_PINT_DUPSTS;
    card->txcfg = DP83820_TXCFG_ATP | DP83820_TXCFG_MXDMA(DP83820_TXCFG_MXDMA_512_BYTES) |
                  DP83820_TXCFG_FLTH(512 / DP83820_TX_THRESHOLD_UNIT_BYTES);
    card->rxcfg = DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_MXDMA(DP83820_RXCFG_MXDMA_512_BYTES) |
                  DP83820_RXCFG_DRTH(128 / DP83820_RX_THRESHOLD_UNIT_BYTES) |
                  (port->mtu_bytes > 1500 ? DP83820_RXCFG_ALP : 0);
    dp83820_write_cfg(registers, card->cfg);
    dp83820_write_txcfg(registers, card->txcfg);
    dp83820_write_rxcfg(registers, card->rxcfg);
    dp83820_write_pqcr(registers, 0);
    dp83820_write_wcsr(registers, 0);
    dp83820_write_pcr(registers, 0);
    dp83820_write_vrcr(registers, DP83820_VRCR_IPEN);
    dp83820_write_vtcr(registers, DP83820_VTCR_PPCHK);
    /* A pending wake event would keep the receiver from writing, section 4.26. */
    dp83820_write_ccsr(registers, DP83820_CCSR_PMESTS);
    if (card->cfg & DP83820_CFG_TBI_EN) {
        dp83820_write_tanar(registers, DP83820_LINK_ABILITY_FULL | DP83820_LINK_ABILITY_HALF);
        dp83820_write_tbicr(registers, DP83820_TBICR_AN_ENABLE | DP83820_TBICR_RESTART_AN);
    }
    rings_clear(card);
    card_filter_set(port);
    port->speed_mbps = 0;
    card_medium_check(card);
    dp83820_write_ihr(registers, DP83820_IHR_IH(holdoff_units(port)));
    card->gathers = holdoff_units(port) && instance_number(port->self, "gather", 0, 1, 1);
    card->tx_interrupts = false;
    card_tx_interrupts_set(port, false);
    card_interrupts_set(port, true);
    return true;
}

static uint32_t eeprom_clock(volatile void *registers, bool bit)
{
    uint32_t pins = DP83820_MEAR_EESEL | (bit ? DP83820_MEAR_EEDI : 0);

    dp83820_write_mear(registers, pins);
    dp83820_write_mear(registers, pins | DP83820_MEAR_EECLK);
    return dp83820_mear_eedo(dp83820_read_mear(registers));
}

static uint16_t eeprom_read(volatile void *registers, uint32_t address)
{
    uint32_t command = DP83820_EEPROM_READ << DP83820_EEPROM_ADDRESS_BITS | address;
    uint32_t word = 0;

    for (int i = DP83820_EEPROM_COMMAND_BITS + DP83820_EEPROM_ADDRESS_BITS; i-- > 0;)
        eeprom_clock(registers, command >> i & 1);
    for (int i = 0; i < 16; i++)
        word = word << 1 | eeprom_clock(registers, false);
    dp83820_write_mear(registers, 0);
    return (uint16_t)word;
}

static bool mac_is_usable(const uint8_t mac[6])
{
    static const uint8_t none[6];

    return !(mac[0] & 1) && memcmp(mac, none, sizeof(none)) != 0;
}

/* From the EEPROM, if its check sum is right, section 12. */
static bool mac_from_eeprom(volatile void *registers, uint8_t mac[6])
{
    uint8_t bytes[EEPROM_BYTES_SUMMED] = {0};
    uint8_t sum = 0;

    for (uint32_t i = 0; i < sizeof(bytes) / 2; i++) {
        uint16_t word = eeprom_read(registers, i);

        bytes[2 * i] = (uint8_t)word;
        bytes[2 * i + 1] = (uint8_t)(word >> 8);
        sum = (uint8_t)(sum + bytes[2 * i] + bytes[2 * i + 1]);
    }
    if (sum != 0 || bytes[2 * DP83820_EEPROM_CHECKSUM] != DP83820_EEPROM_SUM_LOW)
        return false;
    /* Pairs of octets stand in reverse order. */
    for (uint32_t i = 0; i < 3; i++)
        memcpy(mac + 2 * i, bytes + 2 * (DP83820_EEPROM_MAC + 2 - i), 2);
    return mac_is_usable(mac);
}

/* From where the card put it itself. */
static bool mac_from_filter(volatile void *registers, uint8_t mac[6])
{
    dp83820_write_ptscr(registers, DP83820_PTSCR_EELOAD_EN);
    wait_for_zero(dp83820_read_ptscr, registers, DP83820_PTSCR_EELOAD_EN);
    for (uint32_t i = 0; i < 3; i++) {
        dp83820_write_rfcr(registers, DP83820_RFCR_RFADDR(DP83820_FILTER_MAC + 2 * i));
        uint32_t word = dp83820_read_rfdr(registers);
        mac[2 * i] = (uint8_t)word;
        mac[2 * i + 1] = (uint8_t)(word >> 8);
    }
    return mac_is_usable(mac);
}

bool card_attach(struct card *card, struct instance *self)
{
    struct netdev_port *port = &card->port;
    volatile void *registers;

    port->self = self;
    port->mtu_bytes = (uint32_t)instance_number(self, "mtu", 576, MTU_MAX, 1500);
    port->offloads = NETDEV_OFFLOAD_TX | NETDEV_OFFLOAD_RX;
    port->physical_limit = UINT64_C(1) << 32;
    if (!driver_device_open(self, DP83820_PCI_VENDOR, DP83820_PCI_DEVICE, 1, &port->device) ||
        !driver_memory_allocate(
            self, RX_COUNT * sizeof(struct dp83820_rx32) + TX_COUNT * sizeof(struct dp83820_tx32),
            port->physical_limit, &card->rings))
        return false;
    card->rx = card->rings.base;
    card->tx = (volatile struct dp83820_tx32 *)(card->rx + RX_COUNT);
    registers = port->device.registers;
    if (!card_reset(port)) {
        log_line(self, "the card does not complete its reset");
        return false;
    }
    if (!mac_from_eeprom(registers, port->mac) && !mac_from_filter(registers, port->mac)) {
        log_line(self, "neither EEPROM nor filter memory holds a station address");
        return false;
    }
    log_line(self, "DP83820 revision %x.%x, address %02x:%02x:%02x:%02x:%02x:%02x",
             dp83820_srr_major(dp83820_read_srr(registers)),
             dp83820_srr_minor(dp83820_read_srr(registers)), port->mac[0], port->mac[1],
             port->mac[2], port->mac[3], port->mac[4], port->mac[5]);
    return true;
}
