/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"

#include <string.h>

enum {
    TYPE_IPV4 = 0x0800,
    TYPE_ARP = 0x0806,
    TYPE_VLAN = 0x8100,
    ARP_BYTES = 28,
    IPV4_BYTES = 20,
    UDP_BYTES = 8,
    PROTOCOL_UDP = 17,
    FRAGMENT_MASK = 0x3fff, /* more fragments, and the offset */
    DONT_FRAGMENT = 0x4000,
    TIME_TO_LIVE = 64,
};

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* The sum of RFC 1071, not yet folded. */
static uint64_t sum_add(uint64_t sum, const uint8_t *data, size_t length_bytes)
{
    size_t i;

    for (i = 0; i + 1 < length_bytes; i += 2) {
        sum += get16(data + i);
    }
    if (i < length_bytes) {
        sum += (uint32_t)data[i] << 8;
    }
    return sum;
}

static uint16_t sum_fold(uint64_t sum)
{
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)sum;
}

/* Sum of pseudo header, UDP header and payload: 0xffff if the checksum within is right. */
static uint16_t udp_sum(const uint8_t *ip, const uint8_t *udp, size_t udp_bytes)
{
    uint64_t sum = sum_add(PROTOCOL_UDP + udp_bytes, ip + 12, 8);

    return sum_fold(sum_add(sum, udp, udp_bytes));
}

/* Writes the Ethernet header; returns its length. */
static size_t ethernet_put(uint8_t *frame, const uint8_t *destination, const uint8_t *source,
                           uint16_t vlan, uint16_t type)
{
    size_t at = 2 * FRAME_MAC_BYTES;

    memcpy(frame, destination, FRAME_MAC_BYTES);
    memcpy(frame + FRAME_MAC_BYTES, source, FRAME_MAC_BYTES);
    if (vlan != 0) {
        put16(frame + at, TYPE_VLAN);
        put16(frame + at + 2, vlan);
        at += FRAME_VLAN_BYTES;
    }
    put16(frame + at, type);
    return at + 2;
}

static size_t frame_pad(uint8_t *frame, size_t length_bytes)
{
    if (length_bytes < FRAME_MINIMUM_BYTES) {
        memset(frame + length_bytes, 0, FRAME_MINIMUM_BYTES - length_bytes);
        return FRAME_MINIMUM_BYTES;
    }
    return length_bytes;
}

size_t frame_build_udp(uint8_t *frame, size_t capacity_bytes, const struct frame_view *udp)
{
    uint8_t mac[FRAME_MAC_BYTES];
    size_t udp_bytes = UDP_BYTES + udp->payload_bytes;

    if (udp->payload_bytes > FRAME_PAYLOAD_MAX ||
        udp->payload_bytes + FRAME_UDP_HEADER_BYTES + FRAME_VLAN_BYTES > capacity_bytes ||
        capacity_bytes < FRAME_MINIMUM_BYTES) {
        return 0;
    }
    memcpy(mac, udp->destination.mac, sizeof(mac));
    if (udp->destination.address >> 28 == 0xe) {
        mac[0] = 0x01;
        mac[1] = 0x00;
        put32(mac + 2, 0x5e000000 | (udp->destination.address & 0x7fffff));
    }
    size_t at = ethernet_put(frame, mac, udp->source.mac, udp->vlan, TYPE_IPV4);
    uint8_t *ip = frame + at;
    ip[0] = 0x45;
    ip[1] = 0;
    put16(ip + 2, (uint32_t)(IPV4_BYTES + udp_bytes));
    put16(ip + 4, 0);
    put16(ip + 6, DONT_FRAGMENT);
    ip[8] = TIME_TO_LIVE;
    ip[9] = PROTOCOL_UDP;
    put16(ip + 10, 0);
    put32(ip + 12, udp->source.address);
    put32(ip + 16, udp->destination.address);
    put16(ip + 10, ~sum_fold(sum_add(0, ip, IPV4_BYTES)) & 0xffff);

    uint8_t *header = ip + IPV4_BYTES;
    put16(header, udp->source.port);
    put16(header + 2, udp->destination.port);
    put16(header + 4, (uint32_t)udp_bytes);
    put16(header + 6, 0);
    memcpy(header + UDP_BYTES, udp->payload, udp->payload_bytes);
    uint16_t checksum = ~udp_sum(ip, header, udp_bytes) & 0xffff;
    put16(header + 6, checksum == 0 ? 0xffff : checksum);
    return frame_pad(frame, at + IPV4_BYTES + udp_bytes);
}

size_t frame_build_arp(uint8_t *frame, size_t capacity_bytes, enum frame_kind kind,
                       const struct frame_view *arp)
{
    static const uint8_t broadcast[FRAME_MAC_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t start[] = {0, 1, 0x08, 0, FRAME_MAC_BYTES, 4, 0};
    bool request = kind == FRAME_ARP_REQUEST;

    if (capacity_bytes < FRAME_MINIMUM_BYTES) {
        return 0;
    }
    size_t at = ethernet_put(frame, request ? broadcast : arp->destination.mac, arp->source.mac,
                             arp->vlan, TYPE_ARP);
    uint8_t *message = frame + at;
    memcpy(message, start, sizeof(start));
    message[7] = request ? 1 : 2;
    memcpy(message + 8, arp->source.mac, FRAME_MAC_BYTES);
    put32(message + 14, arp->source.address);
    memset(message + 18, 0, FRAME_MAC_BYTES);
    if (!request) {
        memcpy(message + 18, arp->destination.mac, FRAME_MAC_BYTES);
    }
    put32(message + 24, arp->destination.address);
    return frame_pad(frame, at + ARP_BYTES);
}

static enum frame_kind arp_parse(const uint8_t *message, size_t length_bytes,
                                 struct frame_view *view)
{
    if (length_bytes < ARP_BYTES || get16(message) != 1 || get16(message + 2) != TYPE_IPV4 ||
        message[4] != FRAME_MAC_BYTES || message[5] != 4) {
        return FRAME_OTHER;
    }
    memcpy(view->source.mac, message + 8, FRAME_MAC_BYTES);
    view->source.address = get32(message + 14);
    memcpy(view->destination.mac, message + 18, FRAME_MAC_BYTES);
    view->destination.address = get32(message + 24);
    switch (get16(message + 6)) {
    case 1:
        return FRAME_ARP_REQUEST;
    case 2:
        return FRAME_ARP_REPLY;
    default:
        return FRAME_OTHER;
    }
}

static enum frame_kind udp_parse(const uint8_t *ip, size_t length_bytes, struct frame_view *view)
{
    if (length_bytes < IPV4_BYTES || ip[0] >> 4 != 4) {
        return FRAME_OTHER;
    }
    size_t header_bytes = (size_t)(ip[0] & 15) * 4;
    size_t total_bytes = get16(ip + 2);
    if (header_bytes < IPV4_BYTES || total_bytes < header_bytes || total_bytes > length_bytes) {
        return FRAME_BAD_LENGTH;
    }
    if (sum_fold(sum_add(0, ip, header_bytes)) != 0xffff) {
        return FRAME_BAD_IP_CHECKSUM;
    }
    if (ip[9] != PROTOCOL_UDP) {
        return FRAME_OTHER;
    }
    view->source.address = get32(ip + 12);
    view->destination.address = get32(ip + 16);
    if (get16(ip + 6) & FRAGMENT_MASK) {
        return FRAME_FRAGMENT;
    }
    const uint8_t *udp = ip + header_bytes;
    if (total_bytes - header_bytes < UDP_BYTES || get16(udp + 4) != total_bytes - header_bytes) {
        return FRAME_BAD_LENGTH;
    }
    view->source.port = get16(udp);
    view->destination.port = get16(udp + 2);
    view->payload = udp + UDP_BYTES;
    view->payload_bytes = total_bytes - header_bytes - UDP_BYTES;
    if (get16(udp + 6) == 0 || udp_sum(ip, udp, total_bytes - header_bytes) != 0xffff) {
        return FRAME_BAD_UDP_CHECKSUM;
    }
    return FRAME_UDP;
}

enum frame_kind frame_parse(const uint8_t *frame, size_t length_bytes, struct frame_view *view)
{
    size_t at = 2 * FRAME_MAC_BYTES;

    memset(view, 0, sizeof(*view));
    if (length_bytes < FRAME_ETHERNET_BYTES + FRAME_VLAN_BYTES) {
        return FRAME_OTHER;
    }
    memcpy(view->destination.mac, frame, FRAME_MAC_BYTES);
    memcpy(view->source.mac, frame + FRAME_MAC_BYTES, FRAME_MAC_BYTES);
    if (get16(frame + at) == TYPE_VLAN) {
        view->vlan = get16(frame + at + 2);
        at += FRAME_VLAN_BYTES;
    }
    uint16_t type = get16(frame + at);
    at += 2;
    switch (type) {
    case TYPE_ARP:
        return arp_parse(frame + at, length_bytes - at, view);
    case TYPE_IPV4:
        return udp_parse(frame + at, length_bytes - at, view);
    default:
        return FRAME_OTHER;
    }
}

int64_t frame_wire_ps(size_t length_bytes, uint32_t wire_mbps)
{
    size_t padded = length_bytes < FRAME_MINIMUM_BYTES ? FRAME_MINIMUM_BYTES : length_bytes;

    return (int64_t)(padded + FRAME_WIRE_EXTRA_BYTES) * 8 * 1000000 / wire_mbps;
}
