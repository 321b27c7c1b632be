/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the runtime needs of the machine, on the host: there is one program, all links are local,
 * notifications are counted.
 */
#ifndef RT_MACHINE_H
#define RT_MACHINE_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t machine_handle;

extern uint64_t host_clock_us;      /* what clock_us() returns */
extern uint64_t host_notifications; /* how often ring_wake_remote was called with bits */
extern char host_log[65536];        /* the log so far; also printed if host_log_print is set */
extern int host_log_print;

void machine_write(const char *text, size_t length);

/* There is nobody outside the program to call: the tag of the reply says so by being all ones. */
static inline uint64_t machine_call(machine_handle control, uint64_t tag, uint64_t *words)
{
    (void)control;
    (void)tag;
    (void)words;
    return ~UINT64_C(0);
}

#endif
