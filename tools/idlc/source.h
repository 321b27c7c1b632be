/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source files, read whole, with a bound.
 */
#ifndef IDLC_SOURCE_H
#define IDLC_SOURCE_H

#include "arena.h"
#include "diagnostics.h"

#include <stdbool.h>

#define SOURCE_LIMIT_BYTES (1024 * 1024)

struct source {
    const char *name; /* as typed on the command line: relative to the root of the tree */
    const char *stem; /* the name without its extension: what generated includes are named after */
    const char *text; /* in the arena, ends with a NUL that does not count */
    size_t length_bytes;
};

/* Reads a file into the arena. On failure reports why and returns false. */
bool source_read(struct source *source, const char *path, struct arena *arena,
                 struct diagnostics *diagnostics);

/* Makes a source of text in memory; copies the text. For tests and fuzzers. */
struct source source_of_text(struct arena *arena, const char *name, const char *text,
                             size_t length_bytes);

#endif
