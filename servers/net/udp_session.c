/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sessions with clients that use UDP: one port each.
 *
 * The client's dataspace 0 holds its payloads. It is mapped here, for the copy of what arrives, and
 * forwarded to the driver, which sends from it in place. Ring entries come from the client: they
 * are copied, checked against the dataspace and used as copied. The bytes may change at any time;
 * whoever changes them spoils his own datagrams. The client may take the dataspace back, too, and
 * bring another one: what is mapped here stays readable and writable until this program has dealt
 * with the change (root's `seen`), which it does before it looks at another frame.
 *
 * A datagram whose range is wrong, or that lwIP refuses, comes back with length 0. One that must
 * wait for an answer of ARP is copied by lwIP, and so is one longer than a frame, in fragments;
 * these come back at once. The session never has more datagrams in flight than its `send_done` has
 * room for, and not more than its share of the slots.
 */
#include "net.h"
#include <idl/udp_server.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/udp.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <string.h>

enum {
    FEW_BUFFERS = UDP_RECEIVE_FREE_DEPTH / 4,
    PAUSE_EARNED = 32, /* datagrams taken, and buffers that end a pause */
};

/* The instructions of a long copy are counted in words, not in bytes. */
static inline void copy_payload(void *to, const void *from, size_t length_bytes)
{
    size_t words = length_bytes / 8, rest = length_bytes % 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
}

static inline bool range_is_valid(const struct udp_session *session,
                                  const struct udp_datagram *entry)
{
    return session->length_bytes >= (size_t)entry->offset + entry->length;
}

/*
 * A client without buffers gets to run, and drops cost least, when no more frames are taken in. It
 * earns that by the datagrams that it takes: one that takes none holds nobody up.
 */
static void pause_begin(struct udp_session *session)
{
    struct net *net = session->net;
    uint32_t taken = session->end.receive_free.next;
    if (taken - session->taken_at_pause < PAUSE_EARNED)
        return;
    session->taken_at_pause = taken;
    net_pause(net, session->bit, PAUSE_US);
}

bool udp_session_pauses(struct udp_session *session)
{
    ring_sleep_begin(&session->end.receive_free);
    ring_fence();
    if (udp_receive_free_available(&session->end, PAUSE_EARNED) < PAUSE_EARNED)
        return true;
    ring_sleep_end(&session->end.receive_free);
    return false;
}

/* Says that the client may wait for what the driver has. What is known of its empty buffers may be
   old, and then there are more. */
static inline void look_at_waiting(struct udp_session *session)
{
    uint32_t in_flight = session->in_flight;
    uint32_t buffers = session->end.receive_free.limit - session->end.receive_free.next;
    session->net->done_wanted |= in_flight && in_flight >= buffers;
}

/* lwIP's callback: a datagram for the session's port. */
static void receive(void *context, struct udp_pcb *pcb, struct pbuf *pbuf, const ip_addr_t *peer,
                    u16_t port)
{
    (void)pcb;
    struct udp_session *session = context;
    struct udp_datagram entry;
    bool single = pbuf->next == NULL && pbuf->ref == 1 && pbuf->flags & PBUF_FLAG_IS_CUSTOM;
    if (port == 0) {
        session
            ->dropped++; /* nobody could answer it, and the client takes it for an unused buffer */
    } else if (!session->base || udp_receive_free_available(&session->end, 1) == 0 ||
               udp_receive_room(&session->end, 1) == 0) {
        session->dropped++;
        pause_begin(session);
    } else {
        udp_receive_free_get(&session->end, &entry);
        if (entry.length < pbuf->tot_len || !range_is_valid(session, &entry)) {
            session->dropped++;
            port = 0; /* the buffer goes back unused */
        } else {
            uint8_t *to = (uint8_t *)session->base + entry.offset;
            if (single)
                copy_payload(to, pbuf->payload, pbuf->len);
            else
                pbuf_copy_partial(pbuf, to, pbuf->tot_len, 0);
            entry.length = pbuf->tot_len;
        }
        entry.peer_port = port;
        entry.peer_address = lwip_ntohl(ip4_addr_get_u32(peer));
        udp_receive_put(&session->end, &entry);
        look_at_waiting(session);
        session->received = true;
        session->net->touched |= session->bit;
    }
    if (single)
        nic_buffer_give(pbuf);
    else
        pbuf_free(pbuf);
}

static void give_back(struct udp_session *session, struct udp_datagram entry, bool sent)
{
    if (!sent)
        entry.length = 0;
    udp_send_done_put(&session->end, &entry);
    session->net->touched |= session->bit;
}

/* An entry of `send` comes back at once, into room that may have been for one in flight. */
static void give_back_now(struct udp_session *session, const struct udp_datagram *entry, bool sent)
{
    give_back(session, *entry, sent);
    session->limit -= session->limit != 0;
}

/* Has the driver know the client's dataspace, and no other. As long as it sends from another one
   payloads are copied. */
static void forward(struct udp_session *session)
{
    struct net *net = session->net;
    unsigned number = 1 + (unsigned)(session - net->udp);
    net->done_wanted |= session->in_flight != 0;
    if (!net->card_open || session->in_flight)
        return;
    session->wanted = false;
    if (session->stale)
        link_memory_remove(net->self, net->card, number);
    session->stale = false;
    session->forwarded =
        session->base &&
        link_memory_forward(net->self, (unsigned)(session->link - net->self->links), 0, net->card,
                            number);
}

/* The place of a session that has ended is free when the card is done with the client's memory. */
static void leave(struct udp_session *session)
{
    struct net *net = session->net;
    net->done_wanted |= session->in_flight != 0;
    if (session->in_flight || !session->forwarded)
        return;
    session->forwarded = false;
    if (net->card_open)
        link_memory_remove(net->self, net->card, 1 + (unsigned)(session - net->udp));
}

void udp_session_sent(struct net *net, struct tx_slot *slot, bool sent)
{
    struct udp_session *session = &net->udp[slot->session];
    session->in_flight--;
    if (session->link) {
        give_back(session, slot->entry, sent);
        if (session->wanted)
            forward(session);
    } else {
        leave(session);
    }
}

/* What a session may have in flight: its share, and what it can be given back. */
static uint32_t send_limit(struct udp_session *session)
{
    uint32_t room = udp_send_done_room(&session->end, UDP_SEND_DONE_DEPTH);
    uint32_t share = session->net->udp_share;
    return room < share ? room : share;
}

/* One frame, payload in place. The slot is the driver's afterwards, or free again. */
static void send_slot(struct udp_session *session, const struct udp_datagram *entry)
{
    struct net *net = session->net;
    struct tx_slot *slot = slot_take(net);
    struct pbuf *head = &slot->head.pbuf;
    ip_addr_t peer = IPADDR4_INIT(lwip_htonl(entry->peer_address));
    slot->entry = *entry;
    slot->session = (uint8_t)(session - net->udp);
    slot->payload.payload = (uint8_t *)session->base + entry->offset;
    slot->payload.len = slot->payload.tot_len = entry->length;
    head->payload = slot->header + HEADER_BYTES;
    head->len = 0;
    head->tot_len = entry->length;
    head->ref = 1;
    err_t status = udp_sendto_if_src(session->pcb, head, &peer, entry->peer_port, &net->netif,
                                     netif_ip_addr4(&net->netif));
    if (slot->with_driver) {
        session->in_flight++;
        net->done_wanted |= session->in_flight >= net->udp_share / 2;
        look_at_waiting(session);
    } else {
        slot_give(net, slot);
        give_back_now(session, entry, status == ERR_OK);
    }
}

/* In fragments, or without payload: through lwIP's own buffers. */
static void send_copied(struct udp_session *session, const struct udp_datagram *entry)
{
    struct net *net = session->net;
    struct netif *netif = &net->netif;
    ip_addr_t peer = IPADDR4_INIT(lwip_htonl(entry->peer_address));
    unsigned pieces = 1u + (entry->length + UDP_HLEN) / ((netif->mtu - IP_HLEN) & ~7u);
    struct pbuf *pbuf =
        nic_has_copies(net, pieces) ? pbuf_alloc(PBUF_TRANSPORT, entry->length, PBUF_RAM) : NULL;
    session->limit = send_limit(session); /* some of it may have come back */
    if (!pbuf) {
        give_back_now(session, entry, false);
        return;
    }
    uint16_t flags = netif->chksum_flags;
    memcpy(pbuf->payload, session->base + entry->offset, entry->length);
    if (entry->length + IP_HLEN + UDP_HLEN > netif->mtu)
        netif->chksum_flags |= NETIF_CHECKSUM_GEN_UDP;
    err_t status = udp_sendto_if_src(session->pcb, pbuf, &peer, entry->peer_port, netif,
                                     netif_ip_addr4(netif));
    netif->chksum_flags = flags;
    pbuf_free(pbuf);
    give_back_now(session, entry, status == ERR_OK);
}

static void send_one(struct udp_session *session, const struct udp_datagram *entry)
{
    const struct net *net = session->net;
    size_t packet_bytes = (size_t)entry->length + IP_HLEN + UDP_HLEN;
    if (!session->pcb || entry->peer_port == 0 || !range_is_valid(session, entry) ||
        entry->length > UDP_PAYLOAD_BYTES_MAX)
        give_back_now(session, entry, false);
    else if (session->forwarded && !session->stale && entry->length != 0 &&
             packet_bytes <= net->netif.mtu)
        send_slot(session, entry);
    else
        send_copied(session, entry);
}

void udp_session_serve(struct udp_session *session)
{
    struct net *net = session->net;
    struct udp_datagram entry;
    uint32_t waiting = udp_send_arm_look(&session->end);
    if (waiting) {
        session->limit = net->card_open ? send_limit(session) : 0;
        while (waiting > 0 && session->in_flight < session->limit && nic_has_room(net)) {
            udp_send_get(&session->end, &entry);
            send_one(session, &entry);
            waiting--;
        }
        udp_send_release(&session->end);
    }
    ring_stall(&session->end.send, waiting != 0);
    if (waiting) {
        net->blocked |= session->bit;
        net->done_wanted = true;
        if (net->card_open && session->in_flight < send_limit(session) && nic_has_room(net))
            net->work |= session->bit; /* much came back at once: nobody will wake us for more */
    }
}

bool udp_session_waits(struct udp_session *session)
{
    uint32_t in_flight = session->in_flight;
    return !session->link || session->wanted || session->net->blocked & session->bit ||
           in_flight >= session->net->udp_share / 2 ||
           in_flight >= udp_receive_free_available(&session->end, in_flight);
}

void udp_session_flush(struct udp_session *session)
{
    if (session->end.send_done.next != session->end.send_done.published) {
        udp_send_done_publish(&session->end);
        /* A client that sleeps on `receive` alone would never fetch what it receives with. */
        if (udp_receive_free_available(&session->end, FEW_BUFFERS) < FEW_BUFFERS)
            ring_wake(&session->link->wake);
    }
    if (session->end.receive_free.next != session->end.receive_free.released)
        udp_receive_free_release(&session->end);
    if (session->received) {
        session->received = false;
        udp_receive_publish(&session->end);
        udp_receive_notify(&session->end, &session->link->wake);
    }
}

static int bind_port(void *context, uint64_t sender, uint16_t port)
{
    (void)sender;
    struct udp_session *session = context;
    if (session->pcb)
        return INTERFACE_REFUSED;
    if (port_is_anothers(session->net, (unsigned)(session->link - session->net->self->links), port))
        return UDP_ERROR_PORT_TAKEN;
    struct udp_pcb *pcb = udp_new();
    if (!pcb)
        return INTERFACE_EXHAUSTED;
    if (udp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
        udp_remove(pcb);
        return UDP_ERROR_PORT_TAKEN;
    }
    udp_recv(pcb, receive, session);
    session->pcb = pcb;
    return 0;
}

static int address_get(void *context, uint64_t sender, uint32_t *ipv4, uint32_t *netmask)
{
    (void)sender;
    struct udp_session *session = context;
    const struct netif *netif = &session->net->netif;
    *ipv4 = lwip_ntohl(ip4_addr_get_u32(netif_ip4_addr(netif)));
    *netmask = lwip_ntohl(ip4_addr_get_u32(netif_ip4_netmask(netif)));
    return *ipv4 ? 0 : UDP_ERROR_NO_NETWORK;
}

static const struct udp_handlers handlers = {.bind = bind_port, .address = address_get};

uint64_t udp_session_call(struct udp_session *session, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct l4_message message = {.tag = tag};
    memcpy(message.w, words, sizeof(message.w));
    udp_dispatch(&handlers, session, &message);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}

static void share_out(struct net *net)
{
    uint32_t sessions = 0;
    net->udp_top = 0;
    for (unsigned i = 0; i < UDP_SESSIONS; i++) {
        sessions += net->udp[i].link != NULL;
        if (net->udp[i].link || net->udp[i].in_flight)
            net->udp_top = i + 1;
    }
    net->udp_share = sessions ? TX_SLOTS / sessions : TX_SLOTS;
}

void udp_session_update(struct udp_session *session)
{
    if (!session->link)
        return;
    const struct link_dataspace *dataspace = &session->link->dataspaces[0];
    bool usable = dataspace->base && dataspace->writable;
    size_t length_bytes = usable ? dataspace->length_bytes : 0;
    const uint8_t *base = usable ? dataspace->base : NULL;
    session->changes = session->link->changes;
    if (base != session->base || length_bytes != session->length_bytes) {
        if (base)
            link_memory_populate(dataspace);
        session->base = base;
        session->length_bytes = length_bytes;
        session->stale = session->forwarded;
        session->wanted = session->stale || base;
    }
    if (session->wanted)
        forward(session);
}

void udp_session_opened(struct net *net, unsigned link)
{
    struct udp_session *session = NULL;
    for (unsigned i = 0; i < UDP_SESSIONS && !session; i++)
        if (!net->udp[i].link && !net->udp[i].forwarded)
            session = &net->udp[i];
    if (!session) {
        log_line(net->self, "more than %d clients: no room for another", UDP_SESSIONS);
        return;
    }
    *session = (struct udp_session){.net = net,
                                    .link = &net->self->links[link],
                                    .bit = UINT64_C(1) << link,
                                    .dropped = session->dropped};
    udp_server_start(&session->end, session->link->area);
    ring_wake_count_set(&session->end.receive_free, PAUSE_EARNED);
    net->users[link].udp = session;
    share_out(net);
    udp_session_update(session);
    ring_wake(&session->link->wake); /* a client that came before us asks for its port now */
}

void udp_session_closed(struct udp_session *session)
{
    struct net *net = session->net;
    net->users[session->link - net->self->links].udp = NULL;
    net->work &= ~session->bit;
    net->touched &= ~session->bit;
    net->blocked &= ~session->bit;
    net->paused &= ~session->bit;
    if (session->pcb)
        udp_remove(session->pcb);
    session->pcb = NULL;
    session->link = NULL;
    session->base = NULL;
    leave(session);
    share_out(net);
}
