// SPDX-License-Identifier: BSD-2-Clause
//
// The machine as a whole: clock, information page, debug log.
#ifndef L4_SYSTEM_H
#define L4_SYSTEM_H

#include <abi/info.h>
#include <l4/call.h>

L4_INLINE const struct l4_info *l4_info(void)
{
    return (const struct l4_info *)L4_INFO_ADDRESS;
}

L4_INLINE uint64_t l4_tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

// Microseconds since the kernel was entered.
L4_INLINE uint64_t l4_clock_us(void)
{
    uint64_t ticks = l4_tsc() - l4_info()->tsc_at_boot, khz = l4_info()->tsc_khz;
    return ticks / khz * 1000 + ticks % khz * 1000 / khz;
}

// TSC ticks during which no thread ran.
L4_INLINE uint64_t l4_idle_ticks(void)
{
    struct l4_message message = {0};
    l4_system_call(L4_OP_CLOCK, 0, 0, 0, &message);
    return message.w[1];
}

// Writes text to the kernel's log: serial port and screen. Some of it may still wait for the port
// when this returns.
void l4_log_write(l4_handle_t log, const char *text, size_t length);

// Waits until all that was written is out.
void l4_log_flush(l4_handle_t log);

#endif
