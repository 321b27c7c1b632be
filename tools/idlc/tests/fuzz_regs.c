/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as a register description: it is translated or refused, nothing else. */
#include "tools/idlc/language.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length_bytes)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {.file_name = "fuzz.regs"};
    struct source source = source_of_text(&arena, "fuzz.regs", (const char *)data, length_bytes);
    const void *model = regs_language.read(&source, &arena, &diagnostics);
    /* Refused without a reason, or accepted with one. */
    if ((model != NULL) != (diagnostics.errors == 0))
        abort();
    for (const struct output_kind *kind = regs_language.outputs; model && kind->option; kind++) {
        struct writer writer;
        writer_open(&writer);
        kind->write(&writer, model);
        writer_free(&writer);
    }
    arena_free(&arena);
    return 0;
}
