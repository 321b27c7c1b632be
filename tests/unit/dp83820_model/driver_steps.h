/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How known drivers of the real card go about it, step by step: their order of accesses, their
 * register values and their way to restart engines. A bus access takes 100 ns here, so that their
 * polls end or time out as they would. Each driver brings the card up, echoes a number of frames
 * and is satisfied or not.
 */
#ifndef TESTS_UNIT_DP83820_MODEL_DRIVER_STEPS_H
#define TESTS_UNIT_DP83820_MODEL_DRIVER_STEPS_H

#include "bench.h"

enum { DRIVER_POLLS = 1000 };

struct driver {
    struct bench *bench;
    unsigned rx_next, tx_next, rx_count, tx_count;
    unsigned fcs_bytes; /* of a received frame in memory */
    bool tx_by_read;    /* CR is read, changed and written */
};

/* The one under test. */
extern struct driver *driver;

static inline uint32_t in(uint32_t offset)
{
    return get(driver->bench, offset);
}

static inline void out(uint32_t offset, uint32_t value)
{
    set(driver->bench, offset, value);
}

static inline void delay_us(unsigned us)
{
    run(driver->bench, us * (uint64_t)MICROSECOND);
}

/* A card for the driver, with what it changes in the configuration first. */
void driver_begin(void (*change)(struct dp83820_config *config));
void driver_end(void);
/* A change of the configuration: a reset forgets the configuration. */
void forgetful(struct dp83820_config *config);

/* Polls until the bits of a register have the value. */
void driver_poll(uint32_t offset, uint32_t mask, uint32_t value, unsigned us);
/* The next received frame, as long as the driver believes in it; its slot is given back with
 * `armed`. */
size_t driver_take(uint8_t *frame, uint32_t armed);
void driver_put(const uint8_t *frame, size_t length, uint32_t flags);
void driver_kick(void);
/* The peer sends frames and expects them back. `work` is the driver's interrupt handler or poll. */
void driver_echo(void (*work)(void));

uint16_t driver_eeprom(unsigned address);
/* The station address from the EEPROM into the filter, as those do that reprogram it. */
void driver_address_load(uint32_t control);

#endif
