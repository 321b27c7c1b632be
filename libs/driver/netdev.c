/* SPDX-License-Identifier: BSD-2-Clause */
/* What all network drivers share; include/driver/netdev.h tells the story. */
#include <driver/ethernet.h>
#include <driver/netdev.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <session/session.h>
#include <stdlib.h>
#include <string.h>

enum {
    WATCHDOG_US = 500000,      /* how often outstanding work is looked at */
    POLL_US = 1000,            /* how often a card is looked at that has no buffers or storms */
    EMPTY_INTERRUPTS_MAX = 64, /* in a row, before interrupts are switched off for POLL_US */
    RESETS_IN_A_ROW = 8,
    COLLECT_BATCH = 16,
    WATCH_PASSES = 64,   /* of a busy driver between looks at the clock */
    PAGES_MAX = 1 << 16, /* of a dataspace, to remember where its pages are */
};

/* A table for the pinned pages of a dataspace. Without memory for it, each use takes the slow way.
 */
static void pages_update(struct netdev_pages *pages, uint64_t page_count)
{
    if (pages->page_count == page_count)
        return;
    free(pages->physical);
    pages->physical =
        page_count && page_count <= PAGES_MAX ? calloc(page_count, sizeof(*pages->physical)) : NULL;
    pages->page_count = pages->physical ? page_count : 0;
}

/*
 * Another dataspace may be behind an old number, even one whose table lies at the address of the
 * old one's. What is remembered of a page holds only if the page is marked and still where it was;
 * pins without a mark are nobody's.
 */
static void pages_forget(struct netdev_port *port, uint8_t dataspace)
{
    const struct translation *translation = &port->translations[dataspace];
    struct netdev_pages *pages = &port->pages[dataspace];
    uint32_t kept = 0;

    for (uint64_t page = 0; page < pages->page_count; page++) {
        uint64_t offset = page << TRANSLATION_PAGE_BITS;
        bool holds = translation->marks[page] &&
                     translation_find(translation, offset, 1) == pages->physical[page];
        if (!holds)
            pages->physical[page] = 0;
    }
    for (uint32_t i = 0; i < port->pin_count; i++) {
        struct netdev_pin pin = port->pins[i];
        bool holds = pin.dataspace != dataspace ||
                     (pin.page < translation->page_count && translation->marks[pin.page]);
        if (holds)
            port->pins[kept++] = pin;
    }
    port->pin_count = kept;
}

static bool has_pins(const struct netdev_port *port, unsigned dataspace)
{
    for (uint32_t i = 0; i < port->pin_count; i++)
        if (port->pins[i].dataspace == dataspace)
            return true;
    return false;
}

/* A dataspace that is pinned and no longer in the session, or not under this number. */
static bool has_lost_pins(const struct netdev_port *port, unsigned dataspace)
{
    return port->translations[dataspace].marks != port->link->dataspaces[dataspace].pins &&
           has_pins(port, dataspace);
}

/* Takes over what the session's dataspaces are now, but for those whose pins have to be let go
   first. */
static void translations_update(struct netdev_port *port)
{
    for (unsigned i = 0; i < LINK_DATASPACES; i++) {
        struct translation *translation = &port->translations[i];
        const volatile uint32_t *marks = translation->marks;

        if (has_lost_pins(port, i))
            continue;
        driver_translation_update(translation, &port->link->dataspaces[i]);
        /* Another dataspace under an old number: nothing of what was pinned holds. */
        if (marks != translation->marks)
            pages_update(&port->pages[i], 0);
        pages_update(&port->pages[i], translation->expiry_us ? 0 : translation->page_count);
        pages_forget(port, (uint8_t)i);
    }
}

/* Marks of pages during a sweep: any value but 0 is a pin. */
enum { PINNED = 1, PINNED_AND_IN_USE = 2 };

void netdev_in_use(struct netdev_port *port, uint8_t dataspace, uint32_t offset, uint32_t length)
{
    struct translation *translation = &port->translations[dataspace % LINK_DATASPACES];
    uint64_t last = ((uint64_t)offset + length - 1) >> TRANSLATION_PAGE_BITS;

    for (uint64_t page = offset >> TRANSLATION_PAGE_BITS;
         page <= last && page < translation->page_count; page++)
        if (translation->marks[page])
            translation->marks[page] = PINNED_AND_IN_USE;
}

/* Lets the pages go that the card does not use. */
static void sweep(struct netdev_port *port)
{
    uint32_t kept = 0;

    port->hardware->buffers_mark(port);
    for (uint32_t i = 0; i < port->pin_count; i++) {
        struct netdev_pin pin = port->pins[i];
        struct translation *translation = &port->translations[pin.dataspace];

        if (pin.page >= translation->page_count)
            continue; /* the dataspace was taken back */
        if (translation->marks[pin.page] == PINNED_AND_IN_USE) {
            translation->marks[pin.page] = PINNED;
            port->pins[kept++] = pin;
            continue;
        }
        if (pin.page < port->pages[pin.dataspace].page_count)
            port->pages[pin.dataspace].physical[pin.page] = 0;
        translation_unpin(translation, pin.page << TRANSLATION_PAGE_BITS);
    }
    port->pin_count = kept;
}

/* Pins one page and remembers it. */
static bool page_keep(struct netdev_port *port, uint8_t dataspace, uint64_t page)
{
    struct translation *translation = &port->translations[dataspace];
    uint64_t address;

    if (page < translation->page_count && translation->marks[page])
        return true;
    if (port->pin_count == NETDEV_PINS_MAX)
        sweep(port);
    if (port->pin_count == NETDEV_PINS_MAX)
        return false;
    address = translation_pin(translation, page << TRANSLATION_PAGE_BITS, 1, 0);
    if (address == TRANSLATION_MISS)
        return false;
    if (address + TRANSLATION_PAGE_BYTES > port->physical_limit) {
        translation_unpin(translation, page << TRANSLATION_PAGE_BITS);
        return false;
    }
    port->pins[port->pin_count++] = (struct netdev_pin){page, dataspace};
    if (page < port->pages[dataspace].page_count)
        port->pages[dataspace].physical[page] = address;
    return true;
}

/* Pins all pages of a range and looks whether they make one piece within the card's reach. */
static uint64_t pin_pages(struct netdev_port *port, const struct netdev_buffer *range)
{
    struct translation *translation = &port->translations[range->dataspace];
    uint64_t end = (uint64_t)range->offset + range->length;
    uint64_t first = TRANSLATION_MISS;

    if (has_lost_pins(port, range->dataspace))
        return TRANSLATION_MISS;

    if (translation->expiry_us)
        return translation_pin_run(translation, range->offset, range->length, clock_us());
    for (uint64_t offset = range->offset; offset < end;
         offset = (offset | (TRANSLATION_PAGE_BYTES - 1)) + 1) {
        uint64_t address = page_keep(port, range->dataspace, offset >> TRANSLATION_PAGE_BITS)
                               ? translation_find(translation, offset, 1)
                               : TRANSLATION_MISS;

        if (offset == range->offset)
            first = address;
        if (address == TRANSLATION_MISS || address != first + (offset - range->offset))
            return TRANSLATION_MISS;
    }
    return first;
}

uint64_t netdev_pin_slow(struct netdev_port *port, const struct netdev_buffer *range)
{
    uint64_t physical;

    if (range->dataspace >= LINK_DATASPACES || range->length == 0)
        return TRANSLATION_MISS;
    physical = pin_pages(port, range);
    if (physical == TRANSLATION_MISS) {
        /* The client may have added a dataspace since we last looked. */
        driver_translation_miss(port->self, port->link, range->dataspace, range->offset,
                                range->length);
        translations_update(port);
        physical = pin_pages(port, range);
    }
    return physical <= port->physical_limit - range->length ? physical : TRANSLATION_MISS;
}

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
        sweep(port);
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

static bool any_lost_pins(const struct netdev_port *port)
{
    for (unsigned i = 0; i < LINK_DATASPACES; i++)
        if (has_lost_pins(port, i))
            return true;
    return false;
}

/*
 * Dataspaces came or went. The manager keeps the pages of one that went as long as they are
 * pinned, so they are let go: when the card is done with them, or, if it still has some, by a
 * reset.
 */
static void dataspaces_change(struct netdev_port *port)
{
    port->changes = port->link->changes;
    if (any_lost_pins(port) && !port->gone) {
        port->hardware->tx_reclaim(port);
        sweep(port);
    }
    if (any_lost_pins(port) && !port->gone) {
        restart(port, "memory in use was taken back");
        sweep(port);
    }
    translations_update(port);
}

/* The card has stopped: nothing of the client's is in use. */
static void pins_release(struct netdev_port *port)
{
    for (uint32_t i = 0; i < port->pin_count; i++)
        translation_unpin(&port->translations[port->pins[i].dataspace],
                          port->pins[i].page << TRANSLATION_PAGE_BITS);
}

/* Stops serving the session: the card forgets its buffers, which are not returned. */
static void session_end(struct netdev_port *port)
{
    bool stopped = !port->gone && port->hardware->reset(port);

    port->generation = 0;
    port->in_flight = 0;
    port->starving = false;
    if (stopped)
        pins_release(port);
    port->pin_count = 0;
    memset(port->translations, 0, sizeof(port->translations));
    for (unsigned i = 0; i < LINK_DATASPACES; i++)
        pages_update(&port->pages[i], 0);
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
    translations_update(port);
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
    }
    if (frames != port->frames_seen)
        port->resets_in_a_row = 0;
    port->watched_us = now_us;
    port->frames_seen = frames;
    port->sent_seen = port->end.tx_done.next;
    port->in_flight_seen = port->in_flight;
    sweep(port);
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
