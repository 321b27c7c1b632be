/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Access to configuration space: 32 bits at a time. config.c uses the ports, tests a simulated bus.
 */
#ifndef PCI_CONFIG_H
#define PCI_CONFIG_H

#include <stdint.h>

/* `address`: bus << 8 | device << 3 | function; `offset`: a multiple of 4 below 256. */
uint32_t config_read(uint16_t address, uint8_t offset);
void config_write(uint16_t address, uint8_t offset, uint32_t value);

#endif
