/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session and its watchdog (netdev.c) ask of the pins of its buffers. */
#ifndef DRIVER_NETDEV_PINS_H
#define DRIVER_NETDEV_PINS_H

#include <driver/netdev.h>

/* Takes over what the session's dataspaces are now, but for those whose pins have to be let go
   first. */
void netdev_pins_update(struct netdev_port *port);

/* Lets the pages go that the card does not use. */
void netdev_pins_sweep(struct netdev_port *port);

/* Whether a dataspace went from the session that has pinned pages. */
bool netdev_pins_lost(const struct netdev_port *port);

/* The session is over. `stopped`: the card has stopped, so nothing of the client's is in use and
   the pins are taken back. */
void netdev_pins_end(struct netdev_port *port, bool stopped);

#endif
