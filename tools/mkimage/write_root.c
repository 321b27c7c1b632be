/* SPDX-License-Identifier: BSD-2-Clause */
/* Root's table of programs and links (root/image.h). */
#include "write.h"

#include <inttypes.h>
#include <string.h>

static void write_device(struct writer *writer, const struct instance *instance,
                         const struct device *device)
{
    uint64_t count = device->last - device->first + 1;
    uint64_t base = device->first;
    const char *kind = "PORTS";
    switch (device->kind) {
    case DEVICE_PCI:
        kind = "PCI";
        count = device->last;
        break;
    case DEVICE_IRQ:
        kind = "IRQ";
        count = 0;
        break;
    case DEVICE_PORTS:
        break;
    case DEVICE_MEMORY:
        kind = "MEMORY";
        break;
    case DEVICE_PCI_BUS:
        kind = "PCI_BUS";
        base = count = 0;
        break;
    }
    write_line(writer, "{IMAGE_DEVICE_%s, 0x%" PRIx64 ", 0x%" PRIx64 ", \"%s\"},", kind, base,
               count, instance->name);
}

static unsigned device_count(const struct program *program)
{
    unsigned count = 0;
    for (const struct instance *i = program->instances; i; i = i->next) {
        for (const struct device *device = i->devices; device; device = device->next)
            count++;
    }
    return count;
}

static void write_devices(struct writer *writer, const struct program *program)
{
    if (device_count(program) == 0)
        return;
    write_blank(writer);
    write_open(writer, "static const struct image_device %s_devices[] = {", program->name);
    for (const struct instance *i = program->instances; i; i = i->next) {
        for (const struct device *device = i->devices; device; device = device->next)
            write_device(writer, i, device);
    }
    write_close(writer, "};");
}

/* The boot module of a program: one of its own name if it is built alone, else one of the image. */
static void write_file(struct writer *writer, const struct image *image,
                       const struct program *program)
{
    if (program_is_alone(program))
        write_line(writer, ".file = \"%s\",", program->instances->component->name);
    else
        write_line(writer, ".file = \"%s.%s\",", image->name, program->name);
}

static void write_program_entry(struct writer *writer, const struct image *image,
                                const struct program *program)
{
    static const char *const policies[] = {
        [RESTART_NEVER] = "NEVER",
        [RESTART_ALWAYS] = "ALWAYS",
        [RESTART_FAILED] = "FAILED",
        [RESTART_SYSTEM] = "SYSTEM",
    };
    const struct {
        const char *name;
        uint64_t number;
    } numbers[] = {
        {"restarts_max", program->restarts_max},
        {"restart_window_us", program->restart_window_us},
        {"restart_delay_us", program->restart_delay_us},
        {"hang_us", program->hang_us},
        {"memory_bytes", program->memory_bytes},
        {"kernel_bytes", program->kernel_bytes},
        {"stack_bytes", program->stack_bytes ? program->stack_bytes : STACK_BYTES_DEFAULT},
        {"handle_count", program->handle_count},
    };
    write_open(writer, "{");
    write_line(writer, ".name = \"%s\",", program->name);
    write_file(writer, image, program);
    write_line(writer, ".priority = %" PRIu64 ",", program->priority);
    write_line(writer, ".restart = IMAGE_RESTART_%s,", policies[program->restart]);
    write_line(writer, ".flags = %s%s%s,", program_has_fpu(program) ? "IMAGE_FPU" : "0",
               program->hang_us ? " | IMAGE_WATCHED" : "",
               program_provides(program, "log") ? " | IMAGE_CONSOLE" : "");
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (numbers[i].number)
            write_line(writer, ".%s = %" PRIu64 ",", numbers[i].name, numbers[i].number);
    }
    if (device_count(program)) {
        write_line(writer, ".device_count = %u,", device_count(program));
        write_line(writer, ".devices = %s_devices,", program->name);
    }
    write_close(writer, "},");
}

static void write_end(struct writer *writer, const char *side, const struct end *end)
{
    write_line(writer, ".%s = {.program = %u, .event = %u, .name = \"%s.%s\"},", side,
               end->instance->program->index, end->instance->first_event + end->number,
               end->instance->name, end->port->name);
}

static void write_link_entry(struct writer *writer, const struct link *link)
{
    write_open(writer, "{");
    write_line(writer, ".interface = \"%s\",", link->interface->name);
    write_line(writer, ".interface_number = %" PRIu64 ",", link->interface->number);
    if (link->server_port->frames)
        write_line(writer, ".flags = IMAGE_LINK_FRAMES,");
    write_line(writer, ".interface_hash = 0x%016" PRIx64 ",", link->interface->hash);
    write_end(writer, "client", link->client_end);
    write_end(writer, "server", link->server_end);
    write_line(writer, ".area_bytes = %" PRIu64 ",", link->interface->session_bytes);
    if (link->pins_max)
        write_line(writer, ".pins_max = %" PRIu64 ",", link->pins_max);
    if (link->pin_expiry_us)
        write_line(writer, ".pin_expiry_us = %" PRIu64 ",", link->pin_expiry_us);
    write_close(writer, "},");
}

static bool has_remote_links(const struct image *image)
{
    for (const struct link *link = image->links; link; link = link->next) {
        if (!link_is_local(link))
            return true;
    }
    return false;
}

static void write_asserts(struct writer *writer)
{
    write_blank(writer);
    write_line(writer, "/* What mkimage took for granted when it checked the image. */");
    write_line(writer, "_Static_assert(IMAGE_PROGRAMS_MAX >= %d, \"programs\");",
               MODEL_PROGRAMS_MAX);
    write_line(writer, "_Static_assert(L4_INFO_MODULES > %d, \"programs, and root\");",
               MODEL_PROGRAMS_MAX);
    write_line(writer, "_Static_assert(IMAGE_LINKS_MAX >= %d, \"links\");", MODEL_LINKS_MAX);
    write_line(writer, "_Static_assert(IMAGE_EVENTS >= %d, \"links of a program\");",
               MODEL_PROGRAM_LINKS_MAX);
}

void write_root(struct writer *writer, const struct image *image)
{
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer,
               "/* Image %s. Made by mkimage from %s.image; change that file, not this one. */",
               image->name, image->stem);
    write_line(writer, "#include <abi/info.h>");
    write_line(writer, "#include <root/image.h>");
    write_asserts(writer);
    for (const struct program *program = image->programs; program; program = program->next)
        write_devices(writer, program);
    write_blank(writer);
    write_open(writer, "static const struct image_program programs[] = {");
    for (const struct program *program = image->programs; program; program = program->next)
        write_program_entry(writer, image, program);
    write_close(writer, "};");
    if (has_remote_links(image)) {
        write_blank(writer);
        write_open(writer, "static const struct image_link links[] = {");
        for (const struct link *link = image->links; link; link = link->next) {
            if (!link_is_local(link))
                write_link_entry(writer, link);
        }
        write_close(writer, "};");
    }
    write_blank(writer);
    write_open(writer, "const struct image root_image = {");
    write_line(writer, ".name = \"%s\",", image->name);
    write_line(writer, ".programs = programs,");
    write_line(writer, ".program_count = sizeof(programs) / sizeof(programs[0]),");
    if (has_remote_links(image)) {
        write_line(writer, ".links = links,");
        write_line(writer, ".link_count = sizeof(links) / sizeof(links[0]),");
    }
    write_close(writer, "};");
}
