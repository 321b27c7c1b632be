/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two rings of descriptors that a network card has, as every such card has them.
 *
 * A driver embeds a `struct netring` as the first member of its state and describes its descriptors
 * by a table of verbs, `struct netring_card`. The functions of this header do the rest of what
 * `struct netdev_hardware` asks: which buffer is in which slot, batches, gathered packets, order of
 * completion, when the card has to interrupt. Those on the packet's way are inline, so that with a
 * constant table each verb becomes the few stores it stands for; the others are in netring.c.
 *
 * Receive: slots [rx_head, rx_tail) are with the card. Frames are taken in order only. A frame
 * longer than its buffer goes on in the next slots: all of it is dropped.
 *
 * Transmit: slots [tx_clean, tx_tail) are in use. A packet's first slot is given to the card last,
 * when the packet is complete, so the card never sees half of one. A packet is done when its last
 * slot is; one that was refused has no slots and waits for its turn like the others.
 *
 * The card can write into descriptors, so nothing is ever read back from them but what a verb says
 * of its status: buffers, lengths and order are remembered here.
 *
 * Interrupts are asked for frames, not for packets that were sent: these are collected when there
 * is something to do anyway. Only every NETRING_REPORT_EVERYth packet interrupts, and the end of
 * the work if somebody waits for it.
 *
 * Where interrupts are held off (`port.gathers`) and frames come in bursts, the answers to one
 * burst can leave with the next. So that they do if no other burst comes, the card is asked for an
 * interrupt, which it holds off like any other. After a long burst the wake-up is cheap for each
 * packet, and waiting would keep too many buffers of the client busy.
 */
#ifndef DRIVER_NETRING_H
#define DRIVER_NETRING_H

#include <driver/netturn.h>
#include <string.h>

enum {
    NETRING_RX = 256, /* slots */
    NETRING_TX = 1024,
    NETRING_PACKETS = 512, /* in the driver at a time: as many as `tx_done` has entries */
    NETRING_PIECES = 32,   /* slots that one packet can need: as many pages as its ranges span */
    NETRING_REFILL_BATCH = 16,
    NETRING_REPORT_EVERY = 64,
    NETRING_BURST_LEAST = 2, /* frames in a burst whose answers wait for the next interrupt */
    NETRING_BURST_MOST = 32,
};

struct netring;

/* What a card says of a slot that it has filled. All of it is to be believed only after a check. */
struct netring_frame {
    uint32_t length;
    uint8_t flags; /* of netdev's rx entries */
    bool good;     /* a whole frame, undamaged */
    bool more;     /* it goes on in the next slot */
};

/* One piece of a packet. */
struct netring_part {
    uint64_t physical;
    uint32_t length;
    uint32_t sums; /* that the card is to fill in, in its own bits */
    bool more;     /* another one follows */
    bool report;   /* the card interrupts when the packet is sent */
};

enum netring_sent { NETRING_PENDING, NETRING_SENT, NETRING_FAILED };

struct netring_card {
    /* True if the card is done with the slot; each word of it is read once. */
    bool (*rx_done)(struct netring *ring, uint32_t slot, struct netring_frame *frame);
    void (*rx_give)(struct netring *ring, uint32_t slot, uint64_t physical, uint32_t length);
    /* Slots were given: sets the receiver going if it has stopped. */
    void (*rx_kick)(struct netring *ring);
    /* The card's bits for the checksums in `flags` of netdev's tx entries. */
    uint32_t (*tx_sums)(uint32_t flags);
    /* Fills a slot but for the word that gives it to the card, which is returned. */
    uint32_t (*tx_fill)(struct netring *ring, uint32_t slot, const struct netring_part *part);
    void (*tx_give)(struct netring *ring, uint32_t slot, uint32_t word);
    /* Takes a slot back that the card has not seen. */
    void (*tx_clear)(struct netring *ring, uint32_t slot);
    enum netring_sent (*tx_done)(struct netring *ring, uint32_t slot);
    void (*tx_kick)(struct netring *ring);
    /* Whether the card is to interrupt when it has nothing left to send. */
    void (*tx_interrupts)(struct netring *ring, bool on);
    /* Asks for an interrupt within the hold-off. Needed where `port.gathers` is set. */
    void (*interrupt_ask)(struct netring *ring);
    uint32_t rx_align_mask; /* bits that are 0 in the address of a receive buffer */
};

struct netring {
    struct netdev_port port; /* first: the instance's state begins with it */
    const struct netring_card *card;

    uint32_t rx_head;    /* oldest slot that the card has, modulo 2^32 */
    uint32_t rx_tail;    /* next one to give */
    uint32_t rx_burst;   /* frames that the last interrupt brought */
    bool rx_stopped;     /* the card found no buffer and waits to be told; the driver sets it */
    unsigned rx_spilled; /* slots of a frame that was longer than its buffer */
    bool due;            /* one was asked for */

    uint32_t tx_clean; /* oldest slot in use */
    uint32_t tx_tail;  /* next one to fill */
    uint32_t packet_head, packet_tail;
    bool tx_interrupts; /* are on */

    /* A packet of too many ranges: the rest of them is passed over. */
    bool passing_over;
    uint64_t passed_cookie;

    struct netdev_buffer rx_buffers[NETRING_RX];
    /* What a slot points to: the first half of the client's entry. */
    struct netring_piece {
        uint32_t offset;
        uint16_t length;
        uint8_t dataspace;
        uint8_t flags;
    } tx_pieces[NETRING_TX];
    struct netring_packet {
        uint64_t cookie;
        uint32_t end; /* index behind its last slot; where it began: it was refused */
        uint32_t length;
    } packets[NETRING_PACKETS];
};

static_assert(offsetof(struct netring, port) == 0, "the library finds the port there");
static_assert(sizeof(struct netring_piece) == 8 && offsetof(struct netdev_buffer, cookie) == 8,
              "the half before the cookie");

static inline struct netring *netring_of(struct netdev_port *port)
{
    return (struct netring *)port;
}

/* Empty rings; to be called whenever the card starts with descriptors that hold nothing to do. */
void netring_clear(struct netring *ring);

/* For netdev_hardware as they are. */
bool netring_interrupt_is_due(struct netdev_port *port);
bool netring_is_stuck(struct netdev_port *port);
void netring_buffers_drop(struct netdev_port *port);
void netring_buffers_mark(struct netdev_port *port);

/* The card raised an interrupt that was its own: a new burst begins. */
static inline void netring_interrupted(struct netring *ring)
{
    ring->due = false;
    ring->rx_burst = 0;
}

/* A slot that holds no good frame. */
void netring_drop(struct netring *ring, struct netdev_buffer *buffer, bool more);

NETDEV_INLINE void netring_deliver(struct netring *ring, const struct netring_card *card)
{
    struct netdev_port *port = &ring->port;
    uint32_t head = ring->rx_head, filled = ring->rx_tail - head, count = 0;
    uint32_t room = netdev_rx_room(&port->end, filled);
    uint64_t bytes = 0;

    for (uint32_t end = head + (filled < room ? filled : room); head != end; head++) {
        struct netdev_buffer *buffer = &ring->rx_buffers[head % NETRING_RX];
        struct netring_frame frame;

        if (!card->rx_done(ring, head % NETRING_RX, &frame))
            break;
        if (!frame.good || frame.length < NETDEV_HEADER_BYTES || frame.length > buffer->length ||
            ring->rx_spilled) {
            netring_drop(ring, buffer, frame.more);
            continue;
        }
        netdev_give_filled(port, buffer, (uint16_t)frame.length, frame.flags);
        bytes += frame.length;
        count++;
    }
    ring->rx_head = head;
    ring->rx_burst += count;
    netdev_received(port, count, bytes);
}

NETDEV_INLINE void netring_refill_now(struct netring *ring, const struct netring_card *card)
{
    struct netdev_port *port = &ring->port;
    uint32_t tail = ring->rx_tail, room = NETRING_RX - (tail - ring->rx_head);
    uint32_t given = netdev_rx_free_available(&port->end, room);

    for (uint32_t left = given < room ? given : room; left > 0; left--) {
        struct netdev_buffer *buffer = &ring->rx_buffers[tail % NETRING_RX];
        uint64_t physical = netdev_take_empty(port, buffer, card->rx_align_mask);

        if (physical == TRANSLATION_MISS)
            continue;
        card->rx_give(ring, tail % NETRING_RX, physical, buffer->length);
        tail++;
    }
    ring->rx_tail = tail;
    port->starving = ring->rx_head == tail;
    if (!port->starving)
        card->rx_kick(ring);
}

/* Buffers go to the card in batches, or when it has run out of them. */
NETDEV_INLINE void netring_refill(struct netring *ring, const struct netring_card *card)
{
    if (ring->rx_tail - ring->rx_head <= NETRING_RX - NETRING_REFILL_BATCH || ring->rx_stopped)
        netring_refill_now(ring, card);
}

/* Fills the slot, remembers what is in it, returns the word that gives it to the card. */
NETDEV_INLINE uint32_t netring_fill(struct netring *ring, const struct netring_card *card,
                                    uint32_t slot, const struct netdev_buffer *piece,
                                    const struct netring_part *part)
{
    memcpy(&ring->tx_pieces[slot], piece, sizeof(ring->tx_pieces[slot]));
    return card->tx_fill(ring, slot, part);
}

/* Notes a packet, refused or given to the card, for its turn in netring_reclaim. */
NETDEV_INLINE void netring_note(struct netring *ring, uint64_t cookie, uint32_t end,
                                uint32_t length)
{
    ring->packets[ring->packet_tail % NETRING_PACKETS] =
        (struct netring_packet){cookie, end, length};
    ring->packet_tail++;
    ring->tx_tail = end;
}

NETDEV_INLINE bool netring_reports_next(const struct netring *ring)
{
    return ring->packet_tail % NETRING_REPORT_EVERY == 0;
}

/* Passes over the ranges of a packet that had too many, up to its end. */
void netring_pass_over(struct netring *ring);

/* Gathers one packet of any shape and gives it to the card. Returns how many of the `available`
 * entries it took, 0 if they are not all there. */
uint32_t netring_packet_any(struct netring *ring, uint32_t available);

/*
 * The usual packet, a header and a payload that each lie in one page: what netring_packet_any does,
 * in one straight line. Returns 0, and has done nothing that netring_packet_any does not do again,
 * if the packet is anything else.
 */
NETDEV_INLINE uint32_t netring_packet_usual(struct netring *ring, const struct netring_card *card)
{
    struct netdev_port *port = &ring->port;
    uint32_t first = ring->tx_tail % NETRING_TX, second = (ring->tx_tail + 1) % NETRING_TX;
    struct netdev_buffer header, payload;
    uint64_t header_physical, payload_physical;
    uint32_t length, word, sums;

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
    sums = card->tx_sums(header.flags);
    word = netring_fill(ring, card, second, &payload,
                        &(struct netring_part){.physical = payload_physical,
                                               .length = payload.length,
                                               .sums = sums,
                                               .report = netring_reports_next(ring)});
    card->tx_give(ring, second, word);
    word = netring_fill(
        ring, card, first, &header,
        &(struct netring_part){
            .physical = header_physical, .length = header.length, .sums = sums, .more = true});
    card->tx_give(ring, first, word);
    netring_note(ring, header.cookie, ring->tx_tail + 2, length);
    return 2;
}

NETDEV_INLINE void netring_reclaim(struct netring *ring, const struct netring_card *card)
{
    struct netdev_port *port = &ring->port;
    uint32_t head = ring->packet_head, waiting = ring->packet_tail - head;
    uint32_t room = netdev_tx_done_room(&port->end, waiting);
    uint64_t bytes = 0, count = 0;

    for (uint32_t end = head + (waiting < room ? waiting : room); head != end; head++) {
        const struct netring_packet *packet = &ring->packets[head % NETRING_PACKETS];
        uint8_t flags = NETDEV_ERROR;

        if (packet->end != ring->tx_clean) {
            enum netring_sent sent = card->tx_done(ring, (packet->end - 1) % NETRING_TX);

            if (sent == NETRING_PENDING)
                break;
            ring->tx_clean = packet->end;
            if (sent == NETRING_SENT) {
                flags = 0;
                bytes += packet->length;
                count++;
            }
        }
        netdev_give_sent(port, packet->cookie, flags);
    }
    ring->packet_head = head;
    port->in_flight = ring->packet_tail - head;
    port->counts.tx_frames += count;
    port->counts.tx_bytes += bytes;
}

NETDEV_INLINE bool netring_has_room(const struct netring *ring)
{
    return ring->tx_tail - ring->tx_clean <= NETRING_TX - NETRING_PIECES &&
           ring->packet_tail - ring->packet_head < NETRING_PACKETS;
}

NETDEV_INLINE void netring_submit(struct netring *ring, const struct netring_card *card)
{
    struct netdev_port *port = &ring->port;
    uint64_t refused = port->counts.tx_refused;
    uint32_t before = ring->tx_tail;
    bool wanted;

    port->tx_incomplete = 0;
    do {
        uint32_t available, taken = 1;

        if (ring->passing_over)
            netring_pass_over(ring);
        available = netdev_tx_available(&port->end, UINT32_MAX);
        while (available > 0 && taken > 0 && !ring->passing_over && netring_has_room(ring)) {
            taken = available >= 2 ? netring_packet_usual(ring, card) : 0;
            if (taken == 0)
                taken = netring_packet_any(ring, available);
            available -= taken;
        }
        /* A packet of too many ranges is dealt with from outside the loop. */
    } while (ring->passing_over && netdev_tx_available(&port->end, 1));
    if (port->counts.tx_refused != refused)
        netring_reclaim(ring, card);
    port->in_flight = ring->packet_tail - ring->packet_head;
    port->tx_blocked = !netring_has_room(ring);
    /* Half a packet waits for its client, a whole one for room on the card. */
    ring_stall(&port->end.tx, port->tx_blocked | (port->tx_incomplete != 0));
    wanted = port->in_flight && (port->tx_blocked || netdev_client_waits(port));
    if (wanted != ring->tx_interrupts)
        card->tx_interrupts(ring, ring->tx_interrupts = wanted);
    if (ring->tx_tail != before)
        card->tx_kick(ring);
}

#endif
