/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Finding cards (PCI Local Bus Specification 3.0, chapter 6). What configuration space says is a
 * device's word: loops of bridges end because every bus is looked at once, and windows that make no
 * sense are left out.
 */
#include "cards.h"
#include "config.h"
#include <stddef.h>

enum {
    BUSES = 256,
    DEVICES = 32,
    FUNCTIONS = 8,
    /* Offsets of registers, section 6.1. */
    REGISTER_ID = 0x00,
    REGISTER_COMMAND = 0x04,
    REGISTER_CLASS = 0x08,
    REGISTER_HEADER = 0x0c,
    REGISTER_BAR = 0x10,
    REGISTER_BUSES = 0x18, /* of a bridge */
    REGISTER_SUBSYSTEM = 0x2c,
    REGISTER_INTERRUPT = 0x3c,
    /* Command register, section 6.2.2. Status shares the word; its bits are cleared by writing
       ones. */
    COMMAND_MASK = 0xffff,
    COMMAND_MEMORY = 1 << 1,
    COMMAND_MASTER = 1 << 2,
    COMMAND_NO_INTERRUPT = 1 << 10,
    /* Header types, section 6.2.1. */
    HEADER_MANY = 0x80,
    HEADER_MASK = 0x7f,
    HEADER_CARD = 0,
    HEADER_BRIDGE = 1,
    /* Base address registers, section 6.2.5.1. */
    BAR_IO = 1,
    BAR_TYPE = 6,
    BAR_64 = 4,
    PAGE_MASK = 4095,
    IRQ_NONE = 255,
};

#define BAR_ADDRESS 0xfffffff0u
#define WINDOW_MOST ((uint64_t)1 << 32)
#define NO_CARD     0xffffu

static void command_set(uint16_t address, uint32_t set, uint32_t clear)
{
    uint32_t command = config_read(address, REGISTER_COMMAND) & COMMAND_MASK;
    config_write(address, REGISTER_COMMAND, (command | set) & ~clear);
}

/* What a base address register answers to all ones: which bits of the address it has. */
static uint32_t bar_probe(uint16_t address, uint8_t offset)
{
    uint32_t before = config_read(address, offset);
    config_write(address, offset, UINT32_MAX);
    uint32_t mask = config_read(address, offset);
    config_write(address, offset, before);
    return mask;
}

/* Reads the window at a base address register; returns how many registers it takes. The card does
 * not answer meanwhile. */
static unsigned window_read(uint16_t address, unsigned bar, struct card_window *window)
{
    uint8_t offset = (uint8_t)(REGISTER_BAR + 4 * bar);
    uint32_t low = config_read(address, offset);
    *window = (struct card_window){0};
    if (low & BAR_IO)
        return 1;
    bool wide = (low & BAR_TYPE) == BAR_64 && bar + 1 < CARD_BARS;
    uint64_t start = low & BAR_ADDRESS;
    uint64_t mask = (bar_probe(address, offset) & BAR_ADDRESS) | (uint64_t)UINT32_MAX << 32;
    if (wide) {
        start |= (uint64_t)config_read(address, offset + 4) << 32;
        mask = (mask & UINT32_MAX) | (uint64_t)bar_probe(address, offset + 4) << 32;
    }
    uint64_t length = ~mask + 1;
    bool sensible = length != 0 && length <= WINDOW_MOST && (length & (length - 1)) == 0 &&
                    start != 0 && (start & (length - 1)) == 0 && (uint32_t)mask != 0;
    if (sensible)
        *window = (struct card_window){start, length};
    return wide ? 2 : 1;
}

static void card_read(struct cards *cards, uint16_t address, uint32_t id)
{
    if (cards->count == CARDS_MAX)
        return;
    command_set(address, COMMAND_NO_INTERRUPT, COMMAND_MASTER | COMMAND_MEMORY);
    uint32_t subsystem = config_read(address, REGISTER_SUBSYSTEM);
    struct card *card = &cards->list[cards->count++];
    *card = (struct card){
        .address = address,
        .vendor = (uint16_t)id,
        .device = (uint16_t)(id >> 16),
        .subsystem_vendor = (uint16_t)subsystem,
        .subsystem_device = (uint16_t)(subsystem >> 16),
        .revision = (uint8_t)config_read(address, REGISTER_CLASS),
        .irq_line = (uint8_t)config_read(address, REGISTER_INTERRUPT),
    };
    if ((config_read(address, REGISTER_INTERRUPT) >> 8 & 0xff) == 0)
        card->irq_line = IRQ_NONE; /* the card has no interrupt pin */
    for (unsigned bar = 0; bar < CARD_BARS;)
        bar += window_read(address, bar, &card->windows[bar]);
}

struct search {
    struct cards *cards;
    bool seen[BUSES];
    uint8_t queue[BUSES]; /* buses to look at, in order */
    unsigned queued;
};

static void bus_queue(struct search *search, uint8_t bus)
{
    if (search->seen[bus])
        return;
    search->seen[bus] = true;
    search->queue[search->queued++] = bus;
}

/* Returns whether the device may have further functions. */
static bool function_look(struct search *search, uint16_t address)
{
    uint32_t id = config_read(address, REGISTER_ID);
    if ((id & 0xffff) == NO_CARD)
        return (address & (FUNCTIONS - 1)) != 0;
    uint8_t header = (uint8_t)(config_read(address, REGISTER_HEADER) >> 16);
    if ((header & HEADER_MASK) == HEADER_CARD)
        card_read(search->cards, address, id);
    else if ((header & HEADER_MASK) == HEADER_BRIDGE)
        bus_queue(search, (uint8_t)(config_read(address, REGISTER_BUSES) >> 8));
    return (address & (FUNCTIONS - 1)) != 0 || (header & HEADER_MANY);
}

void cards_find(struct cards *cards)
{
    struct search search = {.cards = cards};
    cards->count = 0;
    bus_queue(&search, 0);
    for (unsigned i = 0; i < search.queued; i++)
        for (unsigned device = 0; device < DEVICES; device++) {
            uint16_t address = (uint16_t)(search.queue[i] << 8 | device << 3);
            for (unsigned function = 0; function < FUNCTIONS; function++)
                if (!function_look(&search, (uint16_t)(address | function)))
                    break;
        }
}

int card_of_kind(const struct cards *cards, uint16_t vendor, uint16_t device, uint32_t instance)
{
    for (unsigned i = 0; i < cards->count; i++)
        if (cards->list[i].vendor == vendor && cards->list[i].device == device && instance-- == 0)
            return (int)i;
    return -1;
}

void card_enable(const struct card *card, bool on)
{
    if (on)
        command_set(card->address, COMMAND_MEMORY, COMMAND_MASTER | COMMAND_NO_INTERRUPT);
    else
        command_set(card->address, COMMAND_NO_INTERRUPT, COMMAND_MASTER | COMMAND_MEMORY);
}

bool card_bus_master(const struct card *card, bool on)
{
    command_set(card->address, on ? COMMAND_MASTER : 0, on ? 0 : COMMAND_MASTER);
    return !!(config_read(card->address, REGISTER_COMMAND) & COMMAND_MASTER) == on;
}
