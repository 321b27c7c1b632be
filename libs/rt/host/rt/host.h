/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The runtime on the host: there is one program, all links are local, what would go elsewhere is
 * counted.
 */
#ifndef RT_HOST_H
#define RT_HOST_H

#include <stddef.h>
#include <stdint.h>

extern uint64_t host_clock_us;      /* what clock_us() returns */
extern uint64_t host_idle_us;       /* how much of it clock_load() calls idle */
extern uint64_t host_notifications; /* how often ring_wake_remote was called with bits */
extern unsigned host_turns_again;   /* how often the loop is to look for messages between rounds */
extern char host_log[65536];        /* the log so far; also printed if host_log_print is set */
extern int host_log_print;

/* Where memory that programs share comes from, page by page, if not from the heap; and which
 * address of this process is 0 to a device. */
extern void *(*host_memory_take)(size_t length_bytes);
extern uintptr_t host_memory_zero;

#endif
