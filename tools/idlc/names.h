/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names: a table that finds duplicates, and the spellings that C wants.
 */
#ifndef IDLC_NAMES_H
#define IDLC_NAMES_H

#include "arena.h"

#include <stdbool.h>

struct name_entry;

/* A table from names to values; starts as all zeros but for the arena. Case counts. */
struct names {
    struct arena *arena;
    struct name_entry **buckets;
    size_t bucket_count, count;
};

/* Enters a name. Returns null, or the value of the entry of that name that was there first (and
 * stays). */
void *names_enter(struct names *names, const char *name, void *value);

/* Returns the value of a name, or null. */
void *names_find(const struct names *names, const char *name);

/* The name in upper or lower case, in the arena. */
const char *name_upper(struct arena *arena, const char *name);
const char *name_lower(struct arena *arena, const char *name);

/* Whether C reserves the name: a keyword of C17, or one of the few names that headers define. */
bool name_is_reserved(const char *name);

#endif
