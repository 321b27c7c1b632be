/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of the driver share: packets (dp83820.c), and the card itself (card.c). */
#ifndef DP83820_H
#define DP83820_H

#include <driver/netdev.h>
#include <drivers/net/dp83820/dp83820_regs.h>

enum {
    RX_COUNT =
        256, /* descriptors; both rings are closed, the card stops at one that it does not own */
    TX_COUNT = 1024,
    TX_PACKETS = 512, /* in the driver at a time: as many as `tx_done` has entries */
    MTU_MAX = 7100,   /* what fits the transmit FIFO beside its thresholds, section 4.10 */
};

/* A packet in the driver. The card can write into descriptors, so nothing is ever read back from
 * them but their status. */
struct tx_packet {
    uint64_t cookie;
    uint32_t end; /* index behind its last descriptor; where it began: it was refused */
    uint32_t length;
};

/* What a transmit descriptor points to: the first half of the client's entry. */
struct tx_piece {
    uint32_t offset;
    uint16_t length;
    uint8_t dataspace;
    uint8_t flags;
};

static_assert(sizeof(struct tx_piece) == 8 && offsetof(struct netdev_buffer, cookie) == 8,
              "the half before the cookie");

struct card {
    struct netdev_port port; /* first: the instance's state begins with it */
    volatile struct dp83820_rx32 *rx;
    volatile struct dp83820_tx32 *tx;
    struct driver_memory rings;
    uint32_t cfg, txcfg, rxcfg; /* what was last written */

    uint32_t rx_head;    /* oldest descriptor that the card has, modulo 2^32 */
    uint32_t rx_tail;    /* next one to hand over */
    uint32_t rx_burst;   /* frames that the last interrupt brought */
    bool gathers;        /* packets may wait for the next interrupt */
    bool due;            /* one was asked for */
    bool rx_idle;        /* the card found no descriptor and waits to be told */
    unsigned rx_spilled; /* descriptors of a frame that was longer than its buffer */

    uint32_t tx_clean; /* oldest descriptor in use */
    uint32_t tx_tail;  /* next one to fill */
    uint32_t packet_head, packet_tail;
    bool tx_interrupts; /* TXIDLE is unmasked */

    /* A packet of too many ranges: the rest of them is passed over. */
    bool passing_over;
    uint64_t passed_cookie;

    uint8_t rx_flags[64]; /* for netdev, by the six checksum bits of the extended status */
    struct netdev_buffer rx_buffers[RX_COUNT];
    struct tx_piece tx_pieces[TX_COUNT];
    struct tx_packet packets[TX_PACKETS];
};

static_assert(offsetof(struct card, port) == 0, "the library finds the port there");

/* card.c: */

/* Finds card and memory, reads the station address. False, with a log line, if the card cannot be
 * used. */
bool card_attach(struct card *card, struct instance *self);

bool card_reset(struct netdev_port *port);
bool card_start(struct netdev_port *port);
void card_filter_set(struct netdev_port *port);
void card_interrupts_set(struct netdev_port *port, bool on);

/* Unmasks or masks the interrupt that says that the transmitter has nothing left to do. */
void card_tx_interrupts_set(struct netdev_port *port, bool on);

/* Looks at the medium and adapts to it. */
void card_medium_check(struct card *card);

#endif
