/* SPDX-License-Identifier: BSD-2-Clause */
/* The device of a driver, and memory that it shares with it. */
#ifndef DRIVER_DEVICE_H
#define DRIVER_DEVICE_H

#include <dataspace/translation.h>
#include <rt/component.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct driver_device {
    volatile void *registers; /* the memory window */
    size_t register_bytes;
};

struct driver_memory {
    void *base;        /* where the driver sees it */
    uint64_t physical; /* where the device sees it */
    size_t length_bytes;
};

/*
 * Takes the PCI device that this instance is linked to, if it is `vendor`:`device`: maps the memory
 * window `bar`, attaches the interrupt as line 0, and lets the device master the bus. False, with a
 * log line, if it is another one, is taken or there is none. Blocks for the PCI server. Everything
 * ends with the program.
 */
bool driver_device_open(struct instance *self, uint16_t vendor, uint16_t device, unsigned bar,
                        struct driver_device *opened);

/* Takes the right to master the bus from the device: false if that cannot be done, so it may still
 * reach memory. */
bool driver_device_isolate(struct instance *self);

/* Zeroed memory in one piece below `below`, for the life of the program. False, with a log line, if
 * there is none. */
bool driver_memory_allocate(struct instance *self, size_t length_bytes, uint64_t below,
                            struct driver_memory *memory);

/* Takes over a dataspace of a session as it is now; pins that are held stay counted. */
static inline void driver_translation_update(struct translation *translation,
                                             const struct link_dataspace *dataspace)
{
    translation->entries = dataspace->translation;
    translation->marks = dataspace->pins;
    translation->page_count =
        dataspace->translation ? dataspace->length_bytes / TRANSLATION_PAGE_BYTES : 0;
    translation->pins_max = dataspace->pins_max;
    translation->expiry_us = dataspace->pin_expiry_us;
}

/*
 * A range had no translation: brings `link` up to date, since the other end may have added a
 * dataspace that it names. Pages that are not in memory are their owner's to provide. Not on the
 * path of packets. Does not block.
 */
void driver_translation_miss(struct instance *self, struct link *link, unsigned dataspace,
                             uint64_t offset, uint64_t length_bytes);

#endif
