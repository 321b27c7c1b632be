/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pages of the client that the card may reach: pinned when a buffer in them is first used, and
 * kept as long as there is room, because buffers are used again and again.
 */
#include "netdev-pins.h"

#include <stdlib.h>
#include <string.h>

enum {
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

void netdev_pins_update(struct netdev_port *port)
{
    for (unsigned i = 0; i < LINK_DATASPACES; i++) {
        struct translation *translation = &port->translations[i];
        const volatile uint32_t *marks = translation->marks;

        if (has_lost_pins(port, i))
            continue;
        driver_translation_update(translation, &port->link->dataspaces[i]);
        if (translation->expiry_us)
            translation->page_count = 0;
        /* Another dataspace under an old number: nothing of what was pinned holds. */
        if (marks != translation->marks)
            pages_update(&port->pages[i], 0);
        pages_update(&port->pages[i], translation->page_count);
        pages_forget(port, (uint8_t)i);
    }
}

/* Marks of pages during a netdev_pins_sweep: any value but 0 is a pin. */
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

void netdev_pins_sweep(struct netdev_port *port)
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
        netdev_pins_sweep(port);
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
        netdev_pins_update(port);
        physical = pin_pages(port, range);
    }
    return physical <= port->physical_limit - range->length ? physical : TRANSLATION_MISS;
}

bool netdev_pins_lost(const struct netdev_port *port)
{
    for (unsigned i = 0; i < LINK_DATASPACES; i++)
        if (has_lost_pins(port, i))
            return true;
    return false;
}

void netdev_pins_end(struct netdev_port *port, bool stopped)
{
    for (uint32_t i = 0; stopped && i < port->pin_count; i++)
        translation_unpin(&port->translations[port->pins[i].dataspace],
                          port->pins[i].page << TRANSLATION_PAGE_BITS);
    port->pin_count = 0;
    memset(port->translations, 0, sizeof(port->translations));
    for (unsigned i = 0; i < LINK_DATASPACES; i++)
        pages_update(&port->pages[i], 0);
}
