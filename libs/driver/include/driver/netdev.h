/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's end of idl/netdev.idl, for all network drivers.
 *
 * A driver embeds a `struct netdev_port` as the first member of its state and fills in a table of
 * verbs. This library calls them:
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
 * Life of a buffer. The client's ring entry is copied once into a place that the client cannot
 * reach. The copy is checked, the page is pinned and translated (netdev_pin), and the card may use
 * it. When the card is done (or has been reset), the buffer returns, exactly once. What the client
 * wrote wrongly costs the client: a bad transmit range refuses its packet, a bad receive buffer
 * comes back empty, a broken ring index ends the session.
 *
 * Pins. Buffers are used again and again, so a page that was pinned stays pinned, and where it is
 * is remembered: that is all that the next buffer in it costs. From time to time, and when there is
 * no room for more, pages that the card does not use are let go. A card keeps receive buffers for
 * as long as nothing arrives, so pins that expire are no pins for it: nothing is translated where
 * they do.
 *
 * Life of a session. `generation` is that of the link that is served. When the link has another
 * one, the card is reset before anything else happens: nothing is written into memory of a session
 * that has ended, and nothing of it is returned.
 *
 * What a card may do to us. An interrupt without work is ignored, and after many in a row
 * interrupts are looked for by timer only. A card that stops completing, reports a fault of the bus
 * or breaks the rules of its rings is reset, not more often than RESETS_IN_A_ROW times without a
 * packet in between. One that cannot even be reset is isolated from the bus and given up: all
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
    NETDEV_PINS_MAX = 1024,
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
    /* Whether an interrupt is bound to come within the hold-off: what the client sends can wait for
     * it. Asked where `gathers` is set. */
    bool (*interrupt_is_due)(struct netdev_port *port);
    /* Sets the receiver going if it has stopped; harmless if it has not. */
    void (*rx_start)(struct netdev_port *port);
    /* True if the card will never fill the oldest buffer that it has: it has gone past it. */
    bool (*stuck)(struct netdev_port *port);
    /* Returns all buffers after a reset: netdev_give_empty and netdev_give_sent for each. */
    void (*buffers_drop)(struct netdev_port *port);
    /* Says what the card uses: netdev_in_use for each range. */
    void (*buffers_mark)(struct netdev_port *port);
};

struct netdev_port {
    struct instance *self;
    struct link *link; /* to the client */
    const struct netdev_hardware *hardware;
    struct driver_device device;
    struct netdev_server end;
    struct netdev_statistics counts;
    uint32_t generation; /* of the session that is served, 0: none */
    uint32_t changes;    /* of the link's dataspaces that we know of */
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
    uint32_t tx_incomplete;  /* entries of a packet whose other ranges the client has not put yet */
    bool gathers;            /* packets may wait for an interrupt; the driver sets it */
    bool tx_blocked;         /* packets of the client wait until others have been sent */
    bool tx_armed;           /* the client will wake us when it puts packets */
    bool poll_set;           /* the deadline is that of the next poll */
    unsigned storms;
    uint64_t frames_seen;    /* by the watchdog: frames moved in either direction */
    uint64_t physical_limit; /* the card reaches memory below */
    struct translation translations[LINK_DATASPACES];
    /* By any number that an entry can hold: where the pages that are pinned are, 0 for others. */
    struct netdev_pages {
        uint64_t *physical;
        uint64_t page_count;
    } pages[UINT8_MAX + 1];
    struct netdev_pin {
        uint64_t page;
        uint8_t dataspace;
    } pins[NETDEV_PINS_MAX];
    uint32_t pin_count;
};

/* To be called at the end of the driver's `start`, with hardware, device, MAC, MTU and offloads
 * filled in. Starts the card. */
bool netdev_port_start(struct netdev_port *port, struct instance *self);

/* Entry points of the component that are the same for all: netturn.h has the others. */
void netdev_timer(struct instance *self);
void netdev_watch(struct instance *self);
void netdev_report(struct instance *self);
void netdev_opened(struct instance *self, unsigned link);
void netdev_closed(struct instance *self, unsigned link);
uint64_t netdev_call(struct instance *self, unsigned link, uint64_t tag,
                     uint64_t words[CALL_WORDS]);

/* Tells the client that the medium has changed; nothing if it has not. */
void netdev_medium_set(struct netdev_port *port, uint32_t speed_mbps, bool full_duplex);

/*
 * The slow way of netdev_pin: pages that are not pinned yet, several pages that follow each other
 * in memory, dataspaces that are new. TRANSLATION_MISS as below.
 */
uint64_t netdev_pin_slow(struct netdev_port *port, const struct netdev_buffer *range);

/*
 * Pins and translates a range of the client: its physical address, or TRANSLATION_MISS if it is
 * empty, outside the session's dataspaces, not in one piece of memory, not in memory now, or beyond
 * the card's reach. `range` is the private copy.
 */
static inline uint64_t netdev_pin(struct netdev_port *port, const struct netdev_buffer *range)
{
    const struct netdev_pages *pages = &port->pages[range->dataspace];
    uint32_t page = range->offset >> TRANSLATION_PAGE_BITS;
    uint32_t inside = range->offset & (uint32_t)(TRANSLATION_PAGE_BYTES - 1);
    uint64_t physical;

    if (page >= pages->page_count || range->length == 0 ||
        inside + range->length > TRANSLATION_PAGE_BYTES)
        return netdev_pin_slow(port, range);
    physical = pages->physical[page];
    if (physical == 0)
        return netdev_pin_slow(port, range);
    return physical + inside;
}

/* A range that the card uses: its pages are not let go in this sweep. Called by buffers_mark only.
 */
void netdev_in_use(struct netdev_port *port, uint8_t dataspace, uint32_t offset, uint32_t length);

/* True if the client sleeps until packets of its are sent. */
static inline bool netdev_client_waits(struct netdev_port *port)
{
    return ring_load_sleep(&port->end.tx_done.shared->sleep) != 0;
}

/*
 * Returns a receive buffer, filled. The caller has asked netdev_rx_room, the card is done with it,
 * and what is counted is added to the statistics by netdev_received.
 */
static inline void netdev_give_filled(struct netdev_port *port, struct netdev_buffer *buffer,
                                      uint16_t length_bytes, uint8_t flags)
{
    buffer->length = length_bytes;
    buffer->flags = flags;
    netdev_rx_put(&port->end, buffer);
}

static inline void netdev_received(struct netdev_port *port, uint64_t frames, uint64_t bytes)
{
    port->counts.rx_frames += frames;
    port->counts.rx_bytes += bytes;
}

/* Returns a receive buffer, empty: its frame was no good, or it was of no use. Lost if the client
 * left no room. */
void netdev_give_empty(struct netdev_port *port, struct netdev_buffer *buffer);

/*
 * Gets the next empty buffer of the client, a private copy, into `buffer`: its physical address, or
 * TRANSLATION_MISS if it was of no use and went back at once. The caller has asked
 * netdev_rx_free_available.
 */
static inline uint64_t netdev_take_empty(struct netdev_port *port, struct netdev_buffer *buffer,
                                         uint32_t align_mask)
{
    uint64_t physical = TRANSLATION_MISS;

    netdev_rx_free_get(&port->end, buffer);
    if (buffer->length >= port->frame_bytes_max && (buffer->offset & align_mask) == 0)
        physical = netdev_pin(port, buffer);
    if (physical == TRANSLATION_MISS)
        netdev_give_empty(port, buffer);
    return physical;
}

/* Returns a packet's buffers: sent, or with NETDEV_ERROR. The caller has asked netdev_tx_done_room.
 */
static inline void netdev_give_sent(struct netdev_port *port, uint64_t cookie, uint8_t flags)
{
    struct netdev_buffer done = {.cookie = cookie, .flags = flags};

    netdev_tx_done_put(&port->end, &done);
}

#endif
