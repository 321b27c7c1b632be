/* SPDX-License-Identifier: BSD-2-Clause */
#include "noise.h"

#include <string.h>

#include "schedule.h"

enum {
    ETHERNET = FRAME_ETHERNET_BYTES,
    IPV4 = 20,
    TCP = 20,
    TCP_SYN = 2,
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
};

static uint32_t draw(uint64_t *random, uint32_t below)
{
    return (uint32_t)(random_next(random) % below);
}

static void fill(uint8_t *at, size_t bytes, uint64_t *random)
{
    for (size_t i = 0; i < bytes; i++) {
        at[i] = (uint8_t)random_next(random);
    }
}

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

/* Puts the Internet checksum of `bytes` from `at` on, begun with `sum`, at `where` among them. */
static void sum_put(uint8_t *at, size_t bytes, uint8_t *where, uint32_t sum)
{
    put16(where, 0);
    for (size_t i = 0; i < bytes; i++) {
        sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    put16(where, ~sum & 0xffff);
}

/* The checksum behind the IPv4 header made right: else cards drop what nobody has looked at. */
static void transport_sum(uint8_t *ip, uint32_t header, uint32_t protocol, uint32_t bytes)
{
    uint8_t *at = ip + header;
    uint32_t pseudo = protocol + bytes;

    for (size_t i = 12; i < 20; i += 2) {
        pseudo += (uint32_t)ip[i] << 8 | ip[i + 1];
    }
    if (protocol == PROTOCOL_UDP && bytes >= 8) {
        sum_put(at, bytes, at + 6, pseudo);
    } else if (protocol == PROTOCOL_TCP && bytes >= 20) {
        sum_put(at, bytes, at + 16, pseudo);
    } else if (protocol == PROTOCOL_ICMP && bytes >= 4) {
        sum_put(at, bytes, at + 2, 0);
    }
}

static void ethernet_put(uint8_t *frame, const struct frame_end *own, const struct frame_end *guest,
                         uint32_t type, uint64_t *random)
{
    memcpy(frame, guest->mac, FRAME_MAC_BYTES);
    if (draw(random, 8) == 0) {
        memset(frame, 0xff, FRAME_MAC_BYTES);
    }
    memcpy(frame + FRAME_MAC_BYTES, own->mac, FRAME_MAC_BYTES);
    put16(frame + 2 * FRAME_MAC_BYTES, type);
}

/* An address that is neither ours nor the guest's. */
static uint32_t stranger(const struct frame_end *own, uint64_t *random)
{
    return (own->address & 0xffffff00) | (200 + draw(random, 50));
}

/* ARP with wrong sizes, kinds and operations, about addresses of strangers. */
static size_t arp_noise(uint8_t *frame, const struct frame_end *own, const struct frame_end *guest,
                        uint64_t *random)
{
    uint8_t *arp = frame + ETHERNET;

    ethernet_put(frame, own, guest, 0x0806, random);
    fill(arp, 46, random);
    put16(arp, draw(random, 4) ? 1 : draw(random, 65536));
    put16(arp + 2, draw(random, 4) ? 0x0800 : draw(random, 65536));
    arp[4] = (uint8_t)(draw(random, 4) ? FRAME_MAC_BYTES : draw(random, 256));
    arp[5] = (uint8_t)(draw(random, 4) ? 4 : draw(random, 256));
    put16(arp + 6, draw(random, 4) ? 1 + draw(random, 2) : draw(random, 65536));
    put32(arp + 14, stranger(own, random));
    return FRAME_MINIMUM_BYTES;
}

/* What stands behind the IPv4 header: the beginning of a protocol's header, the rest random. */
static void transport_put(uint8_t *at, uint32_t protocol, uint32_t bytes,
                          const struct frame_end *guest, uint64_t *random)
{
    fill(at, bytes, random);
    if (protocol == PROTOCOL_UDP && bytes >= 8) {
        put16(at, NOISE_SOURCE_PORT);
        put16(at + 2, draw(random, 2) ? guest->port : draw(random, 65536));
        put16(at + 4, draw(random, 2) ? bytes : draw(random, 65536));
        put16(at + 6, draw(random, 2) ? 0 : draw(random, 65536));
    } else if (protocol == PROTOCOL_TCP && bytes >= 20) {
        put16(at, NOISE_SOURCE_PORT);
        put16(at + 2, guest->port + draw(random, 4));
        at[12] = (uint8_t)(draw(random, 2) ? 0x50 : draw(random, 256));
    } else if (protocol == PROTOCOL_ICMP && bytes >= 4) {
        at[0] = (uint8_t)(draw(random, 2) ? 8 : draw(random, 256));
    }
}

/* IPv4 with one field after the other wrong now and then, options and fragments among it. */
static size_t ipv4_noise(uint8_t *frame, const struct frame_end *own, const struct frame_end *guest,
                         uint64_t *random)
{
    static const uint8_t protocols[] = {PROTOCOL_UDP, PROTOCOL_TCP, PROTOCOL_ICMP};
    uint8_t *ip = frame + ETHERNET;
    uint32_t options = draw(random, 3) ? 0 : 4 * draw(random, 11);
    uint32_t bytes = draw(random, 4) ? draw(random, 64) : draw(random, 1400);
    uint32_t protocol = draw(random, 8) ? protocols[draw(random, 3)] : draw(random, 256);
    uint32_t header = IPV4 + options, total = header + bytes;

    ethernet_put(frame, own, guest, 0x0800, random);
    fill(ip, header, random);
    ip[0] = (uint8_t)(0x40 | header / 4);
    if (draw(random, 8) == 0) {
        ip[0] = (uint8_t)draw(random, 256);
    }
    put16(ip + 2, draw(random, 4) ? total : draw(random, 65536));
    put16(ip + 6, draw(random, 3) ? 0 : draw(random, 65536));
    ip[9] = (uint8_t)protocol;
    put32(ip + 12, draw(random, 2) ? own->address : stranger(own, random));
    put32(ip + 16, draw(random, 8) ? guest->address : draw(random, UINT32_MAX));
    transport_put(ip + header, protocol, bytes, guest, random);
    if (draw(random, 4) != 0) {
        transport_sum(ip, header, protocol, bytes);
    }
    /* Whatever its length field says of it. */
    if (draw(random, 8) != 0) {
        sum_put(ip, header, ip + 10, 0);
    }
    return ETHERNET + total;
}

/* Any type, tagged or not, and random bytes. */
static size_t ethernet_noise(uint8_t *frame, const struct frame_end *own,
                             const struct frame_end *guest, uint64_t *random)
{
    static const uint16_t types[] = {0x0000, 0x002e, 0x05dc, 0x8100, 0x86dd, 0x8808, 0x88cc};
    uint32_t bytes = draw(random, NOISE_FRAME_MAX - ETHERNET - FRAME_VLAN_BYTES);
    uint32_t type = types[draw(random, sizeof(types) / sizeof(types[0]))];

    ethernet_put(frame, own, guest, type, random);
    fill(frame + ETHERNET, bytes, random);
    return ETHERNET + bytes;
}

size_t noise_build(uint8_t *frame, const struct frame_end *own, const struct frame_end *guest,
                   uint64_t *random)
{
    size_t length;

    switch (draw(random, 8)) {
    case 0:
        length = arp_noise(frame, own, guest, random);
        break;
    case 1:
        length = ethernet_noise(frame, own, guest, random);
        break;
    default:
        length = ipv4_noise(frame, own, guest, random);
        break;
    }
    /* Cut short now and then; a wire pads what is too short. */
    if (draw(random, 8) == 0) {
        length = ETHERNET + draw(random, (uint32_t)(length - ETHERNET + 1));
    }
    if (length < FRAME_MINIMUM_BYTES) {
        memset(frame + length, 0, FRAME_MINIMUM_BYTES - length);
        length = FRAME_MINIMUM_BYTES;
    }
    return length;
}

size_t noise_request_build(uint8_t *frame, const struct frame_end *own,
                           const struct frame_end *guest, uint64_t *random)
{
    uint8_t *ip = frame + ETHERNET, *tcp = ip + IPV4;

    memset(frame, 0, FRAME_MINIMUM_BYTES);
    memcpy(frame, guest->mac, FRAME_MAC_BYTES);
    memcpy(frame + FRAME_MAC_BYTES, own->mac, FRAME_MAC_BYTES);
    put16(frame + 2 * FRAME_MAC_BYTES, 0x0800);
    ip[0] = 0x45;
    put16(ip + 2, IPV4 + TCP);
    ip[8] = 64;
    ip[9] = PROTOCOL_TCP;
    put32(ip + 12, own->address);
    put32(ip + 16, guest->address);
    put16(tcp, 1024 + draw(random, 64512));
    put16(tcp + 2, guest->port + 1 + draw(random, 2));
    put32(tcp + 4, (uint32_t)random_next(random));
    tcp[12] = TCP / 4 << 4;
    tcp[13] = TCP_SYN;
    put16(tcp + 14, 65535);
    transport_sum(ip, IPV4, PROTOCOL_TCP, TCP);
    sum_put(ip, IPV4, ip + 10, 0);
    return FRAME_MINIMUM_BYTES;
}
