/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the user of the port calls.
 */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stdint.h>

/* Stirs a number that others do not know into the generator of random numbers. */
void lwip_port_random_stir(uint64_t number);

struct netif;
struct tcp_pcb;

/* Of the user: DHCP is about to send a message, in one of the states of lwip/prot/dhcp.h. */
void lwip_port_dhcp_sends(struct netif *netif, uint8_t state, uint8_t type);

/* Of the user: how many buffers with data out of order a connection may keep now. */
uint16_t lwip_port_out_of_order_max(const struct tcp_pcb *pcb);

#endif
