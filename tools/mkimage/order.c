/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of the start: a server before its clients, and what has no order among itself as
 * typed. The VM server is the first program, the server of the boot files the second, because all
 * others need them without saying so.
 */
#include "model.h"

/* Whether all servers that the program's links lead to are ordered. */
static bool program_is_ready(const struct image *image, const struct program *program)
{
    for (const struct link *link = image->links; link; link = link->next) {
        if (link->client && link->server && link->client->program == program &&
            !link_is_local(link) && !link->server->program->ordered)
            return false;
    }
    return true;
}

static bool instance_is_ready(const struct image *image, const struct instance *instance)
{
    for (const struct link *link = image->links; link; link = link->next) {
        if (link->client == instance && link->server && link_is_local(link) &&
            !link->server->ordered)
            return false;
    }
    return true;
}

/* Takes the program out of the list `from` that points to it and puts it at the end of `to`. */
static void program_take(struct program **from, struct program ***to)
{
    struct program *program = *from;
    *from = program->next;
    program->next = NULL;
    program->ordered = true;
    **to = program;
    *to = &program->next;
}

/* Points at the first program that can be next, or null. */
static struct program **next_program(const struct image *image, struct program **programs,
                                     const char *component)
{
    for (struct program **at = programs; *at; at = &(*at)->next) {
        if (component ? program_holds(*at, component) : program_is_ready(image, *at))
            return at;
    }
    return NULL;
}

static void order_programs(struct image *image, struct diagnostics *diagnostics)
{
    struct program *rest = image->programs, **end = &image->programs, **next;
    image->programs = NULL;
    if ((next = next_program(image, &rest, "vm")))
        program_take(next, &end);
    if ((next = next_program(image, &rest, "bootfs")))
        program_take(next, &end);
    while ((next = next_program(image, &rest, NULL)))
        program_take(next, &end);
    if (rest)
        diagnostics_error(
            diagnostics, rest->place,
            "program %s waits for one that waits for it; turn a link round or put the "
            "components into one program",
            rest->name);
    *end = rest;
}

static void order_instances(const struct image *image, struct program *program,
                            struct diagnostics *diagnostics)
{
    struct instance *rest = program->instances, **end = &program->instances;
    program->instances = NULL;
    for (struct instance **at = &rest; *at;) {
        struct instance *instance = *at;
        if (!instance_is_ready(image, instance)) {
            at = &instance->next;
            continue;
        }
        *at = instance->next;
        instance->next = NULL;
        instance->ordered = true;
        *end = instance;
        end = &instance->next;
        at = &rest;
    }
    if (rest)
        diagnostics_error(diagnostics, rest->place,
                          "component %s waits for one that waits for it; turn a link round",
                          rest->name);
    *end = rest;
}

void model_order(struct image *image, struct diagnostics *diagnostics)
{
    for (struct program *program = image->programs; program; program = program->next)
        order_instances(image, program, diagnostics);
    order_programs(image, diagnostics);
}
