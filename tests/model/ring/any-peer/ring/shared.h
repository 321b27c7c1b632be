/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shadows libs/ring/include/ring/shared.h for the bounded model checker: the same functions, but
 * the other side may write anything at any time, so every read of a shared word or entry returns an
 * arbitrary value. Entries are touched as the real functions touch them, so that every access out
 * of the ring is seen.
 */
#ifndef RING_SHARED_H
#define RING_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring_shared {
    uint32_t produced;
    uint32_t consumed;
    uint32_t wake_count;
    uint64_t sleep;
};

uint32_t any_uint32(void);
uint64_t any_uint64(void);

static inline uint32_t ring_load(const uint32_t *word)
{
    (void)*word;
    return any_uint32();
}

static inline uint64_t ring_load_sleep(const uint64_t *word)
{
    (void)*word;
    return any_uint64();
}

static inline void ring_store(uint32_t *word, uint32_t value)
{
    *word = value;
}

static inline void ring_store_sleep(uint64_t *word, uint64_t value)
{
    *word = value;
}

static inline void ring_fence(void) {}

static inline uint64_t *ring_entry_at(const uint64_t *entries, size_t offset_bytes)
{
    return (uint64_t *)entries + offset_bytes / sizeof(uint64_t);
}

static inline void ring_read_entry(void *to, const uint64_t *from, size_t bytes)
{
    uint64_t *private = to;

    for (size_t i = 0; i < bytes / sizeof(uint64_t); i++) {
        private[i] = from[i];
        private[i] = any_uint64();
    }
}

static inline void ring_write_entry(uint64_t *to, const void *from, size_t bytes)
{
    const uint64_t *private = from;

    for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
        to[i] = private[i];
}

#endif
