/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"
#include "wire.h"
#include <string.h>

const uint8_t peer_mac[6] = {0x02, 0x00, 0x00, 0x00, 0x00, 0x02};

uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, (uint16_t)(value >> 16));
    put16(at + 2, (uint16_t)value);
}

uint16_t internet_checksum(const uint8_t *data, size_t length, uint32_t sum)
{
    for (size_t i = 0; i + 1 < length; i += 2)
        sum += get16(data + i);
    if (length % 2)
        sum += (uint32_t)data[length - 1] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t udp_checksum(const uint8_t *packet)
{
    uint16_t length = get16(packet + 24);
    uint32_t start = 17u + length;
    for (unsigned i = 12; i < 20; i += 2)
        start += get16(packet + i);
    return internet_checksum(packet + 20, length, start);
}

static void ethernet(uint8_t *frame, const uint8_t *to, uint16_t type)
{
    memcpy(frame, to, 6);
    memcpy(frame + 6, peer_mac, 6);
    put16(frame + 12, type);
}

static uint16_t arp(uint8_t *frame, const uint8_t *to, uint16_t operation)
{
    ethernet(frame, to, 0x0806);
    static const uint8_t head[] = {0, 1, 8, 0, 6, 4};
    memcpy(frame + 14, head, sizeof(head));
    put16(frame + 20, operation);
    memcpy(frame + 22, peer_mac, 6);
    put32(frame + 28, PEER_ADDRESS);
    memcpy(frame + 32, wire_mac, 6);
    put32(frame + 38, SERVER_ADDRESS);
    memset(frame + 42, 0, 18);
    return 60;
}

uint16_t frame_arp_request(uint8_t *frame)
{
    static const uint8_t everybody[] = {255, 255, 255, 255, 255, 255};
    return arp(frame, everybody, 1);
}

uint16_t frame_arp_announcement(uint8_t *frame, uint32_t address)
{
    uint16_t length = frame_arp_request(frame);
    put32(frame + 28, address);
    put32(frame + 38, address);
    return length;
}

uint16_t frame_arp_reply(uint8_t *frame)
{
    return arp(frame, wire_mac, 2);
}

static void ipv4(uint8_t *frame, uint8_t protocol, uint16_t id, uint16_t fragment, uint16_t length)
{
    uint8_t *packet = frame + 14;
    ethernet(frame, wire_mac, 0x0800);
    memset(packet, 0, 20);
    packet[0] = 0x45;
    put16(packet + 2, (uint16_t)(20 + length));
    put16(packet + 4, id);
    put16(packet + 6, fragment);
    packet[8] = 64;
    packet[9] = protocol;
    put32(packet + 12, PEER_ADDRESS);
    put32(packet + 16, SERVER_ADDRESS);
    put16(packet + 10, internet_checksum(packet, 20, 0));
}

uint16_t frame_udp(uint8_t *frame, uint16_t from_port, uint16_t to_port, const void *payload,
                   uint16_t length)
{
    uint8_t *udp = frame + 34;
    ipv4(frame, 17, 1, 0, (uint16_t)(8 + length));
    put16(udp, from_port);
    put16(udp + 2, to_port);
    put16(udp + 4, (uint16_t)(8 + length));
    put16(udp + 6, 0);
    memcpy(udp + 8, payload, length);
    put16(udp + 6, udp_checksum(frame + 14));
    return (uint16_t)(UDP_PAYLOAD_AT + length);
}

uint16_t frame_ping(uint8_t *frame, uint16_t sequence, uint16_t length)
{
    uint8_t *icmp = frame + 34;
    ipv4(frame, 1, 2, 0, (uint16_t)(8 + length));
    memset(icmp, 0x5a, 8u + length);
    icmp[0] = 8;
    icmp[1] = 0;
    put16(icmp + 2, 0);
    put16(icmp + 6, sequence);
    put16(icmp + 2, internet_checksum(icmp, 8u + length, 0));
    return (uint16_t)(42 + length);
}

uint16_t frame_fragment(uint8_t *frame, uint16_t id, uint16_t offset, bool more, const void *data,
                        uint16_t length)
{
    ipv4(frame, 17, id, (uint16_t)(offset / 8 | (more ? 0x2000 : 0)), length);
    memcpy(frame + 34, data, length);
    return (uint16_t)(34 + length);
}

uint16_t frame_tcp(uint8_t *frame, const struct frame_tcp *tcp, const void *payload,
                   uint16_t length)
{
    uint8_t *segment = frame + 34;
    ipv4(frame, 6, 3, 0, (uint16_t)(20 + length));
    memset(segment, 0, 20);
    put16(segment, tcp->from_port);
    put16(segment + 2, tcp->to_port);
    put32(segment + 4, tcp->sequence);
    put32(segment + 8, tcp->acknowledged);
    segment[12] = 0x50;
    segment[13] = tcp->flags;
    put16(segment + 14, tcp->window);
    if (length)
        memcpy(segment + 20, payload, length);
    return (uint16_t)(54 + length);
}

const uint8_t *frame_tcp_parse(const uint8_t *frame, uint16_t frame_length, struct frame_tcp *tcp,
                               uint16_t *length)
{
    const uint8_t *segment = frame + 34;
    if (frame_length < 54 || get16(frame + 12) != 0x0800 || frame[23] != 6)
        return NULL;
    unsigned header = (segment[12] >> 4) * 4u;
    *tcp = (struct frame_tcp){.from_port = get16(segment),
                              .to_port = get16(segment + 2),
                              .sequence = get32(segment + 4),
                              .acknowledged = get32(segment + 8),
                              .flags = segment[13],
                              .window = get16(segment + 14)};
    *length = (uint16_t)(get16(frame + 16) - 20 - header);
    return segment + header;
}
