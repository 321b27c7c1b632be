/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a network driver does for every packet: the client has put packets, the card raised an
 * interrupt, nothing is left to do. Inline, so that with a constant table of verbs a turn is one
 * function without calls; all that is rare is in netdev.c.
 *
 *     static const struct netdev_hardware hardware = {…};
 *     NETDEV_TURNS(hardware)
 *     const struct component card_component = {…, NETDEV_ENTRY_POINTS};
 *
 * The ring of packets stays armed: the driver says that it sleeps before it looks at the ring, so
 * the client wakes it for all that it puts later, however often the driver runs in between. With
 * hold-off (`gathers`) the client does not, while an interrupt is due anyway.
 */
#ifndef DRIVER_NETTURN_H
#define DRIVER_NETTURN_H

#include <driver/netdev.h>

/* So that verbs of a constant table are no calls. */
#define NETDEV_INLINE static inline __attribute__((always_inline))

#define NETDEV_RARE(condition) __builtin_expect((condition) != 0, 0)

enum { NETDEV_COLLECT_BATCH = 16 };

/* What is rare, in netdev.c. */
void netdev_event_unusual(struct netdev_port *port);
void netdev_irq_unusual(struct netdev_port *port, enum netdev_found found);
void netdev_irq_empty(struct netdev_port *port);
void netdev_suspect(struct netdev_port *port);
bool netdev_session_is_served(struct netdev_port *port);
void netdev_poll_later(struct netdev_port *port);
bool netdev_arm(struct netdev_port *port);

/* Makes everything visible that was returned to the client, and wakes it if it waits for it. False:
 * that was nothing. */
NETDEV_INLINE bool netdev_publish(struct netdev_port *port)
{
    struct netdev_server *end = &port->end;
    bool frames = end->rx.next != end->rx.published;
    bool packets = end->tx_done.next != end->tx_done.published;

    if (end->tx.next != end->tx.released)
        netdev_tx_release(end);
    if (end->rx_free.next != end->rx_free.released)
        netdev_rx_free_release(end);
    if (!frames && !packets)
        return false;
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
    return true;
}

/* Somebody waits for packets to be sent: the client, or its other packets. */
NETDEV_INLINE bool netdev_sent_are_wanted(struct netdev_port *port)
{
    return port->in_flight && (port->tx_blocked || netdev_client_waits(port));
}

/* Packets that were sent are collected late, unless somebody waits for them. */
NETDEV_INLINE void netdev_collect(struct netdev_port *port, const struct netdev_hardware *hardware)
{
    if (port->in_flight >= NETDEV_COLLECT_BATCH || netdev_sent_are_wanted(port))
        hardware->tx_reclaim(port);
}

/* Frames came in: those go to the client, and the card gets buffers for more. */
NETDEV_INLINE void netdev_frames(struct netdev_port *port, const struct netdev_hardware *hardware)
{
    hardware->rx_deliver(port);
    hardware->rx_refill(port);
}

/* The end of a round: the client is woken at most once. False: nothing has moved. */
NETDEV_INLINE bool netdev_round_end(struct netdev_port *port)
{
    if (NETDEV_RARE(port->suspect))
        netdev_suspect(port);
    return netdev_publish(port);
}

/* The client has put packets, or buffers that the card has run out of; frames have their interrupt.
 */
NETDEV_INLINE void netdev_event_by(struct instance *self, const struct netdev_hardware *hardware)
{
    struct netdev_port *port = self->state;
    uint32_t taken = port->end.tx.next;

    if (NETDEV_RARE(port->generation == 0 || port->changes != port->link->changes || port->gone ||
                    port->starving)) {
        netdev_event_unusual(port);
        return;
    }
    ring_sleep_begin(&port->end.tx);
    port->tx_armed = true;
    ring_fence();
    netdev_collect(port, hardware);
    hardware->tx_submit(port);
    netdev_round_end(port);
    /* A broken ring looks empty. */
    if (NETDEV_RARE(port->end.tx.next == taken))
        netdev_session_is_served(port);
}

NETDEV_INLINE void netdev_irq_by(struct instance *self, const struct netdev_hardware *hardware)
{
    struct netdev_port *port = self->state;
    enum netdev_found found;

    if (NETDEV_RARE(port->gone))
        return;
    found = hardware->irq(port);
    if (NETDEV_RARE(found != NETDEV_WORK || port->generation == 0)) {
        netdev_irq_unusual(port, found);
        return;
    }
    port->counts.interrupts++;
    netdev_frames(port, hardware);
    /* A client that was asked to wake us for packets has put none. */
    if ((!port->tx_armed && netdev_tx_available(&port->end, 1)) || netdev_sent_are_wanted(port)) {
        netdev_collect(port, hardware);
        hardware->tx_submit(port);
    }
    if (netdev_round_end(port))
        port->empty_interrupts = 0;
    else
        netdev_irq_empty(port);
}

NETDEV_INLINE bool netdev_sleep_by(struct instance *self, const struct netdev_hardware *hardware)
{
    struct netdev_port *port = self->state;

    if (NETDEV_RARE(port->generation == 0))
        return false;
    if (!NETDEV_RARE(port->gone)) {
        /* Nobody tells us when the client has put empty buffers or made room. */
        if (NETDEV_RARE(port->starving || !netdev_rx_room(&port->end, 1)))
            netdev_poll_later(port);
        if (port->tx_blocked)
            return false;
        /* The client does not wake us, and its packets ride on the interrupt. */
        if (port->gathers && !port->polling && hardware->interrupt_is_due(port)) {
            if (port->tx_armed)
                ring_sleep_end(&port->end.tx);
            port->tx_armed = false;
            return false;
        }
    }
    /* Since it was last said that the driver sleeps, the client has had no reason to wake it. */
    return !port->tx_armed && netdev_arm(port);
}

/* Of the functions that a turn consists of, none is left a call. */
#define NETDEV_TURNS(hardware)                                                                     \
    __attribute__((flatten)) static void turn_event(struct instance *self, uint64_t events)        \
    {                                                                                              \
        (void)events;                                                                              \
        netdev_event_by(self, &(hardware));                                                        \
    }                                                                                              \
    __attribute__((flatten)) static void turn_irq(struct instance *self, unsigned line)            \
    {                                                                                              \
        (void)line;                                                                                \
        netdev_irq_by(self, &(hardware));                                                          \
    }                                                                                              \
    static bool turn_sleep(struct instance *self)                                                  \
    {                                                                                              \
        return netdev_sleep_by(self, &(hardware));                                                 \
    }

/* Entry points of the component, all but `start`; the instance's state begins with the port. */
#define NETDEV_ENTRY_POINTS                                                                        \
    .opened = netdev_opened, .closed = netdev_closed, .event = turn_event, .sleep = turn_sleep,    \
    .irq = turn_irq, .timer = netdev_timer, .call = netdev_call, .watch = netdev_watch,            \
    .report = netdev_report

#endif
