/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the driver share: the card itself (card.c), its medium and addresses
 * (medium.c), and its descriptors (rings.c). */
#ifndef DP83820_H
#define DP83820_H

#include <driver/netring.h>
#include <drivers/net/dp83820/dp83820_regs.h>

struct card {
    struct netring ring; /* first: the library finds it there */
    struct driver_memory memory;
    volatile struct dp83820_rx32 *rx; /* in it: closed rings, */
    volatile struct dp83820_tx32 *tx; /* the card stops at a descriptor that it does not own */
    uint32_t cfg, txcfg, rxcfg;       /* what was last written */
};

static_assert(offsetof(struct card, ring) == 0, "the library finds the ring there");

static inline struct card *card_of(struct netdev_port *port)
{
    return (struct card *)port;
}

static inline volatile void *registers_of(const struct netring *ring)
{
    return ring->port.device.registers;
}

/* card.c: whether the card is to interrupt when the transmitter has nothing left to do. */
void card_tx_interrupts_set(struct netring *ring, bool on);

/* medium.c */

/* Reads the station address from the EEPROM or, if that holds none, from filter memory. */
void address_read(struct netdev_port *port);
void filter_set(struct netdev_port *port);
/* Looks at the medium and adapts to it. */
void medium_check(struct card *card);

/* rings.c */

/* Memory for descriptors; once. False, with a log line, if there is none. */
bool rings_allocate(struct card *card);
/* Two rings in which the card finds nothing to do. */
void rings_start(struct card *card);
void rx_start(struct netdev_port *port);
void rx_deliver(struct netdev_port *port);
void rx_refill(struct netdev_port *port);
void tx_submit(struct netdev_port *port);
void tx_reclaim(struct netdev_port *port);

#endif
