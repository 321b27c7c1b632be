/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The clock: one multiplication instead of a division by the counter's frequency.
 */
#include "target.h"
#include <l4/system.h>
#include <rt/clock.h>

static uint64_t us_per_tick; /* times 2^64 */

void clock_start(void)
{
    us_per_tick = (uint64_t)(((unsigned __int128)1000 << 64) / l4_info()->tsc_khz);
}

uint64_t clock_us(void)
{
    uint64_t ticks = l4_tsc() - l4_info()->tsc_at_boot;
    return (uint64_t)((unsigned __int128)ticks * us_per_tick >> 64);
}

struct clock_load clock_load(void)
{
    return (struct clock_load){.idle_ticks = l4_idle_ticks(), .total_ticks = l4_tsc()};
}
