/* SPDX-License-Identifier: BSD-2-Clause */
#include <driver/await.h>

#include <rt/clock.h>

enum { LIMIT_US = 20000, READS_MAX = 200000 };

bool device_await_zero(uint32_t (*read)(const volatile void *), volatile void *registers,
                       uint32_t mask)
{
    uint64_t deadline_us = clock_us() + LIMIT_US;

    for (unsigned reads = 0; reads < READS_MAX; reads++) {
        if (!(read(registers) & mask))
            return true;
        if (clock_us() > deadline_us)
            break;
    }
    return false;
}
