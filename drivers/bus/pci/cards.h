/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The cards that were found, in bus order.
 */
#ifndef PCI_CARDS_H
#define PCI_CARDS_H

#include <stdbool.h>
#include <stdint.h>

enum { CARDS_MAX = 64, CARD_BARS = 6 };

struct card_window {
    uint64_t address;
    uint64_t length_bytes; /* 0: no memory window, or one that firmware gave no address */
};

struct card {
    uint16_t address; /* bus << 8 | device << 3 | function */
    uint16_t vendor;
    uint16_t device;
    uint16_t subsystem_vendor;
    uint16_t subsystem_device;
    uint8_t revision;
    uint8_t irq_line; /* 255: none */
    struct card_window windows[CARD_BARS];
};

struct cards {
    struct card list[CARDS_MAX];
    unsigned count;
};

/* Looks at all buses. Every card is left unable to master the bus or to interrupt. */
void cards_find(struct cards *cards);

/* The number of the `instance`-th card of a kind, or -1. */
int card_of_kind(const struct cards *cards, uint16_t vendor, uint16_t device, uint32_t instance);

/* Answers at its memory windows and may interrupt, or neither. Never masters the bus after this. */
void card_enable(const struct card *card, bool on);

/* May read and write memory by itself, or not. True if the card obeyed. */
bool card_bus_master(const struct card *card, bool on);

#endif
