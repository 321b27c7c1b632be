/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The network server's state and what its files call of each other.
 *
 * A received frame: the driver's ring entry names one of our receive buffers; a pbuf that belongs
 * to the buffer wraps it without a copy; lwIP finds the port; udp_session.c copies the payload into
 * the next empty buffer of the client and gives the frame's buffer back to the driver.
 *
 * A datagram to be sent: the client's ring entry names a range of its own dataspace, which is part
 * of the session with the driver as well; a transmit slot holds the pbufs for header and payload
 * and the room for the header; the driver gets two ranges, the header's and the client's, and when
 * it returns the slot, the client gets its entry back.
 *
 * lwIP keeps its state in global variables, so a program has one network server at most.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "tcp_session.h"
#include <idl/netdev_session.h>
#include <idl/udp_session.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/udp.h>
#include <rt/component.h>
#include <session/memory.h>
#include <stdalign.h>

enum {
    RX_BUFFERS = NETDEV_RX_FREE_DEPTH,
    BUFFER_BYTES = 2048, /* half a page: a range in one page needs one translation */
    TX_SLOTS = 2 * NETDEV_TX_DEPTH / 4,
    TX_COPIES = 64,      /* slots for packets that lwIP itself makes */
    TX_COPIES_KEPT = 16, /* of these, not for long datagrams */
    HEADER_BYTES = 64,
    NET_LINKS = 64,
    DONE_BATCH = 24, /* packets that the driver has before those that are done are collected */
    PAUSE_US = 1000, /* what a client may take to give buffers while no frames are taken in */
    PAUSE_MOST_US = 4 * PAUSE_US,
    OTHERS_MOST = 128, /* frames that are no datagrams for clients: so many in less than */
    OTHERS_US = 1000,  /* this are a flood, and are followed by a pause of */
    OTHERS_PAUSE_US = 100,
    UDP_SESSIONS = LINK_DATASPACES - 1, /* each brings a dataspace; index 0 is ours */
};

#define NONE UINT32_MAX

/* A receive buffer's pbuf. The data are in the dataspace, the pbuf is not. */
struct rx_buffer {
    struct pbuf_custom pbuf; /* first, so that a pbuf leads here */
    bool with_driver;
};

/* A datagram on its way out. The slots lie in our dataspace of the session with the driver. */
struct tx_slot {
    alignas(256) struct pbuf_custom head; /* first, so that a pbuf leads here */
    struct pbuf payload;
    uint32_t number;
    bool with_driver;
    uint8_t session;           /* of the client whose payload it is */
    struct udp_datagram entry; /* what the client gets back */
    uint8_t header[HEADER_BYTES];
};

/* A packet of lwIP's own, copied because its pbufs are lwIP's to free at once. */
struct tx_copy {
    bool with_driver;
    uint8_t *data; /* BUFFER_BYTES */
};

struct udp_session {
    struct net *net;
    struct link *link; /* null: no session; the last one may be leaving still */
    uint64_t bit;      /* of the link, in masks */
    struct udp_server end;
    struct udp_pcb *pcb; /* null: not bound */
    const uint8_t *base; /* the client's dataspace, null: not there yet */
    size_t length_bytes;
    uint32_t changes;        /* of the link's dataspaces that we know of */
    uint32_t in_flight;      /* slots that hold its datagrams */
    uint32_t limit;          /* of these, while `send` is read */
    bool forwarded;          /* the driver knows the dataspace, as 1 + our number */
    bool stale;              /* it knows one that is no longer the client's */
    bool wanted;             /* it is to be told of another one, once */
    bool received;           /* entries wait to be published */
    uint32_t taken_at_pause; /* index in receive_free at the last pause */
    uint64_t dropped;        /* no buffer, or none that fits */
};

struct net_counts {
    uint64_t rx_bad;      /* entries of the driver that no honest driver makes */
    uint64_t rx_checksum; /* frames that the card found damaged */
    uint64_t tx_full;     /* packets of lwIP's own that found no room */
};

/* Who uses a link. */
struct net_user {
    struct udp_session *udp;
    struct tcp_session *tcp;
};

struct net {
    struct instance *self;
    uint64_t work, touched, blocked; /* links by number: see net.c */
    uint64_t paused;                 /* no frames are taken in until these clients give buffers, */
    uint64_t pause_end_us;           /* or until then; then it is looked again, */
    uint64_t pause_last_us;          /* until it has taken too long */
    uint64_t others_since_us;        /* see OTHERS_MOST */
    uint32_t others;
    bool again;           /* there is more to do before the program may block */
    bool rx_look;         /* there may be frames that no wake-up will tell of */
    bool done_look;       /* the same of packets that are done */
    bool done_armed;      /* the driver has been asked for a wake-up by packets done */
    bool done_wanted;     /* somebody may wait for packets that the driver has */
    uint32_t with_driver; /* packets */
    unsigned card;        /* number of the link to the driver */
    uint64_t card_bit;    /* of that link, in masks */
    struct netdev_client end;
    bool card_open;
    uint32_t offloads;
    uint32_t speed_mbps; /* of the medium; 0: it is down, NONE: nobody has said yet */
    uint8_t mac[6];
    struct netif netif;
    uint16_t checks[4]; /* lwIP's duties for a frame, by its flags ipv4_good and payload_good */
    struct memory memory;
    uint8_t *rx_data; /* RX_BUFFERS of BUFFER_BYTES */
    struct tx_slot *slots;
    uint32_t free_slots[TX_SLOTS];
    uint32_t free_slot_count;
    struct tx_copy copies[TX_COPIES];
    uint32_t next_copy;
    struct rx_buffer rx[RX_BUFFERS];
    struct net_counts counts;
    uint32_t address_logged;   /* as lwIP has it */
    uint64_t conflict_next_us; /* until then nothing is said of others with our address */
    uint32_t dhcp_asked;       /* how often, since there was an answer */
    bool dhcp_requested;       /* what a server had offered */
    uint32_t udp_share;        /* slots that one client may have in flight */
    unsigned udp_top;          /* sessions from here on are unused */
    struct net_user users[NET_LINKS];
    struct udp_session udp[UDP_SESSIONS];
    struct tcp_session tcp[TCP_SESSIONS];
};

/* net.c: whether the image gives a port to another client of the same interface, and not to this
   one. That is true also before the other one has asked for it, and after it has died. */
bool port_is_anothers(const struct net *net, unsigned link, uint16_t port);

/* net.c: no frames are taken in for a time, or until the client of one of these links gives
   buffers. */
void net_pause(struct net *net, uint64_t bits, uint32_t us);

/* nic.c */

/* Memory for buffers and slots, lwIP's interface. Once. */
bool nic_prepare(struct net *net);
/* The link to the driver is open (again), or closed. */
void nic_opened(struct net *net);
void nic_closed(struct net *net);
/* Feeds received frames to lwIP, and asks the driver for a wake-up by the next ones. */
void nic_receive(struct net *net);
/* Finishes packets that were sent. */
void nic_reclaim(struct net *net);
/* Asks the driver for a wake-up by packets that are done, if somebody waits for them. */
void nic_arm(struct net *net);
/* Shows the driver what was put into its rings since the last time. */
void nic_flush(struct net *net);
/* Whether the medium's state has changed, and what follows. */
void nic_medium_check(struct net *net);

/* True if a datagram can be handed to the driver now. */
static inline bool nic_has_room(struct net *net)
{
    return net->free_slot_count != 0 && netdev_tx_room(&net->end, 2) >= 2;
}

/* True if lwIP can send so many packets of its own now and some are left for others; packets that
   are done have come back before it is false. */
bool nic_has_copies(struct net *net, unsigned count);

/* A free slot; the caller has asked nic_has_room. */
static inline struct tx_slot *slot_take(struct net *net)
{
    return &net->slots[net->free_slots[--net->free_slot_count]];
}

static inline void slot_give(struct net *net, struct tx_slot *slot)
{
    net->free_slots[net->free_slot_count++] = slot->number;
}

/* Gives a received frame's buffer back to the driver: pbuf_free for those that know that theirs is
   the only reference. */
void nic_buffer_give(struct pbuf *pbuf);

/* udp_session.c */

void udp_session_opened(struct net *net, unsigned link);
void udp_session_closed(struct udp_session *session);
/* Dataspaces of the session may have been added. */
void udp_session_update(struct udp_session *session);
/* Sends what the client has put into its ring, as far as there is room, and asks for a wake-up. */
void udp_session_serve(struct udp_session *session);
/* A slot came back: the client gets its entry. */
void udp_session_sent(struct net *net, struct tx_slot *slot, bool sent);
/* Shows the client what was put into its rings. */
void udp_session_flush(struct udp_session *session);
/* Asks a client without buffers to wake us when it has given some. False: there are enough now. */
bool udp_session_pauses(struct udp_session *session);
/* True if the client may be waiting for buffers that the driver has, or the session is to be rid of
   them. */
bool udp_session_waits(struct udp_session *session);
uint64_t udp_session_call(struct udp_session *session, uint64_t tag, uint64_t words[CALL_WORDS]);

/* tcp_handshake.c: forgets those who have asked for a connection to a listening pcb and not yet
   confirmed it. */
void tcp_handshakes_drop(const struct tcp_pcb *listener);

/* report.c: what the server has, as a line of the log. */
void report_log(struct instance *self);

/* address.c */

/* Starts DHCP or sets the address of the image file. False, after a log line, if that is none. */
bool address_start(struct net *net);
/* Looks whether a frame, which need not be ARP, says that another host has our address. */
void address_look(struct net *net, const uint8_t *frame, uint16_t length);

#endif
