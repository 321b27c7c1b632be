/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source source_of_text(struct arena *arena, const char *name, const char *text,
                             size_t length_bytes)
{
    const char *slash = strrchr(name, '/');
    const char *dot = strrchr(slash ? slash : name, '.');
    size_t stem_bytes = dot ? (size_t)(dot - name) : strlen(name);
    return (struct source){
        .name = arena_text(arena, name, strlen(name)),
        .stem = arena_text(arena, name, stem_bytes),
        .text = arena_text(arena, text, length_bytes),
        .length_bytes = length_bytes,
    };
}

bool source_read(struct source *source, const char *path, struct arena *arena,
                 struct diagnostics *diagnostics)
{
    const struct place start = {1, 1};
    FILE *file = fopen(path, "rb");
    if (!file) {
        diagnostics_error(diagnostics, start, "cannot be opened: %s; check the name",
                          strerror(errno));
        return false;
    }
    char *text = arena_alloc(arena, SOURCE_LIMIT_BYTES + 1);
    size_t length_bytes = fread(text, 1, SOURCE_LIMIT_BYTES + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        diagnostics_error(diagnostics, start, "cannot be read; it has to be a regular file");
        return false;
    }
    if (length_bytes > SOURCE_LIMIT_BYTES) {
        diagnostics_error(diagnostics, start, "is longer than %d bytes; split the file",
                          SOURCE_LIMIT_BYTES);
        return false;
    }
    *source = source_of_text(arena, path, text, length_bytes);
    return true;
}
