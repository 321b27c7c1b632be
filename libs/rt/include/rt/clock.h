/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Time since boot. On the host it stands still until a test sets it.
 */
#ifndef RT_CLOCK_H
#define RT_CLOCK_H

#include <stdint.h>

uint64_t clock_us(void);

/* How long the processor was idle, by the kernel's accounting. Differences count. */
struct clock_load {
    uint64_t idle_ticks; /* of the time-stamp counter */
    uint64_t total_ticks;
};

struct clock_load clock_load(void);

#endif
