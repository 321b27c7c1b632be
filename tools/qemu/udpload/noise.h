/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hostile frames: Ethernet, ARP, IPv4 with options and fragments, UDP, ICMP and TCP, each damaged
 * in one of many ways or nothing but random bytes. Drawn from a seed. None of them is a packet
 * that the guest should echo to one of the generator's flows, and none tells the guest a false
 * address of the generator, so the echo of the packets between them must stay perfect.
 */
#ifndef TOOLS_QEMU_UDPLOAD_NOISE_H
#define TOOLS_QEMU_UDPLOAD_NOISE_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

enum { NOISE_SOURCE_PORT = 9, NOISE_FRAME_MAX = 1518 };

/* Writes one frame and returns its length, between the shortest and the longest that a wire
 * carries. `frame` has room for NOISE_FRAME_MAX bytes; `random` is the state of the draw. */
size_t noise_build(uint8_t *frame, const struct frame_end *own, const struct frame_end *guest,
                   uint64_t *random);

/* The same with a request for a TCP connection, from some port to one of the two behind the
 * guest's. Nobody goes on with it. */
size_t noise_request_build(uint8_t *frame, const struct frame_end *own,
                           const struct frame_end *guest, uint64_t *random);

#endif
