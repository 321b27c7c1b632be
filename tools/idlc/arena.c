/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    alignas(max_align_t) unsigned char data[];
};

void *arena_alloc(struct arena *arena, size_t length_bytes)
{
    const size_t alignment = alignof(max_align_t);
    size_t rounded = (length_bytes + alignment - 1) & ~(alignment - 1);
    if (!arena->blocks || rounded > arena->capacity - arena->used) {
        size_t capacity = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;
        struct arena_block *block = calloc(1, sizeof(*block) + capacity);
        if (!block || rounded < length_bytes) {
            fprintf(stderr, "out of memory; give the translator a smaller file\n");
            exit(2);
        }
        block->next = arena->blocks;
        arena->blocks = block;
        arena->capacity = capacity;
        arena->used = 0;
    }
    void *piece = arena->blocks->data + arena->used;
    arena->used += rounded;
    return piece;
}

char *arena_text(struct arena *arena, const char *text, size_t length_bytes)
{
    char *copy = arena_alloc(arena, length_bytes + 1);
    memcpy(copy, text, length_bytes);
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t size_bytes = length < 0 ? 1 : (size_t)length + 1;
    char *text = arena_alloc(arena, size_bytes);
    va_start(arguments, format);
    vsnprintf(text, size_bytes, format, arguments);
    va_end(arguments);
    return text;
}

void arena_free(struct arena *arena)
{
    struct arena_block *next;
    for (struct arena_block *block = arena->blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = (struct arena){0};
}
