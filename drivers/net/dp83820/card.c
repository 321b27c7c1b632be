/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DP83820: the card itself. Probe, reset, start, causes of interrupts. Nothing survives a reset for
 * sure (section 14), so `start` programs everything each time.
 */
#include "dp83820.h"

#include <driver/await.h>

enum {
    HOLDOFF_UNIT_US = DP83820_HOLDOFF_UNIT_NS / 1000,
    HOLDOFF_MAX_US = DP83820_IHR_IH_MASK * HOLDOFF_UNIT_US,
    MTU_MAX = 7100, /* what fits the transmit FIFO beside its thresholds, section 4.10 */
};

#define BUS_FAULTS                                                                                 \
    (DP83820_INTERRUPT_RTABT | DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_SSERR |                 \
     DP83820_INTERRUPT_DPERR)

#define UNMASKED                                                                                   \
    (BUS_FAULTS | DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXERR | DP83820_INTERRUPT_RXIDLE |    \
     DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_TXERR | DP83820_INTERRUPT_SWI |                  \
     DP83820_INTERRUPT_PHY)

/* Causes that say no more than that it is time to look at the rings. */
#define USUAL                                                                                      \
    (DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_TXOK |                  \
     DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_SWI | DP83820_INTERRUPT_TXIDLE |                 \
     DP83820_INTERRUPT_RXEARLY)

/* Bits of CFG that come from the EEPROM and say how the board is built, section 4.2. */
#define CFG_OF_THE_BOARD                                                                           \
    (DP83820_CFG_EXT_125 | DP83820_CFG_MWI_DIS | DP83820_CFG_MRM_DIS | DP83820_CFG_TBI_EN |        \
     DP83820_CFG_MODE_1000)

static bool reset(struct netdev_port *port)
{
    volatile void *registers = port->device.registers;

    dp83820_write_ier(registers, 0);
    dp83820_write_imr(registers, 0);
    dp83820_write_cr(registers, DP83820_CR_RST);
    return device_await_zero(dp83820_read_cr, registers, DP83820_CR_RST);
}

static void interrupts_set(struct netdev_port *port, bool on)
{
    dp83820_write_ier(port->device.registers, on ? DP83820_IER_IE : 0);
}

void card_tx_interrupts_set(struct netring *ring, bool on)
{
    dp83820_write_imr(registers_of(ring), UNMASKED | (on ? DP83820_INTERRUPT_TXIDLE : 0));
}

static void program(struct card *card)
{
    volatile void *registers = registers_of(&card->ring);

    card->cfg = (dp83820_read_cfg(registers) & CFG_OF_THE_BOARD) | DP83820_CFG_EXTSTS_EN |
                DP83820_CFG_PINT_SPDSTS | DP83820_CFG_PINT_LNKSTS | DP83820_CFG_PINT_DUPSTS;
    card->txcfg = DP83820_TXCFG_ATP | DP83820_TXCFG_MXDMA(DP83820_TXCFG_MXDMA_512_BYTES) |
                  DP83820_TXCFG_FLTH(512 / DP83820_TX_THRESHOLD_UNIT_BYTES);
    card->rxcfg = DP83820_RXCFG_STRIPCRC | DP83820_RXCFG_MXDMA(DP83820_RXCFG_MXDMA_512_BYTES) |
                  DP83820_RXCFG_DRTH(128 / DP83820_RX_THRESHOLD_UNIT_BYTES) |
                  (card->ring.port.mtu_bytes > 1500 ? DP83820_RXCFG_ALP : 0);
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
}

static bool start_card(struct netdev_port *port)
{
    struct card *card = card_of(port);
    uint64_t holdoff_us = instance_number(port->self, "holdoff_us", 0, HOLDOFF_MAX_US, 0);

    program(card);
    rings_start(card);
    filter_set(port);
    port->speed_mbps = 0;
    medium_check(card);
    dp83820_write_ihr(
        port->device.registers,
        DP83820_IHR_IH((uint32_t)(holdoff_us + HOLDOFF_UNIT_US - 1) / HOLDOFF_UNIT_US));
    port->gathers = holdoff_us && instance_number(port->self, "gather", 0, 1, 1);
    card_tx_interrupts_set(&card->ring, false);
    interrupts_set(port, true);
    return true;
}

static enum netdev_found unusual(struct card *card, uint32_t causes)
{
    if (causes == UINT32_MAX && dp83820_read_srr(registers_of(&card->ring)) == UINT32_MAX)
        return NETDEV_GONE;
    if (causes & BUS_FAULTS)
        return NETDEV_BROKEN;
    if (causes & DP83820_INTERRUPT_PHY)
        medium_check(card);
    if (causes & (DP83820_INTERRUPT_RXORN | DP83820_INTERRUPT_RXSOVR))
        card->ring.port.counts.rx_dropped++;
    if (causes & DP83820_INTERRUPT_RXIDLE)
        card->ring.rx_stopped = true;
    return NETDEV_WORK;
}

/* One read of the causes: it clears them all, so all are dealt with. */
static enum netdev_found irq(struct netdev_port *port)
{
    uint32_t causes = dp83820_read_isr(port->device.registers);

    netring_interrupted(netring_of(port));
    if (causes == 0)
        return NETDEV_NOT_OURS;
    return causes & ~USUAL ? unusual(card_of(port), causes) : NETDEV_WORK;
}

static const struct netdev_hardware hardware = {
    .interrupt_is_due = netring_interrupt_is_due,
    .irq = irq,
    .rx_deliver = rx_deliver,
    .rx_refill = rx_refill,
    .tx_submit = tx_submit,
    .tx_reclaim = tx_reclaim,
    .reset = reset,
    .start = start_card,
    .filter_set = filter_set,
    .interrupts_set = interrupts_set,
    .rx_start = rx_start,
    .stuck = netring_is_stuck,
    .buffers_drop = netring_buffers_drop,
    .buffers_mark = netring_buffers_mark,
};

NETDEV_TURNS(hardware)

static bool start(struct instance *self)
{
    struct card *card = self->state;
    struct netdev_port *port = &card->ring.port;

    port->self = self;
    port->hardware = &hardware;
    port->mtu_bytes = (uint32_t)instance_number(self, "mtu", 576, MTU_MAX, 1500);
    port->offloads = NETDEV_OFFLOAD_TX | NETDEV_OFFLOAD_RX;
    port->physical_limit = UINT64_C(1) << 32;
    if (!driver_device_open(self, DP83820_PCI_VENDOR, DP83820_PCI_DEVICE, 1, &port->device) ||
        !rings_allocate(card))
        return false;
    address_read(port);
    return netdev_port_start(port, self);
}

const struct component dp83820_component = {
    .name = "dp83820",
    .state_bytes = sizeof(struct card),
    .start = start,
    NETDEV_ENTRY_POINTS,
};
