/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Configuration mechanism 1 (PCI Local Bus Specification 3.0, section 3.2.2.3.2): address into one
 * port, data through the other.
 */
#include "config.h"
#include <l4/ports.h>

enum { PORT_ADDRESS = 0xcf8, PORT_DATA = 0xcfc };

#define ENABLE 0x80000000u

static void select_register(uint16_t address, uint8_t offset)
{
    l4_port_write32(PORT_ADDRESS, ENABLE | (uint32_t)address << 8 | (offset & 0xfcu));
}

uint32_t config_read(uint16_t address, uint8_t offset)
{
    select_register(address, offset);
    return l4_port_read32(PORT_DATA);
}

void config_write(uint16_t address, uint8_t offset, uint32_t value)
{
    select_register(address, offset);
    l4_port_write32(PORT_DATA, value);
}
