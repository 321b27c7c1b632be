/* SPDX-License-Identifier: BSD-2-Clause */
#include "read.h"

#include "tools/idlc/idl_model.h"
#include "tools/idlc/idl_session.h"
#include "tools/idlc/language.h"

#include <string.h>

static bool read_component(const struct source *source, struct image *image, struct arena *arena,
                           struct diagnostics *diagnostics)
{
    struct component *component = arena_alloc(arena, sizeof(*component));
    if (!model_parse_component(source, arena, diagnostics, component))
        return false;
    model_check_component(component, diagnostics);
    component->next = image->components;
    image->components = component;
    return diagnostics->errors == 0;
}

/* Buffers of the client that can be on their way to the server, or in its hands, at a time. */
static uint64_t buffers_of(const struct idl_interface *interface)
{
    uint64_t buffers = 0;
    for (const struct idl_queue *queue = interface->queues; queue; queue = queue->next)
        if (queue->producer == IDL_CLIENT && queue->content != IDL_VALUES)
            buffers += queue->depth.number;
    return buffers;
}

static bool read_interface(const struct source *source, struct image *image, struct arena *arena,
                           struct diagnostics *diagnostics)
{
    const struct idl_interface *read = idl_language.read(source, arena, diagnostics);
    if (!read)
        return false;
    struct interface *interface = arena_alloc(arena, sizeof(*interface));
    *interface = (struct interface){
        .next = image->interfaces,
        .name = read->name,
        .number = read->number.number,
        .hash = read->hash,
        .session_bytes = idl_session_bytes(read),
        .buffers = buffers_of(read),
    };
    image->interfaces = interface;
    return true;
}

bool read_source(const struct source *source, struct image *image, struct arena *arena, FILE *out)
{
    struct diagnostics diagnostics = {.file_name = source->name, .out = out};
    const char *dot = strrchr(source->name, '.');
    if (dot && strcmp(dot, ".image") == 0)
        return model_parse_image(source, arena, &diagnostics, image);
    if (dot && strcmp(dot, ".component") == 0)
        return read_component(source, image, arena, &diagnostics);
    if (dot && strcmp(dot, ".idl") == 0)
        return read_interface(source, image, arena, &diagnostics);
    diagnostics_error(&diagnostics, (struct place){1, 1},
                      "is neither .image nor .component nor .idl; check the name");
    return false;
}

bool image_place(struct image *image, const char *instance_name, const char *program_name,
                 FILE *out)
{
    for (struct instance *i = image->instances; i; i = i->next) {
        if (strcmp(i->name, instance_name) == 0) {
            i->program_name = program_name;
            return true;
        }
    }
    fprintf(out, "mkimage: image %s has no component %s to place\n", image->name, instance_name);
    return false;
}

bool image_set(struct image *image, const char *instance_name, const char *parameter_name,
               const char *value, struct arena *arena, FILE *out)
{
    struct instance *i = image->instances;
    while (i && strcmp(i->name, instance_name) != 0)
        i = i->next;
    if (!i) {
        fprintf(out, "mkimage: image %s has no component %s to set a parameter of\n", image->name,
                instance_name);
        return false;
    }
    struct parameter *parameter = i->parameters;
    while (parameter && strcmp(parameter->name, parameter_name) != 0)
        parameter = parameter->next;
    if (!parameter) {
        parameter = arena_alloc(arena, sizeof(*parameter));
        *parameter = (struct parameter){i->parameters, i->place, parameter_name, NULL};
        i->parameters = parameter;
    }
    parameter->value = value;
    return true;
}
