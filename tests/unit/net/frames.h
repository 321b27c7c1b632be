/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Frames of a peer, 10.0.2.2, to the server, 10.0.2.15.
 */
#ifndef TESTS_NET_FRAMES_H
#define TESTS_NET_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_ADDRESS   0x0a000202u
#define SERVER_ADDRESS 0x0a00020fu

enum { UDP_PAYLOAD_AT = 42 };

extern const uint8_t peer_mac[6];

/* All return the length of the frame. */
uint16_t frame_arp_request(uint8_t *frame);
uint16_t frame_arp_reply(uint8_t *frame);
/* The peer asks everybody for an address that it says it has itself. */
uint16_t frame_arp_announcement(uint8_t *frame, uint32_t address);
uint16_t frame_udp(uint8_t *frame, uint16_t from_port, uint16_t to_port, const void *payload,
                   uint16_t length);
uint16_t frame_ping(uint8_t *frame, uint16_t sequence, uint16_t length);

enum { TCP_FIN_FLAG = 1, TCP_SYN_FLAG = 2, TCP_RST_FLAG = 4, TCP_PSH_FLAG = 8, TCP_ACK_FLAG = 16 };

struct frame_tcp {
    uint16_t from_port, to_port;
    uint32_t sequence, acknowledged;
    uint8_t flags;
    uint16_t window;
};

uint16_t frame_tcp(uint8_t *frame, const struct frame_tcp *tcp, const void *payload,
                   uint16_t length);
/* Takes a TCP frame apart: its payload, and the length of that. Null if it is none. */
const uint8_t *frame_tcp_parse(const uint8_t *frame, uint16_t frame_length, struct frame_tcp *tcp,
                               uint16_t *length);

/* A piece of an IPv4 packet; `more`: not the last one. */
uint16_t frame_fragment(uint8_t *frame, uint16_t id, uint16_t offset, bool more, const void *data,
                        uint16_t length);

uint16_t get16(const uint8_t *at);
uint32_t get32(const uint8_t *at);
void put16(uint8_t *at, uint16_t value);

/* The Internet checksum over bytes, with a start value; 0 if they hold a right one. */
uint16_t internet_checksum(const uint8_t *data, size_t length, uint32_t start);
/* That of UDP, with its pseudo header; over the IP packet. */
uint16_t udp_checksum(const uint8_t *packet);

#endif
