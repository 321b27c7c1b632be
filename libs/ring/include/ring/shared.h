/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of a ring that the other side can see, and the only functions that touch them. The
 * other side may write anything into them at any time, so each is read once into a private copy
 * before it is looked at. The model-checking harness shadows this file with one in which every read
 * returns an arbitrary value.
 */
#ifndef RING_SHARED_H
#define RING_SHARED_H

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#define RING_LINE_BYTES 64

/* Each side writes one cache line and reads the other's. Entries follow, in an array that the
 * interface's layout declares. */
struct ring_shared {
    /* Producer's line. */
    alignas(RING_LINE_BYTES) uint32_t produced; /* entries ever published, modulo 2^32 */
    /* Consumer's line. */
    alignas(RING_LINE_BYTES) uint32_t consumed; /* entries ever given back, modulo 2^32 */
    uint32_t wake_count; /* in an odd sleep: wake when so many entries wait */
    uint64_t sleep;      /* 0: awake; otherwise the number of this sleep */
};

static_assert(sizeof(struct ring_shared) == 2 * RING_LINE_BYTES, "one line for each side");
static_assert(offsetof(struct ring_shared, consumed) == RING_LINE_BYTES, "consumer's line");

/* Reads a word of the other side; what the other side wrote before it is visible afterwards. */
static inline uint32_t ring_load(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* As above for the sleep word: 64 bits, so that a number never comes back. */
static inline uint64_t ring_load_sleep(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Writes a word of this side; whoever sees it sees all that this side wrote before. */
static inline void ring_store(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void ring_store_sleep(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/*
 * Orders this side's last write before its next read. x86 lets a read overtake an earlier write to
 * another address; a producer that reads the sleep word before its index is visible, and a consumer
 * that reads the index before its sleep word is, would miss each other. Release and acquire do not
 * forbid that, only a full fence on both sides does.
 */
static inline void ring_fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * The address of an entry. The empty statement hides the sum from the compiler, which would
 * otherwise compute the address of each word of the entry anew.
 */
static inline volatile uint64_t *ring_entry_at(const uint64_t *entries, size_t offset_bytes)
{
    uintptr_t address = (uintptr_t)entries + offset_bytes;

    __asm__("" : "+r"(address));
    return (volatile uint64_t *)address;
}

/* Copies an entry of `bytes` (a constant, a multiple of 8) out of the ring, each word read exactly
 * once. */
static inline void ring_read_entry(void *to, const volatile uint64_t *from, size_t bytes)
{
    char *private = to;

#pragma GCC unroll 8
    for (size_t i = 0; i < bytes / sizeof(uint64_t); i++) {
        uint64_t word = from[i];
        __builtin_memcpy(private + i * sizeof word, &word, sizeof word);
    }
}

/* Copies an entry into the ring. */
static inline void ring_write_entry(volatile uint64_t *to, const void *from, size_t bytes)
{
    const char *private = from;

#pragma GCC unroll 8
    for (size_t i = 0; i < bytes / sizeof(uint64_t); i++) {
        uint64_t word;
        __builtin_memcpy(&word, private + i * sizeof word, sizeof word);
        to[i] = word;
    }
}

#endif
