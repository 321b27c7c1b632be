/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Our options, and what lwIP's unit tests want beside them.
 */
#ifndef TESTS_LWIP_OPTIONS_H
#define TESTS_LWIP_OPTIONS_H

#include <libs/lwip/include/lwipopts.h>

/* The tests look at counters and at what is allocated, and let lwIP check itself. */
#undef MEMP_STATS
#undef LINK_STATS
#undef ETHARP_STATS
#undef IP_STATS
#undef IPFRAG_STATS
#undef ICMP_STATS
#undef UDP_STATS
#undef TCP_STATS
#undef SYS_STATS
#define MIB2_STATS    1
#define LWIP_TESTMODE 1
#undef LWIP_NOASSERT
#define LWIP_MEM_ILLEGAL_FREE(message) /* some tests do it to see what happens */

/* They make several interfaces, watch them, and enter addresses by hand. */
#undef LWIP_SINGLE_NETIF
#define LWIP_SINGLE_NETIF              0
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#undef ETHARP_SUPPORT_STATIC_ENTRIES
#define ETHARP_SUPPORT_STATIC_ENTRIES 1
#undef LWIP_HAVE_LOOPIF
#define LWIP_HAVE_LOOPIF 1
#undef LWIP_NETIF_LOOPBACK
#define LWIP_NETIF_LOOPBACK 1

/* They receive into the pool, which our server does not use, and want scaled windows. */
#undef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE       400
#define PBUF_POOL_BUFSIZE    592 /* a kilobyte is to need two */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 8)
#undef LWIP_WND_SCALE
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE  0

/* Nobody logs how DHCP goes, nor withstands floods. */
#undef LWIP_HOOK_FILENAME
#undef LWIP_HOOK_DHCP_APPEND_OPTIONS
#undef LWIP_HOOK_TCP_INPACKET_PCB
#undef LWIP_HOOK_TCP_ISN

/* The test of this limit does not compile in the release that Debian has. */
#undef TCP_OOSEQ_PBUFS_LIMIT

#endif
