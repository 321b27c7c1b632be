/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for everything that lives as long as one translation: allocated piece by piece, freed in
 * one go. Never returns null: a translator that is out of memory ends with a message. All memory is
 * zeroed.
 */
#ifndef IDLC_ARENA_H
#define IDLC_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used, capacity; /* of the newest block */
};

/* An arena starts as all zeros. */
void *arena_alloc(struct arena *arena, size_t length_bytes);
char *arena_text(struct arena *arena, const char *text, size_t length_bytes);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Frees all of it; the arena is empty again and may be used again. */
void arena_free(struct arena *arena);

#endif
