/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checksum unit: IPv4 header, TCP and UDP. It finds out itself what a frame is and leaves alone
 * what it does not understand, whatever a descriptor asks for. Sums cover what the IP header says,
 * never the padding of the frame. TCP and UDP are summed for whole datagrams only, not for
 * fragments.
 */
#include "card.h"
#include "ethernet.h"

/* Where things are in a frame; 0 bytes: is not there. */
struct packet {
    size_t ip, header_bytes;
    size_t segment, segment_bytes;
    uint8_t protocol;
};

static uint32_t sum_of(const uint8_t *bytes, size_t length_bytes, uint32_t sum)
{
    size_t at = 0;

    for (; at + 1 < length_bytes; at += 2)
        sum += network16(bytes + at);
    if (at < length_bytes)
        sum += (uint32_t)bytes[at] << 8;
    return sum;
}

static uint16_t folded(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & UINT16_MAX) + (sum >> 16);
    return sum;
}

static bool segment_is_whole(const uint8_t *segment, const struct packet *packet)
{
    if (packet->protocol == PROTOCOL_TCP)
        return packet->segment_bytes >= TCP_HEADER_BYTES;
    return packet->protocol == PROTOCOL_UDP && packet->segment_bytes >= UDP_HEADER_BYTES &&
           network16(segment + UDP_LENGTH) >= UDP_HEADER_BYTES &&
           network16(segment + UDP_LENGTH) <= packet->segment_bytes;
}

/* False: not an IPv4 packet with a plausible header. */
static bool packet_find(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes,
                        struct packet *packet)
{
    const uint8_t *ip;
    size_t type_at = ETHERNET_TYPE, total;

    *packet = (struct packet){0};
    if (vlan_is_tagged(card, frame, length_bytes))
        type_at += ETHERNET_TAG_BYTES;
    packet->ip = type_at + 2;
    if (length_bytes < packet->ip + IPV4_HEADER_BYTES || network16(frame + type_at) != TYPE_IPV4)
        return false;
    ip = frame + packet->ip;
    packet->header_bytes = (ip[0] & 0xf) * 4u;
    total = network16(ip + IPV4_TOTAL_LENGTH);
    if (ip[0] >> 4 != 4 || packet->header_bytes < IPV4_HEADER_BYTES ||
        packet->header_bytes > total || total > length_bytes - packet->ip)
        return false;
    packet->protocol = ip[IPV4_PROTOCOL];
    packet->segment = packet->ip + packet->header_bytes;
    if (!(network16(ip + IPV4_FRAGMENT) & IPV4_FRAGMENT_BITS))
        packet->segment_bytes = total - packet->header_bytes;
    if (packet->segment_bytes && !segment_is_whole(frame + packet->segment, packet))
        packet->segment_bytes = 0;
    if (packet->segment_bytes && packet->protocol == PROTOCOL_UDP)
        packet->segment_bytes = network16(frame + packet->segment + UDP_LENGTH);
    return true;
}

/* Sum of a segment and its pseudo header. */
static uint16_t segment_sum(const uint8_t *frame, const struct packet *packet)
{
    uint32_t sum = sum_of(frame + packet->ip + IPV4_SOURCE, IPV4_ADDRESSES_BYTES, 0);

    sum += packet->protocol + (uint32_t)packet->segment_bytes;
    return folded(sum_of(frame + packet->segment, packet->segment_bytes, sum));
}

void checksum_insert(const struct dp83820 *card, uint8_t *frame, size_t length_bytes,
                     uint32_t requests)
{
    struct packet packet;
    uint8_t *field;

    if (!packet_find(card, frame, length_bytes, &packet))
        return;
    if (requests & DP83820_EXTENDED_STATUS_IPPKT) {
        field = frame + packet.ip + IPV4_CHECKSUM;
        network16_set(field, 0);
        network16_set(field, ~folded(sum_of(frame + packet.ip, packet.header_bytes, 0)));
    }
    if (packet.segment_bytes == 0)
        return;
    field = frame + packet.segment;
    if (packet.protocol == PROTOCOL_TCP && requests & DP83820_EXTENDED_STATUS_TCPPKT) {
        network16_set(field + TCP_CHECKSUM, 0);
        network16_set(field + TCP_CHECKSUM, ~segment_sum(frame, &packet));
    } else if (packet.protocol == PROTOCOL_UDP && requests & DP83820_EXTENDED_STATUS_UDPPKT) {
        uint16_t sum;

        network16_set(field + UDP_CHECKSUM, 0);
        sum = ~segment_sum(frame, &packet);
        network16_set(field + UDP_CHECKSUM, sum ? sum : UINT16_MAX);
    }
}

uint32_t checksum_verify(const struct dp83820 *card, const uint8_t *frame, size_t length_bytes)
{
    struct packet packet;
    uint32_t found;
    bool right;

    if (!packet_find(card, frame, length_bytes, &packet))
        return 0;
    found = DP83820_EXTENDED_STATUS_IPPKT;
    if (folded(sum_of(frame + packet.ip, packet.header_bytes, 0)) != UINT16_MAX)
        found |= DP83820_EXTENDED_STATUS_IPERR;
    if (packet.segment_bytes == 0)
        return found;
    right = segment_sum(frame, &packet) == UINT16_MAX;
    if (packet.protocol == PROTOCOL_TCP)
        return found | DP83820_EXTENDED_STATUS_TCPPKT |
               (right ? 0 : DP83820_EXTENDED_STATUS_TCPERR);
    /* A UDP checksum of zero says that there is none. */
    right = right || network16(frame + packet.segment + UDP_CHECKSUM) == 0;
    return found | DP83820_EXTENDED_STATUS_UDPPKT | (right ? 0 : DP83820_EXTENDED_STATUS_UDPERR);
}
