/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DP83820: packets. One closed ring of descriptors each way. The card owns a receive descriptor while OWN is 0 and a transmit
 * descriptor while OWN is 1 (section 6.4), and stops at the first one that it does not own.
 *
 * Receive: [rx_head, rx_tail) is with the card. Frames are taken in order only; the status word says all, and is read once.
 * Transmit: [tx_clean, tx_tail) is in use. A packet's first descriptor gets its OWN bit last, when the packet is complete, so the
 * card never sees half of one. A packet is done when its last descriptor is; a packet that was refused has no descriptors and
 * waits for its turn like the others.
 *
 * Interrupts are asked for frames, not for completed transmissions: these are collected when there is something to do anyway.
 * Only every TX_INTERRUPT_EVERYth packet interrupts, and the end of the work if somebody waits for it.
 */
#include "dp83820.h"

enum {
    REFILL_BATCH = 16,
    TX_INTERRUPT_EVERY = 64,
    TX_ROOM = 4, /* descriptors that one range can need: it spans at most so many pages */
    SPILL_MAX = 8,
};

#define UNUSUAL                                                                                    \
    (~(DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_TXOK |                \
       DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_TXIDLE | DP83820_INTERRUPT_RXEARLY))

#define BUS_FAULTS                                                                                 \
    (DP83820_INTERRUPT_RTABT | DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_SSERR |                 \
     DP83820_INTERRUPT_DPERR)

static struct card *card_of(struct netdev_port *port)
{
    return (struct card *)port;
}

/* What the card found out about checksums. An error bit beside a good one leaves nothing good, section 21 case 28. */
static uint8_t rx_flags(uint32_t extsts)
{
    uint8_t flags = 0;

    if (extsts & (DP83820_EXTENDED_STATUS_IPERR | DP83820_EXTENDED_STATUS_UDPERR |
                  DP83820_EXTENDED_STATUS_TCPERR))
        return NETDEV_SUM_BAD;
    if (extsts & DP83820_EXTENDED_STATUS_IPPKT)
        flags |= NETDEV_IPV4_GOOD;
    if (extsts & (DP83820_EXTENDED_STATUS_UDPPKT | DP83820_EXTENDED_STATUS_TCPPKT))
        flags |= NETDEV_PAYLOAD_GOOD;
    return flags;
}

/* A descriptor that holds no good frame. A frame longer than its buffer goes on in the next ones: all of it is dropped. */
static void rx_drop(struct card *card, struct netdev_buffer *buffer, uint32_t status)
{
    bool more = (status & DP83820_RX_STATUS_MORE) != 0;

    card->rx_spilled = more ? card->rx_spilled + 1 : 0;
    if (card->rx_spilled > SPILL_MAX)
        card->port.suspect = true;
    netdev_unpin(&card->port, buffer->dataspace, buffer->offset, buffer->length);
    netdev_give_empty(&card->port, buffer);
}

static void rx_deliver(struct netdev_port *port)
{
    struct card *card = card_of(port);

    for (; card->rx_head != card->rx_tail && netdev_can_give(port); card->rx_head++) {
        uint32_t slot = card->rx_head % RX_COUNT;
        struct netdev_buffer *buffer = &card->rx_buffers[slot];
        uint32_t status = dp83820_rx32_cmdsts(&card->rx[slot]);
        uint32_t size = dp83820_rx_status_size(status);

        if (!(status & DP83820_RX_STATUS_OWN))
            break;
        /* The extended status was written before OWN and must not be read before it. */
        atomic_thread_fence(memory_order_acquire);
        if ((status & (DP83820_RX_STATUS_OK | DP83820_RX_STATUS_MORE)) == DP83820_RX_STATUS_OK &&
            size >= NETDEV_HEADER_BYTES && size <= buffer->length && card->rx_spilled == 0)
            netdev_give_filled(port, buffer, (uint16_t)size,
                               rx_flags(dp83820_rx32_extsts(&card->rx[slot])));
        else
            rx_drop(card, buffer, status);
    }
}

static void rx_refill(struct netdev_port *port)
{
    struct card *card = card_of(port);

    if (card->rx_tail - card->rx_head <= RX_COUNT - REFILL_BATCH || card->rx_idle) {
        while (card->rx_tail - card->rx_head < RX_COUNT) {
            uint32_t slot = card->rx_tail % RX_COUNT;
            struct netdev_buffer *buffer = &card->rx_buffers[slot];
            /* Buffers begin at multiples of 8, section 8.3. */
            uint64_t physical = netdev_take_empty(port, buffer, 7);

            if (physical == TRANSLATION_MISS)
                break;
            dp83820_rx32_set_bufptr(&card->rx[slot], (uint32_t)physical);
            dp83820_rx32_hand_over(&card->rx[slot], buffer->length);
            card->rx_tail++;
        }
    }
    port->starving = card->rx_head == card->rx_tail;
    if (card->rx_idle && !port->starving) {
        card->rx_idle = false;
        card->kick |= DP83820_CR_RXE;
    }
}

/* Puts one piece of physical memory into the next descriptor. The first of a packet stays the driver's until tx_close. */
static void tx_add(struct card *card, const struct netdev_buffer *piece, uint64_t physical,
                   bool more)
{
    uint32_t slot = card->tx_tail % TX_COUNT;
    volatile struct dp83820_tx32 *descriptor = &card->tx[slot];
    uint32_t status = piece->length | (more ? DP83820_TX_STATUS_MORE : 0);

    card->tx_pieces[slot] = (struct tx_piece){piece->offset, piece->length, piece->dataspace};
    dp83820_tx32_set_bufptr(descriptor, (uint32_t)physical);
    dp83820_tx32_set_extsts(descriptor, card->open.sums);
    if (card->tx_tail == card->open.first)
        card->open.first_size = status;
    else
        dp83820_tx32_hand_over(descriptor, status);
    card->tx_tail++;
}

/* A range in several pages, or in one that is not in memory: page by page. */
static bool tx_add_pages(struct card *card, struct netdev_buffer range, bool more)
{
    struct netdev_buffer piece = range;
    uint32_t left = range.length;

    if (left == 0 || left > card->port.frame_bytes_max)
        return false;
    while (left > 0) {
        uint32_t inside = TRANSLATION_PAGE_BYTES - piece.offset % TRANSLATION_PAGE_BYTES;
        uint64_t physical;

        piece.length = (uint16_t)(left < inside ? left : inside);
        physical = netdev_pin(&card->port, &piece);
        if (physical == TRANSLATION_MISS)
            physical = netdev_pin_slow(&card->port, &piece);
        if (physical == TRANSLATION_MISS)
            return false;
        left -= piece.length;
        tx_add(card, &piece, physical, more || left > 0);
        piece.offset += piece.length;
    }
    return true;
}

static void tx_unpin(struct card *card, uint32_t slot)
{
    const struct tx_piece *piece = &card->tx_pieces[slot];

    netdev_unpin(&card->port, piece->dataspace, piece->offset, piece->length);
}

/* Takes the descriptors of the packet back that is being gathered. The card has seen none of them. */
static void tx_undo(struct card *card)
{
    while (card->tx_tail != card->open.first) {
        uint32_t slot = --card->tx_tail % TX_COUNT;

        dp83820_tx32_set_cmdsts(&card->tx[slot], 0);
        tx_unpin(card, slot);
    }
}

/* The packet is complete: gives it to the card, or refuses it. */
static void tx_close(struct card *card)
{
    struct tx_packet *packet = &card->packets[card->packet_tail++ % TX_PACKETS];

    if (card->open.refused || card->open.length < NETDEV_HEADER_BYTES ||
        card->open.length > card->port.frame_bytes_max) {
        card->port.counts.tx_refused++;
        tx_undo(card);
    } else {
        uint32_t status = card->open.first_size;

        if (card->packet_tail % TX_INTERRUPT_EVERY == 0)
            status |= DP83820_TX_STATUS_INTR;
        dp83820_tx32_hand_over(&card->tx[card->open.first % TX_COUNT], status);
        card->kick |= DP83820_CR_TXE;
    }
    packet->cookie = card->open.cookie;
    packet->length = card->open.length;
    packet->end = card->tx_tail;
    card->open.ranges = 0;
}

static uint32_t tx_sums(uint8_t flags)
{
    return (flags & NETDEV_SUM_IPV4 ? DP83820_EXTENDED_STATUS_IPPKT : 0) |
           (flags & NETDEV_SUM_UDP ? DP83820_EXTENDED_STATUS_UDPPKT : 0) |
           (flags & NETDEV_SUM_TCP ? DP83820_EXTENDED_STATUS_TCPPKT : 0);
}

static void tx_range(struct card *card, const struct netdev_buffer *range)
{
    bool more = (range->flags & NETDEV_MORE) != 0;
    uint64_t physical;

    if (card->open.ranges++ == 0) {
        card->open.cookie = range->cookie;
        card->open.first = card->tx_tail;
        card->open.sums = tx_sums(range->flags);
        card->open.length = 0;
        card->open.refused = false;
    }
    card->open.length += range->length;
    if (card->open.ranges > NETDEV_FRAGMENTS_MAX)
        card->open.refused = true;
    if (!card->open.refused) {
        physical = range->length ? netdev_pin(&card->port, range) : TRANSLATION_MISS;
        if (physical != TRANSLATION_MISS)
            tx_add(card, range, physical, more);
        else
            card->open.refused = !tx_add_pages(card, *range, more);
    }
    if (!more)
        tx_close(card);
}

static void tx_reclaim(struct netdev_port *port)
{
    struct card *card = card_of(port);

    for (; card->packet_head != card->packet_tail && netdev_tx_done_room(&port->end, 1);
         card->packet_head++) {
        const struct tx_packet *packet = &card->packets[card->packet_head % TX_PACKETS];
        uint8_t flags = NETDEV_ERROR;

        if (packet->end != card->tx_clean) {
            uint32_t status = dp83820_tx32_cmdsts(&card->tx[(packet->end - 1) % TX_COUNT]);

            if (status & DP83820_TX_STATUS_OWN)
                break;
            for (; card->tx_clean != packet->end; card->tx_clean++)
                tx_unpin(card, card->tx_clean % TX_COUNT);
            if (status & DP83820_TX_STATUS_OK) {
                flags = 0;
                port->counts.tx_frames++;
                port->counts.tx_bytes += packet->length;
            }
        }
        netdev_give_sent(port, packet->cookie, flags);
    }
}

/*
 * Interrupts for transmission, beside that of every TX_INTERRUPT_EVERYth packet, are wanted only while something waits for room or
 * for its buffers.
 */
static void tx_interrupts_want(struct card *card, bool want)
{
    if (want == card->tx_interrupts)
        return;
    card->tx_interrupts = want;
    card_tx_interrupts_set(&card->port, want);
}

static void tx_submit(struct netdev_port *port)
{
    struct card *card = card_of(port);
    uint64_t refused = port->counts.tx_refused;
    struct netdev_buffer range;

    while (netdev_tx_available(&port->end, 1) &&
           card->tx_tail - card->tx_clean <= TX_COUNT - TX_ROOM &&
           card->packet_tail - card->packet_head < TX_PACKETS) {
        netdev_tx_get(&port->end, &range);
        tx_range(card, &range);
    }
    if (port->counts.tx_refused != refused)
        tx_reclaim(port);
    port->in_flight = card->packet_tail - card->packet_head;
    port->tx_blocked = netdev_tx_available(&port->end, 1) != 0;
    tx_interrupts_want(card, port->in_flight && (port->tx_blocked || netdev_client_waits(port)));
    if (card->kick)
        dp83820_write_cr(port->device.registers, card->kick);
    card->kick = 0;
}

/* The card has been reset: everything goes back to the client. */
static void buffers_drop(struct netdev_port *port)
{
    struct card *card = card_of(port);

    for (; card->rx_head != card->rx_tail; card->rx_head++) {
        struct netdev_buffer *buffer = &card->rx_buffers[card->rx_head % RX_COUNT];

        netdev_unpin(port, buffer->dataspace, buffer->offset, buffer->length);
        netdev_give_empty(port, buffer);
    }
    if (card->open.ranges)
        tx_undo(card);
    for (; card->packet_head != card->packet_tail; card->packet_head++) {
        const struct tx_packet *packet = &card->packets[card->packet_head % TX_PACKETS];

        for (; card->tx_clean != packet->end; card->tx_clean++)
            tx_unpin(card, card->tx_clean % TX_COUNT);
        if (netdev_tx_done_room(&port->end, 1))
            netdev_give_sent(port, packet->cookie, NETDEV_ERROR);
    }
}

static enum netdev_found unusual(struct card *card, uint32_t causes)
{
    if (causes == UINT32_MAX && dp83820_read_srr(card->port.device.registers) == UINT32_MAX)
        return NETDEV_GONE;
    if (causes & BUS_FAULTS)
        return NETDEV_BROKEN;
    if (causes & DP83820_INTERRUPT_PHY)
        card_medium_check(card);
    if (causes & (DP83820_INTERRUPT_RXORN | DP83820_INTERRUPT_RXSOVR))
        card->port.counts.rx_dropped++;
    if (causes & DP83820_INTERRUPT_RXIDLE)
        card->rx_idle = true;
    return NETDEV_WORK;
}

/* One read of the causes: it clears them all, so all are dealt with. */
static enum netdev_found irq(struct netdev_port *port)
{
    uint32_t causes = dp83820_read_isr(port->device.registers);

    if (causes == 0)
        return NETDEV_NOT_OURS;
    if (causes & UNUSUAL)
        return unusual(card_of(port), causes);
    return NETDEV_WORK;
}

static const struct netdev_hardware hardware = {
    .irq = irq,
    .rx_deliver = rx_deliver,
    .rx_refill = rx_refill,
    .tx_submit = tx_submit,
    .tx_reclaim = tx_reclaim,
    .reset = card_reset,
    .start = card_start,
    .filter_set = card_filter_set,
    .interrupts_set = card_interrupts_set,
    .buffers_drop = buffers_drop,
};

static bool start(struct instance *self)
{
    struct card *card = self->state;

    card->port.hardware = &hardware;
    return card_attach(card, self) && netdev_port_start(&card->port, self);
}

const struct component dp83820_component = {
    .name = "dp83820",
    .state_bytes = sizeof(struct card),
    .start = start,
    .opened = netdev_opened,
    .closed = netdev_closed,
    .event = netdev_event,
    .sleep = netdev_sleep,
    .irq = netdev_irq,
    .timer = netdev_timer,
    .call = netdev_call,
};
