/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet's whole way in one process: the model of the card, its driver, the network server and
 * the echo server, joined as in images/merged.image. Memory of sessions is that of the model's bus,
 * so what the card reads and writes is what the servers see. Tests stand at the wire.
 *
 * lwIP keeps its state in globals, so there is one such system in a process, and it is not ended;
 * its driver can be.
 */
#ifndef PATH_H
#define PATH_H

#include <host_bus.h>
#include <stdbool.h>
#include <stdint.h>

#include "dp83820.h"

enum { PATH_PORT = 1235 };

/* Powers everything up, and waits for the link; the peer of tests/unit/net/frames.h has made itself
 * known. Once. */
bool path_start(void);

/* Ends the driver and starts another one with that hold-off, as root would. False: it did not come
 * up. */
bool path_driver_restart(const char *holdoff_us);

/* Lets `us` pass. Bounded whatever the card does. */
void path_run(uint64_t us);

/* A frame on the wire to the card. */
void path_wire_in(const uint8_t *frame, size_t length_bytes);

/* Takes the oldest frame that the card has sent: its length, 0 if there is none. The buffer has
 * HOST_BUS_FRAME_BYTES. */
size_t path_wire_out(uint8_t *frame);

/* True if a datagram of that length to the echo server comes back whole, now, whatever else comes
 * with it. */
bool path_echoes(uint16_t length_bytes, uint8_t seed);

/* Damages what the card says: called for each register read; null: it says the truth. */
extern uint32_t (*path_lie)(uint32_t offset, uint32_t value);

struct host_bus *path_bus(void);
struct card *path_card(void);

#endif
