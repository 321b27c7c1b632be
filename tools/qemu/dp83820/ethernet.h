/* SPDX-License-Identifier: BSD-2-Clause */
/* What the card knows of Ethernet, VLAN, IPv4, UDP and TCP: offsets and numbers of the
 * protocols, not of the card. */
#ifndef TOOLS_QEMU_DP83820_ETHERNET_H
#define TOOLS_QEMU_DP83820_ETHERNET_H

#include <stdint.h>

enum {
    ETHERNET_ADDRESS_BYTES = 6,
    ETHERNET_SOURCE = 6,
    ETHERNET_TYPE = 12,
    ETHERNET_HEADER_BYTES = 14,
    ETHERNET_TAG_BYTES = 4,
    ETHERNET_MIN_BYTES = 60, /* without check sequence */
    ETHERNET_PREAMBLE_BYTES = 8,
    ETHERNET_GAP_BYTES = 12,
    ETHERNET_LENGTH_MAX = 1500, /* a larger type field is a type */
    ETHERNET_PAYLOAD_MIN = 46,
    ETHERNET_GROUP_BIT = 0x01, /* of the first octet */
    ETHERNET_LOCAL_BIT = 0x02,

    TYPE_IPV4 = 0x0800,
    TYPE_ARP = 0x0806,
    TYPE_VLAN = 0x8100,
    TYPE_MAC_CONTROL = 0x8808,
    MAC_CONTROL_PAUSE = 1,

    IPV4_HEADER_BYTES = 20,
    IPV4_TOTAL_LENGTH = 2,
    IPV4_FRAGMENT = 6,
    IPV4_FRAGMENT_BITS = 0x3fff, /* more fragments, offset */
    IPV4_PROTOCOL = 9,
    IPV4_CHECKSUM = 10,
    IPV4_SOURCE = 12,
    IPV4_ADDRESSES_BYTES = 8,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    TCP_HEADER_BYTES = 20,
    TCP_CHECKSUM = 16,
    UDP_HEADER_BYTES = 8,
    UDP_LENGTH = 4,
    UDP_CHECKSUM = 6,
};

static inline uint16_t network16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline void network16_set(uint8_t *bytes, uint16_t value)
{
    bytes[0] = value >> 8;
    bytes[1] = value & 0xff;
}

#endif
