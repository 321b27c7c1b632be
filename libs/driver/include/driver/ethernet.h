/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet addresses, as every network card needs them. */
#ifndef DRIVER_ETHERNET_H
#define DRIVER_ETHERNET_H

#include <stdbool.h>
#include <stdint.h>

/* True if a card can have this address: neither a group nor all zeros. */
bool ethernet_address_is_usable(const uint8_t address[6]);

/* The top `bits` bits of the check sum (CRC-32, most significant bit first, not inverted) by which
 * receive filters sort group addresses. */
uint32_t ethernet_group_hash(const uint8_t address[6], unsigned bits);

#endif
