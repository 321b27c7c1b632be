/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The usual datagram, without lwIP. Most frames and most answers differ from the one before in
 * lengths and payload only, and lwIP, which is ready for anything, looks at everything each time.
 *
 * In: a frame for our station address that holds a whole IPv4 packet without options for our
 * address, from a host, with a UDP datagram of the length that the packet says, for the port of a
 * session, and checksums that the card has verified. lwIP would hand its payload to that session's
 * callback, and would change nothing but that. Everything else is lwIP's.
 *
 * Out: what lwIP has sent to a peer it would send again in the same way, until its tables change.
 * They change by frames that it gets and by its timers alone: `lwip_turns` counts these, and when it
 * has moved, the next datagram goes through lwIP, and its headers are remembered anew. Only where
 * the card fills in the checksums.
 *
 * tests/unit/net compares both ways frame by frame.
 */
#include "net.h"
#include <lwip/prot/ethernet.h>
#include <string.h>

enum {
    IP_LENGTH_AT = 16,
    IP_ID_AT = 18,
    IP_FRAGMENT_AT = 20,
    IP_SOURCE_AT = 26,
    IP_TARGET_AT = 30,
    UDP_SOURCE_AT = 34,
    UDP_TARGET_AT = 36,
    UDP_LENGTH_AT = 38,
    IP_BYTES = 20,
    UDP_BYTES = 8,
};

static inline uint16_t load16(const uint8_t *at)
{
    uint16_t word;
    memcpy(&word, at, sizeof(word));
    return word;
}

static inline uint32_t load32(const uint8_t *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof(word));
    return word;
}

static inline void store16(uint8_t *at, uint16_t word)
{
    memcpy(at, &word, sizeof(word));
}

/* Words of the frame as they lie in memory. */
#define TYPE_AND_VERSION_MASK PP_HTONL(0xffffff00) /* the type of service does not matter */
#define TYPE_AND_VERSION      PP_HTONL(0x08004500)
#define FRAGMENT_AND_UDP_MASK PP_HTONL(0x3fff00ff) /* nor do reserved flags and time to live */
#define FRAGMENT_AND_UDP      PP_HTONL(0x00000011)

/* No group, nobody, nor everybody on our network. */
static inline bool is_host(uint32_t address, uint32_t own, uint32_t netmask)
{
    uint8_t first = (uint8_t)address;
    return first != 0 && first < 224 && address != (own | ~netmask);
}

static struct udp_session *session_of(struct net *net, uint16_t port)
{
    struct udp_session *session = net->shortcut_last;
    if (session && session->pcb && session->pcb->local_port == port)
        return session;
    for (session = net->udp; session < net->udp + UDP_SESSIONS; session++)
        if (session->link && session->pcb && session->pcb->local_port == port)
            return net->shortcut_last = session;
    return NULL;
}

bool shortcut_receive(struct net *net, const uint8_t *frame, uint32_t length_bytes)
{
    uint32_t own = ip4_addr_get_u32(netif_ip4_addr(&net->netif));
    uint32_t netmask = ip4_addr_get_u32(netif_ip4_netmask(&net->netif));
    if (length_bytes < SHORTCUT_HEADER_BYTES || load32(frame) != load32(net->mac) ||
        load16(frame + 4) != load16(net->mac + 4) ||
        (load32(frame + 12) & TYPE_AND_VERSION_MASK) != TYPE_AND_VERSION ||
        (load32(frame + IP_FRAGMENT_AT) & FRAGMENT_AND_UDP_MASK) != FRAGMENT_AND_UDP)
        return false;
    uint32_t packet_bytes = lwip_htons(load16(frame + IP_LENGTH_AT));
    uint32_t datagram_bytes = lwip_htons(load16(frame + UDP_LENGTH_AT));
    uint32_t source = load32(frame + IP_SOURCE_AT);
    uint16_t port = lwip_htons(load16(frame + UDP_SOURCE_AT));
    if (packet_bytes > length_bytes - SIZEOF_ETH_HDR || datagram_bytes < UDP_BYTES ||
        datagram_bytes + IP_BYTES != packet_bytes || load32(frame + IP_TARGET_AT) != own ||
        own == 0 || !is_host(source, own, netmask) || port == 0)
        return false;
    struct udp_session *session = session_of(net, lwip_htons(load16(frame + UDP_TARGET_AT)));
    if (!session)
        return false;
    udp_session_receive(session, frame + SHORTCUT_HEADER_BYTES, NULL,
                        (uint16_t)(datagram_bytes - UDP_BYTES), lwip_ntohl(source), port);
    return true;
}

bool shortcut_send(struct udp_session *session, const struct udp_datagram *entry)
{
    struct net *net = session->net;
    const struct shortcut *shortcut = &session->shortcut;
    if (shortcut->turns != net->lwip_turns || shortcut->peer_address != entry->peer_address ||
        shortcut->peer_port != entry->peer_port)
        return false;
    struct tx_slot *slot = slot_take(net);
    uint8_t *header = slot->header + HEADER_BYTES - SHORTCUT_HEADER_BYTES;
    uint16_t datagram_bytes = (uint16_t)(entry->length + UDP_BYTES);
    slot->entry = *entry;
    slot->session = (uint8_t)(session - net->udp);
    memcpy(header, shortcut->header, SHORTCUT_HEADER_BYTES);
    store16(header + IP_LENGTH_AT, lwip_htons((uint16_t)(datagram_bytes + IP_BYTES)));
    store16(header + IP_ID_AT, net->shortcut_id++);
    store16(header + UDP_LENGTH_AT, lwip_htons(datagram_bytes));
    nic_slot_put(net, slot, header, SHORTCUT_HEADER_BYTES, NETDEV_SUM_IPV4 | NETDEV_SUM_UDP);
    session->in_flight++;
    return true;
}

void shortcut_learn(struct net *net, const struct tx_slot *slot, const uint8_t *header,
                    uint32_t header_bytes)
{
    struct shortcut *shortcut = &net->udp[slot->session].shortcut;
    shortcut->turns = net->lwip_turns - 1;
    if (header_bytes != SHORTCUT_HEADER_BYTES || !(net->offloads & NETDEV_OFFLOAD_TX))
        return;
    shortcut->turns = net->lwip_turns;
    shortcut->peer_address = slot->entry.peer_address;
    shortcut->peer_port = slot->entry.peer_port;
    memcpy(shortcut->header, header, SHORTCUT_HEADER_BYTES);
}
