/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What lwIP wants to know of compiler and machine.
 */
#ifndef LWIP_PORT_CC_H
#define LWIP_PORT_CC_H

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>

#define LWIP_TIMEVAL_PRIVATE 0

/* One instruction each. */
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS
#define lwip_htons(number) __builtin_bswap16(number)
#define lwip_htonl(number) __builtin_bswap32(number)

/* lwIP takes its absence for the absence of ssize_t; newlib has the one without the other. */
#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif

/* A failed assertion of lwIP is about its own state, never about a packet: better no network than
   a wrong one. Compiled in only where LWIP_NOASSERT is not defined. */
_Noreturn void lwip_port_failed(const char *message);

#define LWIP_PLATFORM_ASSERT(message) lwip_port_failed(message)
#define LWIP_PLATFORM_DIAG(message)   ((void)0)

/* Sequence numbers and ports that a stranger cannot guess from earlier ones. */
uint32_t lwip_port_random(void);

#define LWIP_RAND() lwip_port_random()

#endif
