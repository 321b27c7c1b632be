/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DP83820: descriptors. The card owns a receive descriptor while OWN is 0 and a transmit descriptor
 * while OWN is 1 (section 6.4). The status word says all of a slot and is read once.
 */
#include "dp83820.h"

#include <stdatomic.h>

/* An error bit beside a good one leaves nothing good, section 21 case 28. */
static inline uint8_t sums_of(uint32_t extsts)
{
    if (extsts & (DP83820_EXTENDED_STATUS_IPERR | DP83820_EXTENDED_STATUS_UDPERR |
                  DP83820_EXTENDED_STATUS_TCPERR))
        return NETDEV_SUM_BAD;
    return (extsts & DP83820_EXTENDED_STATUS_IPPKT ? NETDEV_IPV4_GOOD : 0) |
           (extsts & DP83820_EXTENDED_STATUS_UDPPKT ? NETDEV_PAYLOAD_GOOD : 0) |
           (extsts & DP83820_EXTENDED_STATUS_TCPPKT ? NETDEV_PAYLOAD_GOOD : 0);
}

static inline bool rx_done(struct netring *ring, uint32_t slot, struct netring_frame *frame)
{
    volatile struct dp83820_rx32 *descriptor = &card_of(&ring->port)->rx[slot];
    uint32_t status = dp83820_rx32_cmdsts(descriptor);

    if (!(status & DP83820_RX_STATUS_OWN))
        return false;
    /* The extended status was written before OWN and must not be read before it. */
    atomic_thread_fence(memory_order_acquire);
    frame->length = dp83820_rx_status_size(status);
    frame->flags = sums_of(dp83820_rx32_extsts(descriptor));
    frame->more = (status & DP83820_RX_STATUS_MORE) != 0;
    frame->good = (status & DP83820_RX_STATUS_OK) && !frame->more;
    return true;
}

static inline void rx_give(struct netring *ring, uint32_t slot, uint64_t physical, uint32_t length)
{
    volatile struct dp83820_rx32 *descriptor = &card_of(&ring->port)->rx[slot];

    dp83820_rx32_set_bufptr(descriptor, (uint32_t)physical);
    dp83820_rx32_hand_over(descriptor, length);
}

void rx_start(struct netdev_port *port)
{
    dp83820_write_cr(port->device.registers, DP83820_CR_RXE);
}

static inline void rx_kick(struct netring *ring)
{
    if (!ring->rx_stopped)
        return;
    ring->rx_stopped = false;
    rx_start(&ring->port);
}

static inline uint32_t tx_sums(uint32_t flags)
{
    return (flags & NETDEV_SUM_IPV4 ? DP83820_EXTENDED_STATUS_IPPKT : 0) |
           (flags & NETDEV_SUM_UDP ? DP83820_EXTENDED_STATUS_UDPPKT : 0) |
           (flags & NETDEV_SUM_TCP ? DP83820_EXTENDED_STATUS_TCPPKT : 0);
}

static inline uint32_t tx_fill(struct netring *ring, uint32_t slot, const struct netring_part *part)
{
    volatile struct dp83820_tx32 *descriptor = &card_of(&ring->port)->tx[slot];

    dp83820_tx32_set_bufptr(descriptor, (uint32_t)part->physical);
    dp83820_tx32_set_extsts(descriptor, part->sums);
    return part->length | (uint32_t)part->more << DP83820_TX_STATUS_MORE_SHIFT |
           (uint32_t)part->report << DP83820_TX_STATUS_INTR_SHIFT;
}

static inline void tx_give(struct netring *ring, uint32_t slot, uint32_t word)
{
    dp83820_tx32_hand_over(&card_of(&ring->port)->tx[slot], word);
}

static void tx_clear(struct netring *ring, uint32_t slot)
{
    dp83820_tx32_set_cmdsts(&card_of(&ring->port)->tx[slot], 0);
}

static inline enum netring_sent tx_done(struct netring *ring, uint32_t slot)
{
    uint32_t status = dp83820_tx32_cmdsts(&card_of(&ring->port)->tx[slot]);

    if (status & DP83820_TX_STATUS_OWN)
        return NETRING_PENDING;
    return status & DP83820_TX_STATUS_OK ? NETRING_SENT : NETRING_FAILED;
}

static inline void tx_kick(struct netring *ring)
{
    dp83820_write_cr(registers_of(ring), DP83820_CR_TXE);
}

static void interrupt_ask(struct netring *ring)
{
    dp83820_write_cr(registers_of(ring), DP83820_CR_SWI);
}

static const struct netring_card verbs = {
    .rx_done = rx_done,
    .rx_give = rx_give,
    .rx_kick = rx_kick,
    .tx_sums = tx_sums,
    .tx_fill = tx_fill,
    .tx_give = tx_give,
    .tx_clear = tx_clear,
    .tx_done = tx_done,
    .tx_kick = tx_kick,
    .tx_interrupts = card_tx_interrupts_set,
    .interrupt_ask = interrupt_ask,
    .rx_align_mask = DP83820_DESCRIPTOR_ALIGN_BYTES - 1, /* section 8.3 */
};

static uint32_t rx_address(const struct card *card, uint32_t slot)
{
    return (uint32_t)card->memory.physical + slot * sizeof(struct dp83820_rx32);
}

static uint32_t tx_address(const struct card *card, uint32_t slot)
{
    return rx_address(card, NETRING_RX) + slot * sizeof(struct dp83820_tx32);
}

bool rings_allocate(struct card *card)
{
    size_t bytes = tx_address(card, NETRING_TX) - rx_address(card, 0);

    if (!driver_memory_allocate(card->ring.port.self, bytes, card->ring.port.physical_limit,
                                &card->memory))
        return false;
    card->rx = card->memory.base;
    card->ring.card = &verbs;
    card->tx = (volatile struct dp83820_tx32 *)(card->rx + NETRING_RX);
    return true;
}

/* A receive ring of zeros would be the card's, section 6.4. */
void rings_start(struct card *card)
{
    volatile void *registers = registers_of(&card->ring);

    for (uint32_t i = 0; i < NETRING_RX; i++) {
        dp83820_rx32_set_cmdsts(&card->rx[i], DP83820_RX_STATUS_OWN);
        dp83820_rx32_set_link(&card->rx[i], rx_address(card, (i + 1) % NETRING_RX));
    }
    for (uint32_t i = 0; i < NETRING_TX; i++) {
        dp83820_tx32_set_cmdsts(&card->tx[i], 0);
        dp83820_tx32_set_link(&card->tx[i], tx_address(card, (i + 1) % NETRING_TX));
    }
    netring_clear(&card->ring);
    dp83820_write_rxdp_hi(registers, 0);
    dp83820_write_rxdp(registers, rx_address(card, 0));
    dp83820_write_txdp_hi(registers, 0);
    dp83820_write_txdp(registers, tx_address(card, 0));
}

void rx_deliver(struct netdev_port *port)
{
    netring_deliver(netring_of(port), &verbs);
}

void rx_refill(struct netdev_port *port)
{
    netring_refill(netring_of(port), &verbs);
}

void tx_submit(struct netdev_port *port)
{
    netring_submit(netring_of(port), &verbs);
}

void tx_reclaim(struct netdev_port *port)
{
    netring_reclaim(netring_of(port), &verbs);
}
