/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings of descriptors: what is not on the way of the usual packet. include/driver/netring.h tells
 * the story. */
#include <driver/netring.h>

enum { SPILL_MAX = 8 };

void netring_clear(struct netring *ring)
{
    ring->rx_head = ring->rx_tail = 0;
    ring->tx_clean = ring->tx_tail = 0;
    ring->packet_head = ring->packet_tail = 0;
    ring->passing_over = false;
    ring->rx_spilled = 0;
    ring->tx_interrupts = false;
    netring_interrupted(ring);
    /* The receiver is started with the first buffers. */
    ring->rx_stopped = true;
}

void netring_drop(struct netring *ring, struct netdev_buffer *buffer, bool more)
{
    ring->rx_spilled = more ? ring->rx_spilled + 1 : 0;
    if (ring->rx_spilled > SPILL_MAX)
        ring->port.suspect = true;
    netdev_give_empty(&ring->port, buffer);
}

/* A packet while it is gathered. */
struct gathering {
    uint32_t first, tail; /* slots */
    uint32_t first_word;  /* gives the first to the card */
    uint32_t sums, length;
    bool report;
};

/* Puts one piece of memory into a slot; all but the first of a packet go to the card at once. */
static void add(struct netring *ring, struct gathering *packet, const struct netdev_buffer *piece,
                uint64_t physical, bool more)
{
    uint32_t slot = packet->tail % NETRING_TX;
    struct netring_part part = {.physical = physical,
                                .length = piece->length,
                                .sums = packet->sums,
                                .more = more,
                                .report = packet->report && !more};
    uint32_t word = netring_fill(ring, ring->card, slot, piece, &part);

    if (packet->tail++ == packet->first)
        packet->first_word = word;
    else
        ring->card->tx_give(ring, slot, word);
}

/* A range that is not in one piece of memory: page by page. */
static bool add_pages(struct netring *ring, struct gathering *packet, struct netdev_buffer piece)
{
    uint32_t left = piece.length;
    bool more = (piece.flags & NETDEV_MORE) != 0;

    if (left == 0 || left > ring->port.frame_bytes_max)
        return false;
    while (left > 0) {
        uint32_t inside = TRANSLATION_PAGE_BYTES - piece.offset % TRANSLATION_PAGE_BYTES;
        uint64_t physical;

        piece.length = (uint16_t)(left < inside ? left : inside);
        physical = netdev_pin(&ring->port, &piece);
        if (physical == TRANSLATION_MISS)
            return false;
        left -= piece.length;
        add(ring, packet, &piece, physical, more || left > 0);
        piece.offset += piece.length;
    }
    return true;
}

/* Takes slots back that the card has not seen, because the first of their packet is not its. */
static void undo(struct netring *ring, const struct gathering *packet)
{
    for (uint32_t i = packet->first; i != packet->tail; i++)
        ring->card->tx_clear(ring, i % NETRING_TX);
}

void netring_pass_over(struct netring *ring)
{
    struct netdev_buffer range;

    while (ring->passing_over && netdev_tx_available(&ring->port.end, 1)) {
        netdev_tx_get(&ring->port.end, &range);
        ring->passing_over = (range.flags & NETDEV_MORE) != 0;
    }
    if (ring->passing_over)
        return;
    ring->port.counts.tx_refused++;
    netring_note(ring, ring->passed_cookie, ring->tx_tail, 0);
}

/* Adds one range. False: it is none that can be sent. */
static bool add_range(struct netring *ring, struct gathering *packet,
                      const struct netdev_buffer *range)
{
    uint64_t physical = netdev_pin(&ring->port, range);

    packet->length += range->length;
    if (physical == TRANSLATION_MISS)
        return add_pages(ring, packet, *range);
    add(ring, packet, range, physical, range->flags & NETDEV_MORE);
    return true;
}

uint32_t netring_packet_any(struct netring *ring, uint32_t available)
{
    struct netdev_port *port = &ring->port;
    struct gathering packet = {
        .first = ring->tx_tail, .tail = ring->tx_tail, .report = netring_reports_next(ring)};
    struct netdev_buffer range;
    uint64_t cookie = 0;
    uint32_t ranges = 0;
    bool refused = false;

    do {
        if (ranges == available) {
            undo(ring, &packet);
            ring_unget(&port->end.tx, ranges);
            port->tx_incomplete = ranges;
            return 0;
        }
        if (ranges == NETDEV_FRAGMENTS_MAX) {
            undo(ring, &packet);
            ring->passing_over = true;
            ring->passed_cookie = cookie;
            return ranges;
        }
        netdev_tx_get(&port->end, &range);
        if (ranges++ == 0) {
            cookie = range.cookie;
            packet.sums = ring->card->tx_sums(range.flags);
        }
        refused = refused || !add_range(ring, &packet, &range);
    } while (range.flags & NETDEV_MORE);

    if (refused ||
        packet.length - NETDEV_HEADER_BYTES > port->frame_bytes_max - NETDEV_HEADER_BYTES) {
        undo(ring, &packet);
        port->counts.tx_refused++;
        netring_note(ring, cookie, packet.first, 0);
        return ranges;
    }
    ring->card->tx_give(ring, packet.first % NETRING_TX, packet.first_word);
    netring_note(ring, cookie, packet.tail, packet.length);
    return ranges;
}

/* The card has been reset: everything goes back to the client. */
void netring_buffers_drop(struct netdev_port *port)
{
    struct netring *ring = netring_of(port);

    for (; ring->rx_head != ring->rx_tail; ring->rx_head++)
        netdev_give_empty(port, &ring->rx_buffers[ring->rx_head % NETRING_RX]);
    for (; ring->packet_head != ring->packet_tail; ring->packet_head++)
        if (netdev_tx_done_room(&port->end, 1))
            netdev_give_sent(port, ring->packets[ring->packet_head % NETRING_PACKETS].cookie,
                             NETDEV_ERROR);
    ring->tx_clean = ring->tx_tail;
}

void netring_buffers_mark(struct netdev_port *port)
{
    struct netring *ring = netring_of(port);

    for (uint32_t i = ring->rx_head; i != ring->rx_tail; i++) {
        const struct netdev_buffer *buffer = &ring->rx_buffers[i % NETRING_RX];

        netdev_in_use(port, buffer->dataspace, buffer->offset, buffer->length);
    }
    for (uint32_t i = ring->tx_clean; i != ring->tx_tail; i++) {
        const struct netring_piece *piece = &ring->tx_pieces[i % NETRING_TX];

        netdev_in_use(port, piece->dataspace, piece->offset, piece->length);
    }
}

bool netring_interrupt_is_due(struct netdev_port *port)
{
    struct netring *ring = netring_of(port);

    if (!ring->due && ring->rx_burst >= NETRING_BURST_LEAST &&
        ring->rx_burst <= NETRING_BURST_MOST) {
        netring_interrupted(ring);
        ring->due = true;
        ring->card->interrupt_ask(ring);
    }
    return ring->due;
}

/* A card goes from slot to slot, so a slot that is done proves that those before it are. */
bool netring_is_stuck(struct netdev_port *port)
{
    struct netring *ring = netring_of(port);
    struct netring_frame frame;

    for (uint32_t i = ring->rx_head + 1; (int32_t)(ring->rx_tail - i) > 0; i++)
        if (ring->card->rx_done(ring, i % NETRING_RX, &frame))
            return !ring->card->rx_done(ring, ring->rx_head % NETRING_RX, &frame);
    return false;
}
