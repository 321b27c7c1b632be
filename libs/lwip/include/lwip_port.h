/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the user of the port calls.
 */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stdint.h>

/* Stirs a number that others do not know into the generator of random numbers. */
void lwip_port_random_stir(uint64_t number);

#endif
