/* SPDX-License-Identifier: BSD-2-Clause */
/* The composition table of a program: which components are in it and how they are linked
   (rt/loop.h). */
#include "write.h"

#include <inttypes.h>
#include <string.h>

static bool was_declared(const struct program *program, const struct instance *instance)
{
    for (const struct instance *i = program->instances; i != instance; i = i->next) {
        if (i->component == instance->component)
            return true;
    }
    return false;
}

static void write_parameters(struct writer *writer, const struct instance *instance)
{
    if (!instance->parameters && !instance->devices)
        return;
    write_blank(writer);
    write_open(writer, "static const struct parameter %s_parameters[] = {", instance->name);
    for (const struct parameter *p = instance->parameters; p; p = p->next)
        write_line(writer, "{\"%s\", \"%s\"},", p->name, p->value);
    if (instance->devices) {
        write_line(writer, "{\"device_first\", \"%u\"},", instance->device_first);
        write_line(writer, "{\"irq_first\", \"%u\"},", instance->irq_first);
    }
    write_close(writer, "};");
}

static void write_links(struct writer *writer, const struct instance *instance)
{
    if (!instance->ends)
        return;
    write_blank(writer);
    write_open(writer, "static struct link %s_links[] = {", instance->name);
    for (const struct end *end = instance->ends; end; end = end->next) {
        const struct link *link = end->link;
        const struct instance *peer = end->is_server ? link->client : link->server;
        const struct port *port = end->is_server ? link->client_port : link->server_port;
        write_line(writer, "{.name = \"%s\", .server = %s}, /* %s %s.%s%s%s */", end->port->name,
                   end->is_server ? "true" : "false", end->is_server ? "for" : "of", peer->name,
                   port->name, link_is_local(link) ? "" : " in program ",
                   link_is_local(link) ? "" : peer->program->name);
    }
    write_close(writer, "};");
}

static bool knows_parameters(const struct end *end)
{
    return end->is_server && end->link->client->parameters;
}

static bool has_peers(const struct instance *instance)
{
    for (const struct end *end = instance->ends; end; end = end->next) {
        if (knows_parameters(end))
            return true;
    }
    return false;
}

/* What the image says of the clients of a server. */
static void write_peers(struct writer *writer, const struct instance *instance)
{
    if (!has_peers(instance))
        return;
    for (const struct end *end = instance->ends; end; end = end->next) {
        if (!knows_parameters(end))
            continue;
        write_blank(writer);
        write_open(writer, "static const struct parameter %s_peer_%u[] = {", instance->name,
                   end->number);
        for (const struct parameter *p = end->link->client->parameters; p; p = p->next)
            write_line(writer, "{\"%s\", \"%s\"},", p->name, p->value);
        write_line(writer, "{0},");
        write_close(writer, "};");
    }
    write_blank(writer);
    write_open(writer, "static const struct parameter *const %s_peers[] = {", instance->name);
    for (const struct end *end = instance->ends; end; end = end->next) {
        if (knows_parameters(end))
            write_line(writer, "[%u] = %s_peer_%u, /* %s */", end->number, instance->name,
                       end->number, end->link->client->name);
        else if (!end->next)
            write_line(writer, "[%u] = NULL,", end->number);
    }
    write_close(writer, "};");
}

static void write_instance(struct writer *writer, const struct instance *instance)
{
    const char *name = instance->name;
    write_open(writer, "{");
    write_line(writer, ".component = &%s_component,", instance->component->name);
    write_line(writer, ".name = \"%s\",", name);
    if (instance->parameters || instance->devices) {
        write_line(writer, ".parameters = %s_parameters,", name);
        write_line(writer, ".parameter_count = sizeof(%s_parameters) / sizeof(%s_parameters[0]),",
                   name, name);
    }
    if (instance->ends) {
        write_line(writer, ".links = %s_links,", name);
        write_line(writer, ".link_count = sizeof(%s_links) / sizeof(%s_links[0]),", name, name);
    }
    if (has_peers(instance))
        write_line(writer, ".peers = %s_peers,", name);
    write_line(writer, ".first_event = %u,", instance->first_event);
    write_close(writer, "},");
}

static bool has_joins(const struct image *image, const struct program *program)
{
    for (const struct link *link = image->links; link; link = link->next) {
        if (link_is_local(link) && link->client->program == program)
            return true;
    }
    return false;
}

static void write_joins(struct writer *writer, const struct image *image,
                        const struct program *program)
{
    write_blank(writer);
    write_line(writer, "/* Links that both end in this program. */");
    write_open(writer, "static const struct program_join joins[] = {");
    for (const struct link *link = image->links; link; link = link->next) {
        if (!link_is_local(link) || link->client->program != program)
            continue;
        write_open(writer, "{");
        write_line(writer, ".client = %u,", link->client->index);
        write_line(writer, ".client_link = %u, /* %s.%s */", link->client_end->number,
                   link->client->name, link->client_port->name);
        write_line(writer, ".server = %u,", link->server->index);
        write_line(writer, ".server_link = %u, /* %s.%s */", link->server_end->number,
                   link->server->name, link->server_port->name);
        write_line(writer, ".area_bytes = %" PRIu64 ",", link->interface->session_bytes);
        write_close(writer, "},");
    }
    write_close(writer, "};");
}

static void write_note_list(struct writer *writer, const struct program *program)
{
    write_blank(writer);
    write_line(
        writer,
        "/* Keeps the notes of the components (interface/note.h) in the program: mkimage reads "
        "them there. */");
    write_open(writer, "const struct interface_note *const composition_notes[] "
                       "__attribute__((used, retain)) = {");
    for (const struct instance *i = program->instances; i; i = i->next) {
        if (!was_declared(program, i))
            write_line(writer, "%s_notes,", i->component->name);
    }
    write_close(writer, "};");
}

static void write_declarations(struct writer *writer, const struct program *program)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        if (was_declared(program, i))
            continue;
        write_line(writer, "extern const struct component %s_component;", i->component->name);
        write_line(writer, "extern const struct interface_note %s_notes[];", i->component->name);
    }
}

/* Whether an earlier link of the program has the same interface. */
static bool was_traced(const struct program *program, const struct end *end)
{
    for (const struct instance *i = program->instances; i; i = i->next)
        for (const struct end *other = i->ends; other; other = other->next) {
            if (other == end)
                return false;
            if (other->link->interface == end->link->interface)
                return true;
        }
    return false;
}

/* Interfaces in the order of the events of their links. */
static void write_tracer(struct writer *writer, const struct program *program)
{
    write_blank(writer);
    write_line(writer, "/* Calls are written to the log. */");
    for (const struct instance *i = program->instances; i; i = i->next)
        for (const struct end *end = i->ends; end; end = end->next)
            if (!was_traced(program, end))
                write_line(writer, "extern const struct trace_interface %s_trace;",
                           end->link->interface->name);
    write_open(writer, "static const struct trace_interface *const interfaces[] = {");
    for (const struct instance *i = program->instances; i; i = i->next)
        for (const struct end *end = i->ends; end; end = end->next)
            write_line(writer, "&%s_trace, /* %s.%s */", end->link->interface->name, i->name,
                       end->port->name);
    write_line(writer, "0, /* the end */");
    write_close(writer, "};");
    write_line(writer, "static const struct program_tracer tracer = {tracer_call, interfaces};");
}

void write_program(struct writer *writer, const struct image *image, const struct program *program)
{
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer,
               "/* Program %s. Made by mkimage from %s.image; change that file, not this one. */",
               program->name, image->stem);
    write_line(writer, "#include <interface/note.h>");
    write_line(writer, "#include <rt/loop.h>");
    if (program->traced)
        write_line(writer, "#include <rt/tracer.h>");
    write_blank(writer);
    write_declarations(writer, program);
    for (const struct instance *i = program->instances; i; i = i->next) {
        write_parameters(writer, i);
        write_links(writer, i);
        write_peers(writer, i);
    }
    write_blank(writer);
    write_open(writer, "static struct instance instances[] = {");
    for (const struct instance *i = program->instances; i; i = i->next)
        write_instance(writer, i);
    write_close(writer, "};");
    if (has_joins(image, program))
        write_joins(writer, image, program);
    if (program->traced)
        write_tracer(writer, program);
    write_note_list(writer, program);
    write_blank(writer);
    write_line(writer, "extern struct program composition;");
    write_open(writer, "struct program composition = {");
    write_line(writer, ".name = \"%s\",", program->name);
    write_line(writer, ".instances = instances,");
    write_line(writer, ".instance_count = sizeof(instances) / sizeof(instances[0]),");
    if (has_joins(image, program)) {
        write_line(writer, ".joins = joins,");
        write_line(writer, ".join_count = sizeof(joins) / sizeof(joins[0]),");
    }
    if (program->traced)
        write_line(writer, ".tracer = &tracer,");
    write_close(writer, "};");
}
