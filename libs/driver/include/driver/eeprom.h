/* SPDX-License-Identifier: BSD-2-Clause */
/* Serial EEPROMs of the 93C46 family, which hang on four pins of most network cards. */
#ifndef DRIVER_EEPROM_H
#define DRIVER_EEPROM_H

#include <stdint.h>

struct eeprom_pins {
    uint32_t (*read)(const volatile void *registers); /* the register that has the pins */
    void (*write)(volatile void *registers, uint32_t pins);
    uint32_t select, clock, in, out; /* its bits; in and out as the EEPROM sees them */
    unsigned address_bits;
};

/* Reads a word: as many clock pulses as that takes, whatever the pins say. */
uint16_t eeprom_read(const struct eeprom_pins *pins, volatile void *registers, uint32_t address);

#endif
