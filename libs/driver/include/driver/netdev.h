/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's end of idl/netdev.idl, for all network drivers.
 *
 * A driver embeds a `struct netdev_port` as the first member of its state and fills in a table of verbs. This library calls them:
 *
 *   irq          reads the causes, deals with all that is no packet, and says what it found
 *   rx_deliver   hands received frames to the client, oldest first
 *   rx_refill    hands the client's empty buffers to the card
 *   tx_submit    hands the client's packets to the card, and kicks it once
 *   tx_reclaim   returns what was sent to the client, in order
 *   reset        stops the card: true when it touches no memory any more
 *   start        programs everything and sets it going, with empty rings on the card
 *   filter_set   makes the card accept what `promiscuous` and `groups` say
 *
 * Life of a buffer. The client's ring entry is copied once into a place that the client cannot reach. The copy is checked, the
 * pages are pinned and translated (netdev_pin), and the card may use them. When the card is done (or has been reset), the pins are
 * taken back and the buffer returns, exactly once. What the client wrote wrongly costs the client: a bad transmit range refuses its
 * packet, a bad receive buffer comes back empty, a broken ring index ends the session.
 *
 * Life of a session. `generation` is that of the link that is served. When the link has another one, the card is reset before
 * anything else happens: nothing is written into memory of a session that has ended, and nothing of it is returned.
 *
 * What a card may do to us. An interrupt without work is ignored, and after many in a row interrupts are looked for by timer
 * only. A card that stops completing, reports a fault of the bus or breaks the rules of its rings is reset, not more often than
 * RESETS_IN_A_ROW times without a packet in between. One that cannot even be reset is isolated from the bus and given up: all
 * packets are refused from then on.
 */
#ifndef DRIVER_NETDEV_H
#define DRIVER_NETDEV_H

#include <dataspace/translation.h>
#include <driver/device.h>
#include <idl/netdev_session.h>
#include <rt/component.h>

enum {
    NETDEV_GROUPS_MAX = 32,
    NETDEV_HEADER_BYTES = 14,
    NETDEV_TAG_BYTES = 4,
};

struct netdev_port;

enum netdev_found {
    NETDEV_NOT_OURS, /* the card raised no interrupt */
    NETDEV_WORK,     /* look at the rings */
    NETDEV_BROKEN,   /* the card must be reset */
    NETDEV_GONE,     /* the card does not answer any more */
};

struct netdev_hardware {
    enum netdev_found (*irq)(struct netdev_port *port);
    void (*rx_deliver)(struct netdev_port *port);
    void (*rx_refill)(struct netdev_port *port);
    void (*tx_submit)(struct netdev_port *port);
    void (*tx_reclaim)(struct netdev_port *port);
    bool (*reset)(struct netdev_port *port);
    bool (*start)(struct netdev_port *port);
    void (*filter_set)(struct netdev_port *port);
    void (*interrupts_set)(struct netdev_port *port, bool on);
    /* Gives up all buffers after a reset: netdev_give_empty and netdev_give_sent for each. */
    void (*buffers_drop)(struct netdev_port *port);
};

struct netdev_port {
    struct instance *self;
    struct link *link; /* to the client */
    const struct netdev_hardware *hardware;
    struct driver_device device;
    struct netdev_server end;
    struct netdev_statistics counts;
    uint64_t now_us;     /* for pins that expire */
    uint32_t generation; /* of the session that is served, 0: none */
    uint32_t frame_bytes_max;
    uint32_t mtu_bytes;
    uint32_t offloads;
    uint32_t speed_mbps; /* 0: no link */
    bool full_duplex;
    bool promiscuous;
    bool gone;    /* the card is given up */
    bool suspect; /* a verb found that the card broke the rules of its rings: reset it */
    bool polling; /* interrupts are switched off because they stormed */
    uint8_t mac[6];
    uint8_t groups[NETDEV_GROUPS_MAX][6];
    unsigned group_count;
    unsigned empty_interrupts; /* in a row */
    unsigned resets_in_a_row;
    uint32_t in_flight;      /* packets that the card has to send */
    uint32_t in_flight_seen; /* when the watchdog looked */
    uint32_t sent_seen;      /* likewise: index of tx_done */
    uint64_t watched_us;     /* when that was */
    bool starving;           /* the card has no receive buffers */
    bool tx_blocked;         /* packets of the client wait until others have been sent */
    bool poll_set;           /* the deadline is that of the next poll */
    unsigned storms;
    uint64_t physical_limit; /* the card reaches memory below */
    bool pins_expire;        /* now_us is kept */
    struct translation translations[LINK_DATASPACES];
};

/* To be called at the end of the driver's `start`, with hardware, device, MAC, MTU and offloads filled in. Starts the card. */
bool netdev_port_start(struct netdev_port *port, struct instance *self);

/* Entry points of the component; the instance's state begins with the port. */
void netdev_event(struct instance *self, uint64_t events);
bool netdev_sleep(struct instance *self);
void netdev_irq(struct instance *self, unsigned line);
void netdev_timer(struct instance *self);
void netdev_opened(struct instance *self, unsigned link);
void netdev_closed(struct instance *self, unsigned link);
uint64_t netdev_call(struct instance *self, unsigned link, uint64_t tag,
                     uint64_t words[CALL_WORDS]);

/* Tells the client that the medium has changed; nothing if it has not. */
void netdev_medium_set(struct netdev_port *port, uint32_t speed_mbps, bool full_duplex);

/* Entries returned to the client so far, modulo 2^32: grows with each packet, either way. */
static inline uint32_t netdev_moved(const struct netdev_port *port)
{
    return port->end.rx.next + port->end.tx_done.next;
}

/* Takes back the pin of a range that the card cannot reach. Returns TRANSLATION_MISS. */
uint64_t netdev_pin_refuse(struct netdev_port *port, const struct netdev_buffer *range,
                           uint64_t physical);

/*
 * Pins and translates a range of the client: its physical address, or TRANSLATION_MISS if it is outside the session's dataspaces,
 * not in one page, not in memory now, or beyond the card's reach. `range` is the private copy; a length of 0 is the caller's to
 * refuse.
 */
static inline uint64_t netdev_pin(struct netdev_port *port, const struct netdev_buffer *range)
{
    uint64_t physical;

    if (range->dataspace >= LINK_DATASPACES)
        return TRANSLATION_MISS;
    physical = translation_pin(&port->translations[range->dataspace], range->offset, range->length,
                               port->now_us);
    if (physical >= port->physical_limit)
        return netdev_pin_refuse(port, range, physical);
    return physical;
}

/* The same for a range in several pages that follow each other in memory, and for pages that are not there yet. */
uint64_t netdev_pin_slow(struct netdev_port *port, const struct netdev_buffer *range);

/* Takes the pins of a range back that netdev_pin or netdev_pin_slow gave. */
static inline void netdev_unpin(struct netdev_port *port, uint8_t dataspace, uint32_t offset,
                                uint32_t length)
{
    struct translation *translation = &port->translations[dataspace];

    if ((offset & (TRANSLATION_PAGE_BYTES - 1)) + length <= TRANSLATION_PAGE_BYTES)
        translation_unpin(translation, offset);
    else
        translation_unpin_run(translation, offset, length);
}

/* True if the client sleeps until packets of its are sent. */
static inline bool netdev_client_waits(struct netdev_port *port)
{
    return ring_load_sleep(&port->end.tx_done.shared->sleep) != 0;
}

/* True if a frame can be returned to the client. */
static inline bool netdev_can_give(struct netdev_port *port)
{
    return netdev_rx_room(&port->end, 1) != 0;
}

/* Returns a receive buffer, filled. The caller has asked netdev_can_give, and the card is done with it. */
static inline void netdev_give_filled(struct netdev_port *port, struct netdev_buffer *buffer,
                                      uint16_t length_bytes, uint8_t flags)
{
    netdev_unpin(port, buffer->dataspace, buffer->offset, buffer->length);
    buffer->length = length_bytes;
    buffer->flags = flags;
    netdev_rx_put(&port->end, buffer);
    port->counts.rx_frames++;
    port->counts.rx_bytes += length_bytes;
}

/* Returns a receive buffer that is not pinned any more, empty. Drops it if the client left no room. */
void netdev_give_empty(struct netdev_port *port, struct netdev_buffer *buffer);

/*
 * The next empty buffer of the client: its physical address, or TRANSLATION_MISS if there is none. `buffer` receives the private
 * copy. Buffers that are too small, not aligned or not the session's go back at once.
 */
static inline uint64_t netdev_take_empty(struct netdev_port *port, struct netdev_buffer *buffer,
                                         uint32_t align_mask)
{
    while (netdev_rx_free_available(&port->end, 1)) {
        uint64_t physical;

        netdev_rx_free_get(&port->end, buffer);
        if (buffer->length >= port->frame_bytes_max && (buffer->offset & align_mask) == 0) {
            physical = netdev_pin(port, buffer);
            if (physical == TRANSLATION_MISS)
                physical = netdev_pin_slow(port, buffer);
            if (physical != TRANSLATION_MISS)
                return physical;
        }
        buffer->length = 0;
        netdev_give_empty(port, buffer);
    }
    return TRANSLATION_MISS;
}

/* Returns a packet's buffers: sent, or with NETDEV_ERROR. The caller has asked netdev_tx_done_room. */
static inline void netdev_give_sent(struct netdev_port *port, uint64_t cookie, uint8_t flags)
{
    struct netdev_buffer done = {.cookie = cookie, .flags = flags};

    netdev_tx_done_put(&port->end, &done);
}

#endif
