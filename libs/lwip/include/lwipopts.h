/* SPDX-License-Identifier: BSD-2-Clause
 *
 * lwIP's options, for one interface and the fewest instructions per datagram.
 */
#ifndef LWIP_PORT_OPTIONS_H
#define LWIP_PORT_OPTIONS_H

/* One thread, which calls lwIP's functions directly. */
#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_CALLBACK_API    1
#define LWIP_TIMERS          1

/* One interface: no search for a route. */
#define LWIP_SINGLE_NETIF          1
#define LWIP_NETIF_LOOPBACK        0
#define LWIP_HAVE_LOOPIF           0
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_LINK_CALLBACK   0
#define LWIP_NETIF_TX_SINGLE_PBUF  0
/* Each UDP port remembers which entry of the ARP table it used last. */
#define LWIP_NETIF_HWADDRHINT 1

/* Checksums are the card's if the card can; the interface says so packet by packet. */
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1
#define LWIP_CHECKSUM_ON_COPY        0

/* Nothing is counted or printed on the packet's way but what the heap has given away. */
#define LWIP_STATS    1
#define MEM_STATS     1
#define MEMP_STATS    0
#define LINK_STATS    0
#define ETHARP_STATS  0
#define IP_STATS      0
#define IPFRAG_STATS  0
#define ICMP_STATS    0
#define UDP_STATS     0
#define TCP_STATS     0
#define SYS_STATS     0
#define LWIP_NOASSERT 1
#define LWIP_PERF     0

#define LWIP_IPV4           1
#define LWIP_IPV6           0 /* every echo would pay for longer addresses */
#define IP_FORWARD          0
#define IP_REASSEMBLY       1
#define IP_REASS_MAX_PBUFS  64
#define MEMP_NUM_REASSDATA  8
#define IP_REASS_MAXAGE     5
#define IP_FRAG             1
#define MEMP_NUM_FRAG_PBUF  64
#define IP_OPTIONS_ALLOWED  1
#define LWIP_IGMP           0
#define LWIP_ICMP           1
#define LWIP_BROADCAST_PING 0
#define LWIP_MULTICAST_PING 0
#define LWIP_AUTOIP         0
#define LWIP_DNS            0
#define LWIP_RAW            0

#define LWIP_ARP 1
/* Room for strangers: whoever floods us with ARP must not push out those whom we answer. */
#define ARP_TABLE_SIZE                100
#define ARP_QUEUEING                  0
#define ETHARP_SUPPORT_STATIC_ENTRIES 0
#define ETH_PAD_SIZE                  0

#define LWIP_DHCP                1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_DOES_ARP_CHECK      1
#define LWIP_HOOK_FILENAME       <lwip_port.h>
/* Who uses DHCP says in his log how it goes. */
#define LWIP_HOOK_DHCP_APPEND_OPTIONS(netif, dhcp, state, message, type, length)                   \
    lwip_port_dhcp_sends(netif, state, type)

#define LWIP_UDP         1
#define LWIP_UDPLITE     0
#define MEMP_NUM_UDP_PCB 16

/* Each client of the network server may have PORT_CONNECTIONS connections, and as many half-open
   ones. The pools and the heap have room for all that these can hold at once, and for the little
   that connections hold whose client is done with them: no client, and no peer of one, can use up
   what another needs. */
#define PORT_CLIENTS            4
#define PORT_CONNECTIONS        16
#define LWIP_TCP                1
#define TCP_MSS                 1460
#define LWIP_WND_SCALE          0
#define TCP_WND                 (40 * TCP_MSS)
#define TCP_SND_BUF             (44 * TCP_MSS)
#define TCP_SND_QUEUELEN        88
#define TCP_QUEUE_OOSEQ         1
#define TCP_OOSEQ_PBUFS_LIMIT   lwip_port_out_of_order_max
#define LWIP_TCP_SACK_OUT       0
#define LWIP_TCP_KEEPALIVE      1
#define SO_REUSE                1 /* a port whose last connection is in TIME_WAIT */
#define MEMP_NUM_TCP_PCB        (2 * PORT_CLIENTS * PORT_CONNECTIONS)
#define MEMP_NUM_TCP_PCB_LISTEN 16
#define MEMP_NUM_TCP_SEG        (PORT_CLIENTS * PORT_CONNECTIONS * TCP_SND_QUEUELEN + 512)
#define TCP_LISTEN_BACKLOG      1

/* A segment stays in the buffers that it came in while its client does not take it. Paths that cut
   one into more pieces than this are not for TCP. */
#define TCP_PIECES_MAX 3
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, options, options1, options2, data)                 \
    ((data)->next && pbuf_clen(data) > TCP_PIECES_MAX ? ERR_VAL                                    \
     : (pcb)->state != LISTEN                         ? ERR_OK                                     \
                                                      : lwip_port_listener_hears(pcb, header, data))
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port)                                  \
    ((void)(local), lwip_port_first_sequence())

/* The window may be greater than the pool, which receives nothing. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1

/* Received packets stay in the buffers of the session with the driver: no pool. The heap holds what
   lwIP makes itself: TCP data to be acknowledged, ARP and ICMP answers. */
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define PBUF_POOL_SIZE           16
#define MEMP_NUM_PBUF            128
#define MEM_ALIGNMENT            8
#define MEM_SIZE                 (6 * 1024 * 1024)

/* Lengths that the compiler knows become moves. */
#define MEMCPY(to, from, length)  __builtin_memcpy(to, from, length)
#define SMEMCPY(to, from, length) __builtin_memcpy(to, from, length)
#define MEMMOVE(to, from, length) __builtin_memmove(to, from, length)

#endif
