/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as an interface description: it is translated or refused, nothing else. */
#include "tools/idlc/language.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length_bytes)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {.file_name = "a.idl"};
    struct source source = source_of_text(&arena, "a.idl", (const char *)data, length_bytes);
    const void *model = idl_language.read(&source, &arena, &diagnostics);
    /* Refused without a reason, or accepted with one. */
    if ((model != NULL) != (diagnostics.errors == 0))
        abort();
    for (const struct output_kind *kind = idl_language.outputs; model && kind->option; kind++) {
        struct writer writer;
        writer_open(&writer);
        kind->write(&writer, model);
        writer_free(&writer);
    }
    arena_free(&arena);
    return 0;
}
