/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as image, component and program file. The input is cut at lines of dashes: the first
 * piece is an image, the others are components. They meet the interfaces below. All of it is also
 * taken for an ELF file.
 */
#include "tools/mkimage/read.h"
#include "tools/mkimage/verify.h"
#include "tools/mkimage/write.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char interface_text[] =
    "interface netdev 16 \"x\";\nstruct item \"x\" { u64 value; }\n"
    "queue to 2 client_to_server item depth 64 \"x\";\n";

static void write_all(const struct image *image)
{
    void (*const writers[])(struct writer *, const struct image *) = {
        write_report,
        write_picture,
        write_root,
        write_rules,
    };
    struct writer writer;
    for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
        writer_open(&writer);
        writers[i](&writer, image);
        writer_free(&writer);
    }
    for (const struct program *program = image->programs; program; program = program->next) {
        if (program_is_alone(program))
            continue;
        writer_open(&writer);
        write_program(&writer, image, program);
        writer_free(&writer);
    }
}

static bool read_text(struct image *image, struct arena *arena, const char *name, const char *text,
                      size_t length_bytes)
{
    struct source source = source_of_text(arena, name, text, length_bytes);
    return read_source(&source, image, arena, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length_bytes)
{
    static const char cut[] = "\n----\n";
    struct arena arena = {0};
    struct image image = {0};
    struct diagnostics diagnostics = {.file_name = "fuzz.image"};
    const char *at = arena_text(&arena, (const char *)data, length_bytes);
    const char *name = "fuzz.image";
    bool good = read_text(&image, &arena, "netdev.idl", interface_text, strlen(interface_text));
    for (const char *end; at; at = end) {
        end = strstr(at, cut);
        good &= read_text(&image, &arena, name, at, end ? (size_t)(end - at) : strlen(at));
        end = end ? end + strlen(cut) : NULL;
        name = "fuzz.component";
    }
    if (good && image.name) {
        model_check(&image, &arena, &diagnostics);
        if (diagnostics.errors == 0)
            write_all(&image);
    }
    struct names known = {.arena = &arena};
    FILE *nowhere = fopen("/dev/null", "w");
    if (nowhere) {
        verify_program_bytes(&known, &arena, "fuzz", data, length_bytes, nowhere);
        fclose(nowhere);
    }
    arena_free(&arena);
    return 0;
}
