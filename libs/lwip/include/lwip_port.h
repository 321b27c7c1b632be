/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the user of the port calls.
 */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stdint.h>

/* Numbers that others do not know, before anything else: of random numbers and of the hash. */
void lwip_port_key_set(uint64_t low, uint64_t high);

/* A hash of three numbers that nobody computes who does not know the key. */
uint64_t lwip_port_hash(uint64_t first, uint64_t second, uint64_t third);

struct netif;
struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/* Of the user: DHCP is about to send a message, in one of the states of lwip/prot/dhcp.h. */
void lwip_port_dhcp_sends(struct netif *netif, uint8_t state, uint8_t type);

/* Of the user: how many buffers with data out of order a connection may keep now. */
uint16_t lwip_port_out_of_order_max(const struct tcp_pcb *pcb);

/* Of the user: a segment has arrived for a listening pcb, `pbuf` is what follows its header. ERR_OK
   if lwIP is to look at it. */
int8_t lwip_port_listener_hears(const struct tcp_pcb *listener, const struct tcp_hdr *header,
                                struct pbuf *pbuf);

/* Of the user: our first sequence number on the connection that was asked for last. */
uint32_t lwip_port_first_sequence(void);

#endif
