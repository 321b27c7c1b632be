/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frames that the load generator speaks: ARP and UDP over IPv4, tagged or not. Frames have no
 * preamble and no check sequence. Whatever is parsed here comes from a guest and may be anything.
 */
#ifndef TOOLS_QEMU_UDPLOAD_FRAME_H
#define TOOLS_QEMU_UDPLOAD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_MAC_BYTES = 6,
    FRAME_ETHERNET_BYTES = 14,
    FRAME_VLAN_BYTES = 4,
    FRAME_MINIMUM_BYTES = 60, /* shorter frames are padded by the sender */
    FRAME_UDP_HEADER_BYTES = 14 + 20 + 8,
    /* What a frame takes on the wire besides itself: preamble, check sequence, gap. */
    FRAME_WIRE_EXTRA_BYTES = 8 + 4 + 12,
    FRAME_CAPACITY_BYTES = 9216,
    FRAME_PAYLOAD_MAX = FRAME_CAPACITY_BYTES - FRAME_UDP_HEADER_BYTES - FRAME_VLAN_BYTES,
};

/* One end of a flow. Addresses and ports are in host byte order everywhere in this program. */
struct frame_end {
    uint8_t mac[FRAME_MAC_BYTES];
    uint32_t address;
    uint16_t port;
};

enum frame_kind {
    FRAME_OTHER, /* nothing that concerns us */
    FRAME_ARP_REQUEST,
    FRAME_ARP_REPLY,
    FRAME_UDP,
    FRAME_BAD_LENGTH,       /* a length field contradicts the frame */
    FRAME_BAD_IP_CHECKSUM,  /* header of IPv4 */
    FRAME_BAD_UDP_CHECKSUM, /* wrong, or left out */
    FRAME_FRAGMENT,         /* a part of a datagram: nothing this program can check */
};

/* What was found; `payload` points into the parsed frame. For ARP the ends are those of the
 * message, not those of the Ethernet header. */
struct frame_view {
    struct frame_end source, destination;
    uint16_t vlan; /* 0: untagged */
    const uint8_t *payload;
    size_t payload_bytes;
};

/* Both return the length of the frame, padded to the minimum; 0 if it would not fit. A multicast
 * destination address overrides the destination's MAC address. */
size_t frame_build_udp(uint8_t *frame, size_t capacity_bytes, const struct frame_view *udp);
size_t frame_build_arp(uint8_t *frame, size_t capacity_bytes, enum frame_kind kind,
                       const struct frame_view *arp);

enum frame_kind frame_parse(const uint8_t *frame, size_t length_bytes, struct frame_view *view);

/* Time that a frame of this length occupies the wire, in picoseconds. */
int64_t frame_wire_ps(size_t length_bytes, uint32_t wire_mbps);

#endif
