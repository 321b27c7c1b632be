/* SPDX-License-Identifier: BSD-2-Clause */
/* What all network drivers share; include/driver/netdev.h tells the story. */
#include "netdev-pins.h"

#include <driver/ethernet.h>
#include <driver/netturn.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <session/session.h>

enum {
    WATCHDOG_US = 250000,      /* outstanding work is looked at no more often */
    POLL_US = 1000,            /* how often a card is looked at that has no buffers or storms */
    EMPTY_INTERRUPTS_MAX = 64, /* in a row, before interrupts are switched off for POLL_US */
    RESETS_IN_A_ROW = 8,
};

void netdev_give_empty(struct netdev_port *port, struct netdev_buffer *buffer)
{
    port->counts.rx_dropped++;
    if (!netdev_rx_room(&port->end, 1))
        return;
    buffer->length = 0;
    buffer->flags = 0;
    netdev_rx_put(&port->end, buffer);
}

/* The card is lost. What it may still do to memory ends with its right to master the bus; only then
 * buffers go back. */
static void give_up(struct netdev_port *port, const char *why)
{
    if (port->gone)
        return;
    log_line(port->self, "%s: giving the card up", why);
    port->gone = true;
    port->in_flight = 0;
    if (driver_device_isolate(port->self)) {
        port->hardware->buffers_drop(port);
        netdev_pins_sweep(port);
    }
    netdev_medium_set(port, 0, false);
}

/* Resets the card and starts it again; what it had goes back to the client, if the session still is
 * the one it came from. */
static void restart(struct netdev_port *port, const char *why)
{
    if (port->gone)
        return;
    port->suspect = false;
    if (++port->resets_in_a_row > RESETS_IN_A_ROW) {
        give_up(port, why);
        return;
    }
    log_line(port->self, "%s: resetting the card", why);
    port->counts.resets++;
    if (!port->hardware->reset(port)) {
        give_up(port, "the card does not complete its reset");
        return;
    }
    port->hardware->buffers_drop(port);
    port->in_flight = 0;
    port->polling = false;
    if (!port->hardware->start(port))
        give_up(port, "the card does not start again");
}

/* Answers the client's packets when there is no card. */
static void refuse_all(struct netdev_port *port)
{
    struct netdev_buffer range;

    while (netdev_tx_done_room(&port->end, 1) && netdev_tx_available(&port->end, 1)) {
        netdev_tx_get(&port->end, &range);
        if (range.flags & NETDEV_MORE)
            continue;
        port->counts.tx_refused++;
        netdev_give_sent(port, range.cookie, NETDEV_ERROR);
    }
    ring_stall(&port->end.tx, !netdev_tx_done_room(&port->end, 1));
}

void netdev_suspect(struct netdev_port *port)
{
    restart(port, "the card broke the rules of its rings");
}

/* A full round, in which everything that is there moves on. */
static void work(struct netdev_port *port)
{
    if (port->gone) {
        refuse_all(port);
    } else {
        port->hardware->tx_reclaim(port);
        netdev_frames(port, port->hardware);
        port->hardware->tx_submit(port);
    }
    netdev_round_end(port);
}

/*
 * Dataspaces came or went. The manager keeps the pages of one that went as long as they are
 * pinned, so they are let go: when the card is done with them, or, if it still has some, by a
 * reset.
 */
static void dataspaces_change(struct netdev_port *port)
{
    port->changes = port->link->changes;
    if (netdev_pins_lost(port) && !port->gone) {
        port->hardware->tx_reclaim(port);
        netdev_pins_sweep(port);
    }
    if (netdev_pins_lost(port) && !port->gone) {
        restart(port, "memory in use was taken back");
        netdev_pins_sweep(port);
    }
    netdev_pins_update(port);
}

/* Stops serving the session: the card forgets its buffers, which are not returned. */
static void session_end(struct netdev_port *port)
{
    bool stopped = !port->gone && port->hardware->reset(port);

    port->generation = 0;
    port->in_flight = 0;
    port->starving = false;
    netdev_pins_end(port, stopped);
    if (port->gone)
        return;
    if (!stopped || !port->hardware->start(port))
        give_up(port, "the card does not complete its reset");
}

/* Whether there is a session to serve. A client that breaks a ring has had its session. */
bool netdev_session_is_served(struct netdev_port *port)
{
    if (port->generation == 0)
        return false;
    if (!netdev_server_is_broken(&port->end))
        return true;
    log_line(port->self, "the client broke a ring: its session is over");
    session_end(port);
    ring_stall(&port->end.tx, true);
    /* The client may have another one. */
    session_close(port->self, (unsigned)(port->link - port->self->links));
    return false;
}

void netdev_opened(struct instance *self, unsigned link)
{
    struct netdev_port *port = self->state;

    if (&self->links[link] != port->link || port->link->area_bytes < sizeof(struct netdev_area))
        return;
    port->generation = port->link->generation;
    netdev_server_start(&port->end, port->link->area);
    port->starving = true;
    port->tx_armed = false;
    netdev_pins_update(port);
    netdev_medium_set(port, port->speed_mbps, port->full_duplex);
}

void netdev_closed(struct instance *self, unsigned link)
{
    struct netdev_port *port = self->state;

    if (&self->links[link] == port->link && port->generation)
        session_end(port);
}

/* Not the usual state of things, or memory of the session has come or gone. */
void netdev_event_unusual(struct netdev_port *port)
{
    uint32_t taken = port->end.tx.next;

    port->tx_armed = false;
    if (port->generation == 0)
        return;
    if (port->changes != port->link->changes)
        dataspaces_change(port);
    work(port);
    if (port->end.tx.next == taken)
        netdev_session_is_served(port);
}

void netdev_poll_later(struct netdev_port *port)
{
    if (port->poll_set)
        return;
    port->poll_set = true;
    port->self->deadline_us = clock_us() + POLL_US;
}

/* A storm: many interrupts in a row, and nothing to be found behind them. */
void netdev_irq_empty(struct netdev_port *port)
{
    if (port->gone || ++port->empty_interrupts < EMPTY_INTERRUPTS_MAX)
        return;
    if (port->storms++ == 0)
        log_line(port->self, "interrupts without work: looking by timer from time to time");
    port->empty_interrupts = 0;
    port->polling = true;
    port->hardware->interrupts_set(port, false);
    netdev_poll_later(port);
}

/* An interrupt that is not just frames and packets, though it may be those as well. */
void netdev_irq_unusual(struct netdev_port *port, enum netdev_found found)
{
    if (found == NETDEV_NOT_OURS)
        return;
    port->counts.interrupts++;
    if (found == NETDEV_GONE)
        give_up(port, "the card does not answer");
    else if (found == NETDEV_BROKEN)
        restart(port, "the card reports a fault");
    if (port->generation)
        work(port);
}

/*
 * Looks whether all is well, when root asks that of the program: the image says how often, and that
 * needs no timer of our own, which would make every wait dearer.
 */
void netdev_watch(struct instance *self)
{
    struct netdev_port *port = self->state;
    uint64_t frames = port->counts.rx_frames + port->counts.tx_frames;
    uint64_t now_us = clock_us();

    if (now_us - port->watched_us < WATCHDOG_US || !netdev_session_is_served(port) || port->gone)
        return;
    /* An interrupt may have been lost, also the one that says that the receiver has stopped. */
    work(port);
    if (frames == port->frames_seen)
        port->hardware->rx_start(port);
    if (port->in_flight && port->in_flight_seen && port->end.tx_done.next == port->sent_seen &&
        netdev_tx_done_room(&port->end, 1)) {
        restart(port, "a packet was not sent in time");
        work(port);
    } else if (port->hardware->stuck(port)) {
        restart(port, "a frame was passed over");
        work(port);
    }
    if (frames != port->frames_seen)
        port->resets_in_a_row = 0;
    port->watched_us = now_us;
    port->frames_seen = frames;
    port->sent_seen = port->end.tx_done.next;
    port->in_flight_seen = port->in_flight;
    netdev_pins_sweep(port);
}

/* Says that the driver sleeps until the client puts packets. True: it has already. */
bool netdev_arm(struct netdev_port *port)
{
    ring_sleep_begin(&port->end.tx);
    ring_fence();
    /* Half a packet is no reason to stay awake, its other half is. */
    port->tx_armed =
        netdev_tx_available(&port->end, port->tx_incomplete + 1) <= port->tx_incomplete;
    return !port->tx_armed;
}

void netdev_timer(struct instance *self)
{
    struct netdev_port *port = self->state;

    port->poll_set = false;
    if (netdev_session_is_served(port))
        work(port);
    if (port->polling && !port->gone) {
        port->polling = false;
        port->hardware->interrupts_set(port, true);
    }
}

/* A buffer is with the driver from the client's entry in `rx_free` to ours in `rx`. */
void netdev_report(struct instance *self)
{
    struct netdev_port *port = self->state;
    uint32_t held = 0;

    if (netdev_session_is_served(port) && !port->gone)
        work(port); /* packets that were sent, but that nobody has waited for */
    if (port->generation != 0)
        held = port->end.rx_free.next - port->end.rx.next +
               netdev_rx_free_available(&port->end, NETDEV_RX_FREE_DEPTH);
    log_line(self, "report: %u receive buffers, %u packets", held, port->in_flight);
}

void netdev_medium_set(struct netdev_port *port, uint32_t speed_mbps, bool full_duplex)
{
    struct netdev_link_changed changed = {.speed_mbps = speed_mbps, .full_duplex = full_duplex};

    port->speed_mbps = speed_mbps;
    port->full_duplex = full_duplex;
    if (port->generation)
        netdev_link_changed_post(&port->end, &changed, &port->link->wake);
}

bool netdev_port_start(struct netdev_port *port, struct instance *self)
{
    int link = instance_link(self, "netdev", -1);
    const uint8_t *mac = port->mac;

    if (link < 0) {
        log_line(self, "the image links nobody to \"netdev\"");
        return false;
    }
    if (!ethernet_address_is_usable(mac)) {
        log_line(self, "the card holds no station address");
        return false;
    }
    port->self = self;
    port->link = &self->links[link];
    port->frame_bytes_max = port->mtu_bytes + NETDEV_HEADER_BYTES + NETDEV_TAG_BYTES;
    if (!port->hardware->reset(port) || !port->hardware->start(port)) {
        log_line(self, "the card does not complete its reset");
        return false;
    }
    log_line(self, "address %02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
    if (!port->link->waiting)
        netdev_opened(self, (unsigned)link);
    return true;
}
