// SPDX-License-Identifier: BSD-2-Clause
//
// What the shared area of a session holds beside its rings: latched events.
//
// An event is a value that only its newest state counts of: a link's speed, a medium that is gone.
// The server writes it between two steps of a sequence number (odd: being written); the client
// copies it and takes the copy only if the number was even and the same before and after. Neither
// waits for the other: a client that meets the server in the middle tries a few times, then looks
// again when it is next woken. A server that spoils the number spoils its own events.
#ifndef INTERFACE_AREA_H
#define INTERFACE_AREA_H

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define AREA_LINE_BYTES      64
#define AREA_EVENT_BYTES_MAX 56
#define AREA_EVENT_ATTEMPTS  4

struct area_event {
    alignas(AREA_LINE_BYTES) uint32_t sequence; // even: the value is whole; 0: never posted
    uint32_t reserved;
    uint64_t value[AREA_EVENT_BYTES_MAX / sizeof(uint64_t)];
};

static_assert(sizeof(struct area_event) == AREA_LINE_BYTES, "an event is one cache line");

// The server's side: makes a value the newest one. `sequence` is the server's private count.
static inline void area_event_post(struct area_event *event, uint32_t *sequence, const void *value,
                                   size_t bytes)
{
    uint64_t words[AREA_EVENT_BYTES_MAX / sizeof(uint64_t)] = {0};
    memcpy(words, value, bytes);
    *sequence += 2;
    if (*sequence == 0) // 0 says that there never was one
        *sequence = 2;
    __atomic_store_n(&event->sequence, *sequence - 1, __ATOMIC_RELAXED);
    // The reader must not see a word of the new value while the number is still the old one.
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (size_t i = 0; i < (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t); i++)
        __atomic_store_n(&event->value[i], words[i], __ATOMIC_RELAXED);
    __atomic_store_n(&event->sequence, *sequence, __ATOMIC_RELEASE);
}

// The client's side: copies the value if there is one that `seen` (private, 0 at first) does not
// know. Never waits.
static inline bool area_event_take(const struct area_event *event, uint32_t *seen, void *value,
                                   size_t bytes)
{
    for (int attempt = 0; attempt < AREA_EVENT_ATTEMPTS; attempt++) {
        uint64_t words[AREA_EVENT_BYTES_MAX / sizeof(uint64_t)] = {0};
        uint32_t before = __atomic_load_n(&event->sequence, __ATOMIC_ACQUIRE);
        if (before == 0 || before == *seen)
            return false;
        for (size_t i = 0; i < (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t); i++)
            words[i] = __atomic_load_n(&event->value[i], __ATOMIC_RELAXED);
        // All of the value is read before the number is looked at once more.
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (before % 2 == 0 && __atomic_load_n(&event->sequence, __ATOMIC_RELAXED) == before) {
            *seen = before;
            memcpy(value, words, bytes);
            return true;
        }
    }
    return false;
}

#endif
