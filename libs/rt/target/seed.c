/* SPDX-License-Identifier: BSD-2-Clause */
#include <cpuid.h>
#include <l4/system.h>
#include <rt/seed.h>
#include <stdbool.h>

enum { RDRAND_TRIES = 10 }; /* Intel SDM volume 1, 7.3.17.1 */

uint64_t seed_draw(void)
{
    uint32_t a, b, c, d;
    uint64_t number = 0;
    bool drawn = false, offered = __get_cpuid(1, &a, &b, &c, &d) && c & bit_RDRND;
    for (unsigned i = 0; offered && !drawn && i < RDRAND_TRIES; i++)
        __asm__ volatile("rdrand %0" : "=r"(number), "=@ccc"(drawn) : : "cc");
    return number ^ l4_tsc();
}
