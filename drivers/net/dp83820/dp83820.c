/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DP83820: packets. One closed ring of descriptors each way. The card owns a receive descriptor
 * while OWN is 0 and a transmit descriptor while OWN is 1 (section 6.4), and stops at the first one
 * that it does not own.
 *
 * Receive: [rx_head, rx_tail) is with the card. Frames are taken in order only; the status word
 * says all, and is read once.
 *
 * Transmit: [tx_clean, tx_tail) is in use. A packet's first descriptor gets its OWN bit last, when
 * the packet is complete, so the card never sees half of one. A packet is done when its last
 * descriptor is; a packet that was refused has no descriptors and waits for its turn like the
 * others.
 *
 * Interrupts are asked for frames, not for completed transmissions: these are collected when there
 * is something to do anyway. Only every TX_INTERRUPT_EVERYth packet interrupts, and the end of the
 * work if somebody waits for it.
 */
#include "dp83820.h"

#include <string.h>

enum {
    REFILL_BATCH = 16,
    TX_INTERRUPT_EVERY = 64,
    TX_ROOM = 32, /* descriptors that one packet can need: as many pages as its ranges span */
    SPILL_MAX = 8,
    BURST_LEAST = 2, /* frames in a burst whose answers wait for the next interrupt */
    BURST_MOST = 32,
};

#define UNUSUAL                                                                                    \
    (~(DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_TXOK |                \
       DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_SWI | DP83820_INTERRUPT_TXIDLE |               \
       DP83820_INTERRUPT_RXEARLY))

#define BUS_FAULTS                                                                                 \
    (DP83820_INTERRUPT_RTABT | DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_SSERR |                 \
     DP83820_INTERRUPT_DPERR)

static struct card *card_of(struct netdev_port *port)
{
    return (struct card *)port;
}

/* A descriptor that holds no good frame. A frame longer than its buffer goes on in the next ones:
 * all of it is dropped. */
static void rx_drop(struct card *card, struct netdev_buffer *buffer, uint32_t status)
{
    bool more = (status & DP83820_RX_STATUS_MORE) != 0;

    card->rx_spilled = more ? card->rx_spilled + 1 : 0;
    if (card->rx_spilled > SPILL_MAX)
        card->port.suspect = true;
    netdev_give_empty(&card->port, buffer);
}

static void rx_deliver(struct netdev_port *port)
{
    struct card *card = card_of(port);
    uint32_t head = card->rx_head, filled = card->rx_tail - head, count = 0;
    uint32_t room = netdev_rx_room(&port->end, filled);
    uint64_t bytes = 0;

    for (uint32_t end = head + (filled < room ? filled : room); head != end; head++) {
        struct netdev_buffer *buffer = &card->rx_buffers[head % RX_COUNT];
        volatile struct dp83820_rx32 *descriptor = &card->rx[head % RX_COUNT];
        uint32_t status = dp83820_rx32_cmdsts(descriptor);
        uint32_t size = dp83820_rx_status_size(status);
        uint32_t sums;

        if (!(status & DP83820_RX_STATUS_OWN))
            break;
        if ((status & (DP83820_RX_STATUS_OK | DP83820_RX_STATUS_MORE)) != DP83820_RX_STATUS_OK ||
            size < NETDEV_HEADER_BYTES || size > buffer->length || card->rx_spilled) {
            rx_drop(card, buffer, status);
            continue;
        }
        /* The extended status was written before OWN and must not be read before it. */
        atomic_thread_fence(memory_order_acquire);
        sums = dp83820_rx32_extsts(descriptor) >> DP83820_EXTENDED_STATUS_IPPKT_SHIFT;
        netdev_give_filled(port, buffer, (uint16_t)size, card->rx_flags[sums % 64]);
        bytes += size;
        count++;
    }
    card->rx_head = head;
    card->rx_burst += count;
    netdev_received(port, count, bytes);
}

static __attribute__((noinline)) void rx_refill_now(struct card *card)
{
    struct netdev_port *port = &card->port;
    uint32_t tail = card->rx_tail, room = RX_COUNT - (tail - card->rx_head);
    uint32_t given = netdev_rx_free_available(&port->end, room);

    for (uint32_t left = given < room ? given : room; left > 0; left--) {
        struct netdev_buffer *buffer = &card->rx_buffers[tail % RX_COUNT];
        volatile struct dp83820_rx32 *descriptor = &card->rx[tail % RX_COUNT];
        /* Buffers begin at multiples of 8, section 8.3. */
        uint64_t physical = netdev_take_empty(port, buffer, 7);

        if (physical == TRANSLATION_MISS)
            continue;
        dp83820_rx32_set_bufptr(descriptor, (uint32_t)physical);
        dp83820_rx32_hand_over(descriptor, buffer->length);
        tail++;
    }
    card->rx_tail = tail;
    port->starving = card->rx_head == tail;
    if (card->rx_idle && !port->starving) {
        card->rx_idle = false;
        dp83820_write_cr(port->device.registers, DP83820_CR_RXE);
    }
}

/* Buffers go to the card in batches, or when it has run out of them. */
static void rx_refill(struct netdev_port *port)
{
    struct card *card = card_of(port);

    if (card->rx_tail - card->rx_head <= RX_COUNT - REFILL_BATCH || card->rx_idle)
        rx_refill_now(card);
}

/*
 * Puts one piece of memory into a descriptor. The card must not see the first of a packet before
 * the others are there: its status is returned instead of written.
 */
static inline uint32_t tx_add(struct card *card, uint32_t slot, bool first, uint32_t sums,
                              const struct netdev_buffer *piece, uint64_t physical, bool more)
{
    volatile struct dp83820_tx32 *descriptor = &card->tx[slot];
    uint32_t status = piece->length | (uint32_t)more << DP83820_TX_STATUS_MORE_SHIFT;

    memcpy(&card->tx_pieces[slot], piece, sizeof(card->tx_pieces[slot]));
    dp83820_tx32_set_bufptr(descriptor, (uint32_t)physical);
    dp83820_tx32_set_extsts(descriptor, sums);
    if (!first)
        dp83820_tx32_hand_over(descriptor, status);
    return status;
}

/* A packet while it is gathered. */
struct gathering {
    uint32_t first, tail;  /* descriptors */
    uint32_t first_status; /* of the first */
    uint32_t sums, length;
};

/* A range that is not in one piece of memory: page by page. */
static bool tx_add_pages(struct card *card, struct gathering *packet, struct netdev_buffer piece)
{
    uint32_t left = piece.length;
    bool more = (piece.flags & NETDEV_MORE) != 0;

    if (left == 0 || left > card->port.frame_bytes_max)
        return false;
    while (left > 0) {
        uint32_t inside = TRANSLATION_PAGE_BYTES - piece.offset % TRANSLATION_PAGE_BYTES;
        bool first = packet->tail == packet->first;
        uint64_t physical;
        uint32_t status;

        piece.length = (uint16_t)(left < inside ? left : inside);
        physical = netdev_pin(&card->port, &piece);
        if (physical == TRANSLATION_MISS)
            return false;
        left -= piece.length;
        status = tx_add(card, packet->tail++ % TX_COUNT, first, packet->sums, &piece, physical,
                        more || left > 0);
        if (first)
            packet->first_status = status;
        piece.offset += piece.length;
    }
    return true;
}

static uint32_t tx_sums(uint32_t flags)
{
    return (flags & NETDEV_SUM_IPV4 ? DP83820_EXTENDED_STATUS_IPPKT : 0) |
           (flags & NETDEV_SUM_UDP ? DP83820_EXTENDED_STATUS_UDPPKT : 0) |
           (flags & NETDEV_SUM_TCP ? DP83820_EXTENDED_STATUS_TCPPKT : 0);
}

/* Takes back descriptors that the card has not seen, because the first of their packet is not its.
 */
static void tx_undo(struct card *card, const struct gathering *packet)
{
    for (uint32_t i = packet->first; i != packet->tail; i++)
        dp83820_tx32_set_cmdsts(&card->tx[i % TX_COUNT], 0);
}

/* Notes a packet, refused or given to the card, for its turn in tx_reclaim. */
static inline void tx_note(struct card *card, uint64_t cookie, uint32_t end, uint32_t length)
{
    card->packets[card->packet_tail % TX_PACKETS] = (struct tx_packet){cookie, end, length};
    card->packet_tail++;
    card->tx_tail = end;
}

/* Passes over the ranges of a packet that had too many, up to its end. */
static void tx_pass_over(struct card *card)
{
    struct netdev_buffer range;

    while (card->passing_over && netdev_tx_available(&card->port.end, 1)) {
        netdev_tx_get(&card->port.end, &range);
        card->passing_over = (range.flags & NETDEV_MORE) != 0;
    }
    if (card->passing_over)
        return;
    card->port.counts.tx_refused++;
    tx_note(card, card->passed_cookie, card->tx_tail, 0);
}

/* Gathers one packet and gives it to the card. Returns how many of the `available` entries it took,
 * 0 if they are not all there. */
static uint32_t tx_packet(struct card *card, uint32_t available)
{
    struct netdev_port *port = &card->port;
    struct gathering packet = {.first = card->tx_tail, .tail = card->tx_tail};
    struct netdev_buffer range;
    uint64_t cookie = 0;
    uint32_t ranges = 0;
    bool refused = false;

    do {
        uint64_t physical;

        if (ranges == available) {
            tx_undo(card, &packet);
            ring_unget(&port->end.tx, ranges);
            port->tx_incomplete = ranges;
            return 0;
        }
        if (ranges == NETDEV_FRAGMENTS_MAX) {
            tx_undo(card, &packet);
            card->passing_over = true;
            card->passed_cookie = cookie;
            return ranges;
        }
        netdev_tx_get(&port->end, &range);
        physical = netdev_pin(port, &range);
        packet.length += range.length;
        if (ranges++ == 0) {
            cookie = range.cookie;
            packet.sums = tx_sums(range.flags);
        }
        if (physical != TRANSLATION_MISS && !refused) {
            bool first = packet.tail == packet.first;
            uint32_t status = tx_add(card, packet.tail % TX_COUNT, first, packet.sums, &range,
                                     physical, range.flags & NETDEV_MORE);

            if (first)
                packet.first_status = status;
            packet.tail++;
        } else {
            refused = refused || !tx_add_pages(card, &packet, range);
        }
    } while (range.flags & NETDEV_MORE);

    if (refused ||
        packet.length - NETDEV_HEADER_BYTES > port->frame_bytes_max - NETDEV_HEADER_BYTES) {
        tx_undo(card, &packet);
        port->counts.tx_refused++;
        tx_note(card, cookie, packet.first, 0);
        return ranges;
    }
    if (card->packet_tail % TX_INTERRUPT_EVERY == 0)
        packet.first_status |= DP83820_TX_STATUS_INTR;
    dp83820_tx32_hand_over(&card->tx[packet.first % TX_COUNT], packet.first_status);
    tx_note(card, cookie, packet.tail, packet.length);
    return ranges;
}

/*
 * The usual packet, a header and a payload that each lie in one page: what tx_packet does, in one
 * straight line. Returns 0, and has done nothing that tx_packet does not do again, if the packet is
 * anything else.
 */
static inline uint32_t tx_usual_packet(struct card *card)
{
    struct netdev_port *port = &card->port;
    uint32_t first = card->tx_tail % TX_COUNT, second = (card->tx_tail + 1) % TX_COUNT;
    struct netdev_buffer header, payload;
    uint64_t header_physical, payload_physical;
    uint32_t length, sums, status;

    netdev_tx_get(&port->end, &header);
    netdev_tx_get(&port->end, &payload);
    header_physical = netdev_pin(port, &header);
    payload_physical = netdev_pin(port, &payload);
    length = (uint32_t)header.length + payload.length;
    if (!(header.flags & NETDEV_MORE) || payload.flags & NETDEV_MORE ||
        header_physical == TRANSLATION_MISS || payload_physical == TRANSLATION_MISS ||
        length - NETDEV_HEADER_BYTES > port->frame_bytes_max - NETDEV_HEADER_BYTES) {
        ring_unget(&port->end.tx, 2);
        return 0;
    }
    sums = tx_sums(header.flags);
    status = tx_add(card, first, true, sums, &header, header_physical, true);
    tx_add(card, second, false, sums, &payload, payload_physical, false);
    if (card->packet_tail % TX_INTERRUPT_EVERY == 0)
        status |= DP83820_TX_STATUS_INTR;
    dp83820_tx32_hand_over(&card->tx[first], status);
    tx_note(card, header.cookie, card->tx_tail + 2, length);
    return 2;
}

static void tx_reclaim(struct netdev_port *port)
{
    struct card *card = card_of(port);
    uint32_t head = card->packet_head, waiting = card->packet_tail - head;
    uint32_t room = netdev_tx_done_room(&port->end, waiting);
    uint64_t bytes = 0, count = 0;

    for (uint32_t end = head + (waiting < room ? waiting : room); head != end; head++) {
        const struct tx_packet *packet = &card->packets[head % TX_PACKETS];
        uint8_t flags = NETDEV_ERROR;

        if (packet->end != card->tx_clean) {
            uint32_t status = dp83820_tx32_cmdsts(&card->tx[(packet->end - 1) % TX_COUNT]);

            if (status & DP83820_TX_STATUS_OWN)
                break;
            card->tx_clean = packet->end;
            if (status & DP83820_TX_STATUS_OK) {
                flags = 0;
                bytes += packet->length;
                count++;
            }
        }
        netdev_give_sent(port, packet->cookie, flags);
    }
    card->packet_head = head;
    port->in_flight = card->packet_tail - head;
    port->counts.tx_frames += count;
    port->counts.tx_bytes += bytes;
}

/*
 * Interrupts for transmission, beside that of every TX_INTERRUPT_EVERYth packet, are wanted only
 * while something waits for room or for its buffers.
 */
static void tx_interrupts_want(struct card *card, bool want)
{
    if (want == card->tx_interrupts)
        return;
    card->tx_interrupts = want;
    card_tx_interrupts_set(&card->port, want);
}

static bool tx_has_room(const struct card *card)
{
    return card->tx_tail - card->tx_clean <= TX_COUNT - TX_ROOM &&
           card->packet_tail - card->packet_head < TX_PACKETS;
}

static void tx_submit(struct netdev_port *port)
{
    struct card *card = card_of(port);
    uint64_t refused = port->counts.tx_refused;
    uint32_t before = card->tx_tail;

    port->tx_incomplete = 0;
    do {
        uint32_t available, taken = 1;

        if (card->passing_over)
            tx_pass_over(card);
        available = netdev_tx_available(&port->end, UINT32_MAX);
        while (available > 0 && taken > 0 && !card->passing_over && tx_has_room(card)) {
            taken = available >= 2 ? tx_usual_packet(card) : 0;
            if (taken == 0)
                taken = tx_packet(card, available);
            available -= taken;
        }
        /* A packet of too many ranges is dealt with from outside the loop. */
    } while (card->passing_over && netdev_tx_available(&port->end, 1));
    if (port->counts.tx_refused != refused)
        tx_reclaim(port);
    port->in_flight = card->packet_tail - card->packet_head;
    port->tx_blocked = !tx_has_room(card);
    tx_interrupts_want(card, port->in_flight && (port->tx_blocked || netdev_client_waits(port)));
    if (card->tx_tail != before)
        dp83820_write_cr(port->device.registers, DP83820_CR_TXE);
}

/* The card has been reset: everything goes back to the client. */
static void buffers_drop(struct netdev_port *port)
{
    struct card *card = card_of(port);

    for (; card->rx_head != card->rx_tail; card->rx_head++)
        netdev_give_empty(port, &card->rx_buffers[card->rx_head % RX_COUNT]);
    for (; card->packet_head != card->packet_tail; card->packet_head++)
        if (netdev_tx_done_room(&port->end, 1))
            netdev_give_sent(port, card->packets[card->packet_head % TX_PACKETS].cookie,
                             NETDEV_ERROR);
    card->tx_clean = card->tx_tail;
}

static void buffers_mark(struct netdev_port *port)
{
    struct card *card = card_of(port);

    for (uint32_t i = card->rx_head; i != card->rx_tail; i++) {
        const struct netdev_buffer *buffer = &card->rx_buffers[i % RX_COUNT];

        netdev_in_use(port, buffer->dataspace, buffer->offset, buffer->length);
    }
    for (uint32_t i = card->tx_clean; i != card->tx_tail; i++) {
        const struct tx_piece *piece = &card->tx_pieces[i % TX_COUNT];

        netdev_in_use(port, piece->dataspace, piece->offset, piece->length);
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
    struct card *card = card_of(port);
    uint32_t causes = dp83820_read_isr(port->device.registers);

    card->due = false;
    card->rx_burst = 0;
    if (causes == 0)
        return NETDEV_NOT_OURS;
    if (causes & UNUSUAL)
        return unusual(card, causes);
    return NETDEV_WORK;
}

/*
 * Where interrupts are held off and frames come in bursts, the answers to one burst can leave with
 * the next. So that they do if no other burst comes, the driver asks the card for an interrupt
 * (CR.SWI); the card holds it off like any other. After a long burst the wake-up is cheap for each
 * packet, and waiting would keep too many buffers of the client busy.
 */
static bool interrupt_is_due(struct netdev_port *port)
{
    struct card *card = card_of(port);

    if (!card->due && card->gathers && card->rx_burst >= BURST_LEAST &&
        card->rx_burst <= BURST_MOST) {
        card->due = true;
        card->rx_burst = 0;
        dp83820_write_cr(port->device.registers, DP83820_CR_SWI);
    }
    return card->due;
}

static const struct netdev_hardware hardware = {
    .interrupt_is_due = interrupt_is_due,
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
    .buffers_mark = buffers_mark,
};

/* What six checksum bits say. An error bit beside a good one leaves nothing good, section 21
 * case 28. */
static uint8_t flags_of(uint32_t extsts)
{
    if (extsts & (DP83820_EXTENDED_STATUS_IPERR | DP83820_EXTENDED_STATUS_UDPERR |
                  DP83820_EXTENDED_STATUS_TCPERR))
        return NETDEV_SUM_BAD;
    return (extsts & DP83820_EXTENDED_STATUS_IPPKT ? NETDEV_IPV4_GOOD : 0) |
           (extsts & (DP83820_EXTENDED_STATUS_UDPPKT | DP83820_EXTENDED_STATUS_TCPPKT)
                ? NETDEV_PAYLOAD_GOOD
                : 0);
}

static bool start(struct instance *self)
{
    struct card *card = self->state;

    for (uint32_t i = 0; i < sizeof(card->rx_flags); i++)
        card->rx_flags[i] = flags_of(i << DP83820_EXTENDED_STATUS_IPPKT_SHIFT);
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
