/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mkimage: reads an image with all components and interfaces of the tree, and writes what was
 * asked for.
 *
 *     mkimage [--report FILE] [--picture FILE] [--root FILE] [--programs FOLDER] [--rules FILE]
 * [--name NAME]
 *             [--place COMPONENT=PROGRAM]... [--set COMPONENT.PARAMETER=VALUE]... [--sleep
 * latched|preempt]
 *             IMAGE COMPONENT... INTERFACE...
 *     mkimage --notes FILE COMPONENT
 *     mkimage --verify PROGRAM...
 *
 * FILE `-` is the standard output. --programs writes one FOLDER/PROGRAM.c for each program.
 * --name gives the image another name, --place puts a component into another program, --set gives
 * it a parameter, --sleep says for all programs how they sleep on rings: so one file makes
 * several images that are compared. --notes writes what a component is compiled with, --verify
 * compares it in finished programs (interface/note.h). Nothing is written unless all is free of
 * errors. Exit status: 0 all written, 1 errors in the files, 2 wrong use.
 */
#include "read.h"
#include "verify.h"
#include "write.h"

#include <stdlib.h>
#include <string.h>

struct request {
    const char *report, *picture, *root, *programs, *rules, *name, *notes, *sleep;
    char **places, **sets;
    int place_count, set_count;
    char **files;
    int file_count;
};

static int usage(void)
{
    fprintf(stderr,
            "usage: mkimage [--report FILE] [--picture FILE] [--root FILE] [--programs FOLDER]\n"
            "               [--rules FILE] [--name NAME] [--place COMPONENT=PROGRAM]...\n"
            "               [--set COMPONENT.PARAMETER=VALUE]... [--sleep latched|preempt]\n"
            "               IMAGE COMPONENT... INTERFACE...\n"
            "       mkimage --notes FILE COMPONENT\n"
            "       mkimage --verify PROGRAM...\n");
    return 2;
}

static bool request_read(struct request *request, int count, char **arguments)
{
    const struct {
        const char *option;
        const char **value;
    } options[] = {
        {"--report", &request->report}, {"--picture", &request->picture},
        {"--root", &request->root},     {"--programs", &request->programs},
        {"--rules", &request->rules},   {"--name", &request->name},
        {"--notes", &request->notes},   {"--sleep", &request->sleep},
    };
    request->files = calloc((size_t)count, sizeof(char *));
    request->places = calloc((size_t)count, sizeof(char *));
    request->sets = calloc((size_t)count, sizeof(char *));
    if (!request->files || !request->places || !request->sets)
        return false;
    for (int i = 1; i < count; i++) {
        const char **value = NULL;
        for (size_t n = 0; n < sizeof(options) / sizeof(options[0]); n++) {
            if (strcmp(arguments[i], options[n].option) == 0)
                value = options[n].value;
        }
        bool is_place = strcmp(arguments[i], "--place") == 0;
        bool is_set = strcmp(arguments[i], "--set") == 0;
        if ((value || is_place || is_set) && i + 1 == count)
            return false;
        if (value)
            *value = arguments[++i];
        else if (is_place)
            request->places[request->place_count++] = arguments[++i];
        else if (is_set)
            request->sets[request->set_count++] = arguments[++i];
        else if (arguments[i][0] == '-')
            return false;
        else
            request->files[request->file_count++] = arguments[i];
    }
    return request->file_count > 0;
}

/* Does what --place and --set ask for. */
static bool change(const struct request *request, struct image *image, struct arena *arena)
{
    for (int i = 0; i < request->place_count; i++) {
        char *equals = strchr(request->places[i], '=');
        if (!equals) {
            fprintf(stderr, "mkimage: --place takes COMPONENT=PROGRAM\n");
            return false;
        }
        *equals = '\0';
        if (!image_place(image, request->places[i], equals + 1, stderr))
            return false;
    }
    for (int i = 0; i < request->set_count; i++) {
        char *dot = strchr(request->sets[i], '.');
        char *equals = dot ? strchr(dot, '=') : NULL;
        if (!equals) {
            fprintf(stderr, "mkimage: --set takes COMPONENT.PARAMETER=VALUE\n");
            return false;
        }
        *dot = *equals = '\0';
        if (!image_set(image, request->sets[i], dot + 1, equals + 1, arena, stderr))
            return false;
    }
    bool preempts = request->sleep && strcmp(request->sleep, "preempt") == 0;
    if (request->sleep && !preempts && strcmp(request->sleep, "latched") != 0) {
        fprintf(stderr, "mkimage: --sleep takes latched or preempt\n");
        return false;
    }
    for (struct program *program = image->programs; request->sleep && program;
         program = program->next)
        program->preempts = preempts;
    return true;
}

static bool read_all(const struct request *request, struct image *image, struct arena *arena)
{
    bool good = true;
    for (int i = 0; i < request->file_count; i++) {
        struct diagnostics diagnostics = {.file_name = request->files[i], .out = stderr};
        struct source source;
        good &= source_read(&source, request->files[i], arena, &diagnostics) &&
                read_source(&source, image, arena, stderr);
    }
    if (good && !image->name && !request->notes) {
        fprintf(stderr, "mkimage: none of the files is an image\n");
        return false;
    }
    good = good && change(request, image, arena);
    if (good && request->name)
        image->name = request->name;
    return good;
}

static bool save(struct writer *writer, const char *path)
{
    writer_finish(writer);
    bool saved = true;
    if (strcmp(path, "-") == 0)
        fwrite(writer->text, 1, writer->length_bytes, stdout);
    else
        saved = writer_save(writer, path);
    writer_free(writer);
    return saved;
}

static bool write_one(const struct image *image, const char *path,
                      void (*write)(struct writer *, const struct image *))
{
    if (!path)
        return true;
    struct writer writer;
    writer_open(&writer);
    write(&writer, image);
    return save(&writer, path);
}

static bool write_programs(const struct image *image, const char *folder, struct arena *arena)
{
    for (const struct program *program = image->programs; folder && program;
         program = program->next) {
        if (program_is_alone(program))
            continue;
        struct writer writer;
        writer_open(&writer);
        write_program(&writer, image, program);
        if (!save(&writer, arena_format(arena, "%s/%s.c", folder, program->name)))
            return false;
    }
    return true;
}

static int run_notes(const struct request *request, struct image *image, struct arena *arena)
{
    struct writer writer;
    if (!image->components)
        return usage();
    writer_open(&writer);
    write_notes(&writer, image->components, arena);
    return save(&writer, request->notes) ? 0 : 2;
}

static int run(const struct request *request, struct arena *arena)
{
    struct image *image = arena_alloc(arena, sizeof(*image));
    if (!read_all(request, image, arena))
        return 1;
    if (request->notes)
        return run_notes(request, image, arena);
    struct diagnostics diagnostics = {
        .file_name = arena_format(arena, "%s.image", image->stem),
        .out = stderr,
    };
    model_check(image, arena, &diagnostics);
    if (diagnostics.errors)
        return 1;
    bool written = write_one(image, request->report, write_report) &&
                   write_one(image, request->picture, write_picture) &&
                   write_one(image, request->root, write_root) &&
                   write_one(image, request->rules, write_rules) &&
                   write_programs(image, request->programs, arena);
    return written ? 0 : 2;
}

int main(int count, char **arguments)
{
    if (count > 2 && strcmp(arguments[1], "--verify") == 0)
        return verify_programs(arguments + 2, count - 2, stderr) ? 0 : 1;
    struct request request = {0};
    struct arena arena = {0};
    int status = request_read(&request, count, arguments) ? run(&request, &arena) : usage();
    arena_free(&arena);
    free(request.files);
    free(request.places);
    free(request.sets);
    return status;
}
