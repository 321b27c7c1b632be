/* SPDX-License-Identifier: BSD-2-Clause */
/* What all network drivers share; include/driver/netdev.h tells the story. */
#include "netdev-pins.h"

#include <driver/ethernet.h>
#include <driver/netdev.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <session/session.h>

enum {
    WATCHDOG_US = 500000,      /* how often outstanding work is looked at */
    POLL_US = 1000,            /* how often a card is looked at that has no buffers or storms */
    EMPTY_INTERRUPTS_MAX = 64, /* in a row, before interrupts are switched off for POLL_US */
    RESETS_IN_A_ROW = 8,
    COLLECT_BATCH = 16,
    WATCH_PASSES = 64, /* of a busy driver between looks at the clock */
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

/* Makes everything visible that was returned to the client, and wakes it if it waits for it. */
static void publish(struct netdev_port *port)
{
    struct netdev_server *end = &port->end;
    bool frames = end->rx.next != end->rx.published;
    bool packets = end->tx_done.next != end->tx_done.published;

    if (end->tx.next != end->tx.released)
        netdev_tx_release(end);
    if (end->rx_free.next != end->rx_free.released)
        netdev_rx_free_release(end);
    if (!frames && !packets)
        return;
    if (frames)
        netdev_rx_publish(end);
    if (packets)
        netdev_tx_done_publish(end);
    ring_fence();
    /* Each that is asked notes that this sleep has had its notification; one notification serves
     * both. */
    frames = frames && ring_wake_due(&end->rx);
    packets = packets && ring_wake_due(&end->tx_done);
    if (frames || packets)
        ring_wake(&port->link->wake);
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

/* Packets that were sent are collected late, unless somebody waits for them. */
static void collect(struct netdev_port *port)
{
    if (port->in_flight >= COLLECT_BATCH ||
        (port->in_flight && (port->tx_blocked || netdev_client_waits(port))))
        port->hardware->tx_reclaim(port);
}

/* Frames came in: those go to the client, and the card gets buffers for more. */
static void work_frames(struct netdev_port *port)
{
    port->hardware->rx_deliver(port);
    port->hardware->rx_refill(port);
}

/* The end of a round: the client is woken at most once. */
static void work_end(struct netdev_port *port)
{
    if (port->suspect)
        restart(port, "the card broke the rules of its rings");
    publish(port);
}

/* A full round, in which everything that is there moves on. */
static void work(struct netdev_port *port)
{
    if (port->gone) {
        refuse_all(port);
    } else {
        port->hardware->tx_reclaim(port);
        work_frames(port);
        port->hardware->tx_submit(port);
    }
    work_end(port);
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
static bool session_is_served(struct netdev_port *port)
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

/* The client has put packets, or buffers that the card has run out of; frames have their interrupt.
 */
void netdev_event(struct instance *self, uint64_t events)
{
    struct netdev_port *port = self->state;
    uint32_t taken = port->end.tx.next;

    (void)events;
    port->active = true;
    port->tx_armed = false;
    if (port->generation == 0)
        return;
    if (port->changes != port->link->changes)
        dataspaces_change(port);
    if (port->gone || port->starving) {
        work(port);
    } else {
        collect(port);
        port->hardware->tx_submit(port);
        work_end(port);
    }
    /* A broken ring looks empty. */
    if (port->end.tx.next == taken)
        session_is_served(port);
}

__attribute__((noinline)) static void poll_later(struct netdev_port *port)
{
    if (port->poll_set)
        return;
    port->poll_set = true;
    port->self->deadline_us = clock_us() + POLL_US;
}

/* A storm: many interrupts in a row, and nothing to be found behind them. */
static void empty_interrupt(struct netdev_port *port)
{
    if (++port->empty_interrupts < EMPTY_INTERRUPTS_MAX)
        return;
    if (port->storms++ == 0)
        log_line(port->self, "interrupts without work: looking by timer from time to time");
    port->empty_interrupts = 0;
    port->polling = true;
    port->hardware->interrupts_set(port, false);
    poll_later(port);
}

/* An interrupt that is not just frames and packets, though it may be those as well. */
static void unusual(struct netdev_port *port, enum netdev_found found)
{
    if (found == NETDEV_GONE)
        give_up(port, "the card does not answer");
    else if (found == NETDEV_BROKEN)
        restart(port, "the card reports a fault");
    if (port->generation)
        work(port);
}

void netdev_irq(struct instance *self, unsigned line)
{
    struct netdev_port *port = self->state;
    uint32_t moved = netdev_moved(port);
    enum netdev_found found;

    (void)line;
    if (port->gone)
        return;
    port->active = true;
    found = port->hardware->irq(port);
    if (found == NETDEV_NOT_OURS)
        return;
    port->counts.interrupts++;
    if (found != NETDEV_WORK || port->generation == 0) {
        unusual(port, found);
        return;
    }
    work_frames(port);
    /* A client that was asked to wake us for packets has put none. */
    if ((!port->tx_armed && netdev_tx_available(&port->end, 1)) ||
        (port->in_flight && (port->tx_blocked || netdev_client_waits(port)))) {
        collect(port);
        port->hardware->tx_submit(port);
    }
    work_end(port);
    if (netdev_moved(port) != moved)
        port->empty_interrupts = 0;
    else if (!port->gone)
        empty_interrupt(port);
}

/*
 * Looks whether all is well, twice a second at most, when the driver happens to run. That needs no
 * timer of its own, which would make every wait dearer: a program that the image has watched runs
 * that often.
 */
__attribute__((noinline)) static void watch(struct netdev_port *port)
{
    uint64_t frames = port->counts.rx_frames + port->counts.tx_frames;
    uint64_t now_us = clock_us();

    if (now_us - port->watched_us < WATCHDOG_US || !session_is_served(port) || port->gone)
        return;
    /* An interrupt may have been lost. */
    work(port);
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
__attribute__((noinline)) static bool arm(struct netdev_port *port)
{
    ring_sleep_begin(&port->end.tx);
    ring_fence();
    /* Half a packet is no reason to stay awake, its other half is. */
    port->tx_armed =
        netdev_tx_available(&port->end, port->tx_incomplete + 1) <= port->tx_incomplete;
    return !port->tx_armed;
}

bool netdev_sleep(struct instance *self)
{
    struct netdev_port *port = self->state;

    if (!port->active || ++port->passes % WATCH_PASSES == 0)
        watch(port);
    port->active = false;
    if (port->generation == 0)
        return false;
    if (!port->gone) {
        /* Nobody tells us when the client has put empty buffers or made room. */
        if (port->starving || !netdev_rx_room(&port->end, 1))
            poll_later(port);
        /* Half a packet waits for its client, a whole one for room on the card. */
        ring_stall(&port->end.tx, port->tx_blocked | (port->tx_incomplete != 0));
        if (port->tx_blocked)
            return false;
        /* The client does not wake us, and its packets ride on the interrupt. */
        if (port->gathers && !port->polling && port->hardware->interrupt_is_due(port)) {
            if (port->tx_armed)
                ring_sleep_end(&port->end.tx);
            port->tx_armed = false;
            return false;
        }
    }
    /* Since it was last said that the driver sleeps, the client has had no reason to wake it. */
    if (port->tx_armed)
        return false;
    return arm(port);
}

void netdev_timer(struct instance *self)
{
    struct netdev_port *port = self->state;

    port->poll_set = false;
    if (session_is_served(port))
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

    if (session_is_served(port) && !port->gone)
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
