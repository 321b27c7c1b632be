/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The functions that lwIP wants from a system.
 *
 * What strangers must not guess comes from SipHash-2-4 (Aumasson and Bernstein, 2012), under a key
 * that is drawn at the start.
 */
#include <lwip/sys.h>
#include <lwip_port.h>
#include <rt/clock.h>
#include <rt/log.h>

static uint64_t key[2];

u32_t sys_now(void)
{
    return (u32_t)(clock_us() / 1000);
}

void lwip_port_key_set(uint64_t low, uint64_t high)
{
    key[0] = low;
    key[1] = high;
}

static inline uint64_t turned(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void sip_rounds(uint64_t state[4], unsigned count)
{
    while (count-- > 0) {
        state[0] += state[1];
        state[2] += state[3];
        state[1] = turned(state[1], 13) ^ state[0];
        state[3] = turned(state[3], 16) ^ state[2];
        state[0] = turned(state[0], 32) + state[3];
        state[2] += state[1];
        state[3] = turned(state[3], 21) ^ state[0];
        state[1] = turned(state[1], 17) ^ state[2];
        state[2] = turned(state[2], 32);
    }
}

uint64_t lwip_port_hash(uint64_t first, uint64_t second, uint64_t third)
{
    const uint64_t words[] = {first, second, third, (uint64_t)24 << 56};
    uint64_t state[] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                        key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    for (unsigned i = 0; i < 4; i++) {
        state[3] ^= words[i];
        sip_rounds(state, 2);
        state[0] ^= words[i];
    }
    state[2] ^= 0xff;
    sip_rounds(state, 4);
    return state[0] ^ state[1] ^ state[2] ^ state[3];
}

uint32_t lwip_port_random(void)
{
    static uint64_t count;
    return (uint32_t)lwip_port_hash(count++, clock_us(), 0);
}

_Noreturn void lwip_port_failed(const char *message)
{
    log_line(NULL, "lwIP: %s", message);
    abort();
}
