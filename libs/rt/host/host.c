/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The runtime on the host: a clock that stands still, a log in memory.
 */
#include <ring/wake.h>
#include <rt/clock.h>
#include <rt/host.h>
#include <rt/machine.h>
#include <rt/seed.h>
#include <stdio.h>
#include <string.h>

uint64_t host_clock_us = 1, host_idle_us;
uint64_t host_notifications;
unsigned host_turns_again;
char host_log[65536];
int host_log_print;

uint64_t clock_us(void)
{
    return host_clock_us;
}

struct clock_load clock_load(void)
{
    return (struct clock_load){.idle_ticks = host_idle_us * 1000,
                               .total_ticks = host_clock_us * 1000};
}

uint64_t seed_draw(void)
{
    static uint64_t count;
    return count++ * 0x9e3779b97f4a7c15;
}

void machine_write(const char *text, size_t length)
{
    size_t used = strlen(host_log);
    if (length > sizeof(host_log) - 1 - used)
        length = sizeof(host_log) - 1 - used;
    memcpy(host_log + used, text, length);
    host_log[used + length] = 0;
    if (host_log_print)
        fwrite(text, 1, length, stderr);
}

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    (void)thread;
    host_notifications += bits != 0;
}

bool machine_turn_again(void)
{
    return host_turns_again && host_turns_again--;
}

uint64_t machine_call(machine_handle control, uint64_t tag, uint64_t *words)
{
    (void)control;
    (void)tag;
    (void)words;
    return ~UINT64_C(0);
}
