/* SPDX-License-Identifier: BSD-2-Clause */
#include "payload.h"

#include <string.h>

enum {
    STARTS = 1 << 16, /* where a stretch of the pattern may begin */
    MARK_AT = 4,
};

static uint8_t pattern[STARTS + PAYLOAD_MAX_BYTES];

static const uint8_t *stretch_of(uint32_t mark)
{
    if (pattern[0] == 0) {
        for (uint32_t i = 0, x = 1; i < sizeof(pattern); i++) {
            x = x * 1664525 + 1013904223;
            pattern[i] = (uint8_t)(x >> 24);
        }
    }
    return pattern + mark % STARTS;
}

static uint32_t mark_of(uint64_t seed, uint32_t sequence)
{
    uint32_t x = sequence * 0x9e3779b1u ^ (uint32_t)seed;

    x = (x ^ x >> 16) * 0x85ebca6bu;
    return x ^ x >> 13;
}

static void number_put(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static uint32_t number_get(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void payload_make(uint8_t *payload, size_t length_bytes, uint64_t seed, uint32_t sequence)
{
    uint32_t mark = mark_of(seed, sequence);

    number_put(payload, sequence);
    number_put(payload + MARK_AT, mark);
    memcpy(payload + PAYLOAD_MIN_BYTES, stretch_of(mark), length_bytes - PAYLOAD_MIN_BYTES);
}

bool payload_is_ours(const uint8_t *payload, size_t length_bytes, uint64_t seed)
{
    if (length_bytes < PAYLOAD_MIN_BYTES || length_bytes > PAYLOAD_MAX_BYTES) {
        return false;
    }
    uint32_t mark = mark_of(seed, payload_sequence(payload));

    return number_get(payload + MARK_AT) == mark &&
           memcmp(payload + PAYLOAD_MIN_BYTES, stretch_of(mark),
                  length_bytes - PAYLOAD_MIN_BYTES) == 0;
}

uint32_t payload_sequence(const uint8_t *payload)
{
    return number_get(payload);
}
