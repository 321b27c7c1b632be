/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idlc: reads one description and writes what was asked for.
 *
 *     idlc [--OUTPUT FILE]... DESCRIPTION
 *
 * The extension of the description selects the language. Nothing is written unless the description
 * is free of errors. Exit status: 0 all written, 1 the description has errors, 2 wrong use or the
 * machine's fault.
 */
#include "language.h"

#include <string.h>

/* Ends with null. */
static const struct language *const languages[] = {
    &regs_language,
    &idl_language,
    NULL,
};

static int usage(void)
{
    fprintf(stderr, "usage: idlc [--OUTPUT FILE]... DESCRIPTION\n");
    for (size_t i = 0; languages[i]; i++) {
        fprintf(stderr, "outputs of *%s:\n", languages[i]->extension);
        for (const struct output_kind *kind = languages[i]->outputs; kind->option; kind++)
            fprintf(stderr, "  --%-14s %s\n", kind->option, kind->help);
    }
    return 2;
}

static const struct language *language_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && languages[i]; i++) {
        if (strcmp(dot, languages[i]->extension) == 0)
            return languages[i];
    }
    fprintf(stderr, "%s: is in no known language; the name has to end with", path);
    for (size_t i = 0; languages[i]; i++)
        fprintf(stderr, "%s %s", i ? " or" : "", languages[i]->extension);
    fputc('\n', stderr);
    return NULL;
}

static const struct output_kind *output_of(const struct language *language, const char *option)
{
    for (const struct output_kind *kind = language->outputs; kind->option; kind++) {
        if (strncmp(option, "--", 2) == 0 && strcmp(option + 2, kind->option) == 0)
            return kind;
    }
    return NULL;
}

static int translate(const struct language *language, char **arguments, int count,
                     struct arena *arena)
{
    const char *path = arguments[count - 1];
    struct diagnostics diagnostics = {.file_name = path, .out = stderr};
    struct source source;
    if (!source_read(&source, path, arena, &diagnostics))
        return 1;
    const void *model = language->read(&source, arena, &diagnostics);
    if (!model)
        return 1;
    for (int i = 1; i < count - 1; i += 2) {
        struct writer writer;
        writer_open(&writer);
        output_of(language, arguments[i])->write(&writer, model);
        writer_finish(&writer);
        bool saved = writer_save(&writer, arguments[i + 1]);
        writer_free(&writer);
        if (!saved)
            return 2;
    }
    return 0;
}

int main(int count, char **arguments)
{
    if (count < 2 || count % 2 != 0)
        return usage();
    const struct language *language = language_of(arguments[count - 1]);
    if (!language)
        return 2;
    for (int i = 1; i < count - 1; i += 2) {
        if (!output_of(language, arguments[i])) {
            fprintf(stderr, "idlc: %s is no output of *%s\n", arguments[i], language->extension);
            return usage();
        }
    }
    struct arena arena = {0};
    int status = translate(language, arguments, count, &arena);
    arena_free(&arena);
    return status;
}
