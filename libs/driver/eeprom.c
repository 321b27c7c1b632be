/* SPDX-License-Identifier: BSD-2-Clause */
#include <driver/eeprom.h>

/* Start bit and operation code of a read, most significant bit first. */
enum { READ = 6, READ_BITS = 3, WORD_BITS = 16 };

static uint32_t pulse(const struct eeprom_pins *pins, volatile void *registers, uint32_t bit)
{
    uint32_t level = pins->select | (bit ? pins->in : 0);

    pins->write(registers, level);
    pins->write(registers, level | pins->clock);
    return (pins->read(registers) & pins->out) != 0;
}

uint16_t eeprom_read(const struct eeprom_pins *pins, volatile void *registers, uint32_t address)
{
    uint32_t command = (uint32_t)READ << pins->address_bits | address;
    uint32_t word = 0;

    for (unsigned i = READ_BITS + pins->address_bits; i-- > 0;)
        pulse(pins, registers, command >> i & 1);
    for (unsigned i = 0; i < WORD_BITS; i++)
        word = word << 1 | pulse(pins, registers, 0);
    pins->write(registers, 0);
    return (uint16_t)word;
}
