/* SPDX-License-Identifier: BSD-2-Clause */
/* The system that an image makes, in words. */
#include "write.h"

#include <inttypes.h>

const char *size_text(uint64_t bytes, char buffer[24])
{
    static const struct {
        unsigned shift;
        const char *unit;
    } units[] = {{30, "G"}, {20, "M"}, {10, "K"}};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (bytes >> units[i].shift && (bytes & ((UINT64_C(1) << units[i].shift) - 1)) == 0) {
            snprintf(buffer, 24, "%" PRIu64 "%s", bytes >> units[i].shift, units[i].unit);
            return buffer;
        }
    }
    snprintf(buffer, 24, "%" PRIu64, bytes);
    return buffer;
}

const char *device_text(const struct device *device, char buffer[64])
{
    switch (device->kind) {
    case DEVICE_PCI:
        snprintf(buffer, 64, "pci %04x:%04x %" PRIu64, (unsigned)(device->first >> 16),
                 (unsigned)(device->first & 0xffff), device->last);
        break;
    case DEVICE_IRQ:
        snprintf(buffer, 64, "irq %" PRIu64, device->first);
        break;
    case DEVICE_PORTS:
        snprintf(buffer, 64, "ports 0x%" PRIx64 "..0x%" PRIx64, device->first, device->last);
        break;
    case DEVICE_MEMORY:
        snprintf(buffer, 64, "memory 0x%" PRIx64 "..0x%" PRIx64, device->first, device->last);
        break;
    case DEVICE_PCI_BUS:
        snprintf(buffer, 64, "pci_bus");
        break;
    }
    return buffer;
}

const char *restart_text(enum restart restart)
{
    static const char *const texts[] = {
        [RESTART_NEVER] = "never",
        [RESTART_ALWAYS] = "always",
        [RESTART_FAILED] = "failed",
        [RESTART_SYSTEM] = "system",
    };
    return texts[restart];
}

static void write_restart(struct writer *writer, const struct program *program)
{
    write_text(writer, "    restart %s", restart_text(program->restart));
    if (program->restart_window_us)
        write_text(writer, ", at most %" PRIu64 " times in %" PRIu64 " us", program->restarts_max,
                   program->restart_window_us);
    if (program->restart_delay_us)
        write_text(writer, ", after %" PRIu64 " us", program->restart_delay_us);
    if (program->hang_us)
        write_text(writer, "; a hang of %" PRIu64 " us counts as death", program->hang_us);
    write_line(writer, "%s%s%s", program->preempts ? "; sleeps by preemption control" : "",
               program_has_fpu(program) ? "; may use the FPU" : "",
               program->traced ? "; its calls are traced" : "");
}

static void write_ends(struct writer *writer, const struct instance *instance)
{
    for (const struct end *end = instance->ends; end; end = end->next) {
        const struct link *link = end->link;
        const struct instance *peer = end->is_server ? link->client : link->server;
        write_text(writer, "        %-2u %-8s %-16s %s %s.%s", instance->first_event + end->number,
                   end->is_server ? "provides" : "requires", end->port->name,
                   end->is_server ? "to" : "of", peer->name,
                   (end->is_server ? link->client_port : link->server_port)->name);
        write_line(writer, "%s%s", link_is_local(link) ? "" : " in program ",
                   link_is_local(link) ? ", here" : peer->program->name);
    }
}

static void write_instance(struct writer *writer, const struct instance *instance)
{
    char text[64];
    write_line(writer, "    %s: %s", instance->name, instance->component->description);
    for (const struct device *device = instance->devices; device; device = device->next)
        write_line(writer, "        device %s", device_text(device, text));
    for (const struct parameter *p = instance->parameters; p; p = p->next)
        write_line(writer, "        %s = %s", p->name, p->value);
    write_ends(writer, instance);
}

static void write_link(struct writer *writer, const struct link *link)
{
    write_line(writer, "    %s.%s -> %s.%s%s", link->client->name, link->client_port->name,
               link->server->name, link->server_port->name,
               link_is_local(link) ? " (in one program)" : "");
    write_text(writer, "        %s, number %" PRIu64 ", hash %016" PRIx64 ", ",
               link->interface->name, link->interface->number, link->interface->hash);
    if (link->interface->session_bytes)
        write_text(writer, "area of %" PRIu64 " bytes", link->interface->session_bytes);
    else
        write_text(writer, "calls only");
    if (link->server_port->frames)
        write_text(writer, ", translations, up to %" PRIu64 " pages pinned", link->pins_max);
    if (link->pin_expiry_us)
        write_text(writer, " for at most %" PRIu64 " us", link->pin_expiry_us);
    write_line(writer, "%s", "");
}

void write_report(struct writer *writer, const struct image *image)
{
    uint64_t memory_bytes = 0, kernel_bytes = 0;
    char memory[24], kernel[24], total[24];
    write_line(writer, "%s: %s", image->name, image->description);
    write_blank(writer);
    write_line(writer, "programs, in the order in which root starts them:");
    for (const struct program *p = image->programs; p; p = p->next) {
        write_blank(writer);
        write_line(writer, "%s: priority %" PRIu64 ", memory %s, kernel memory %s", p->name,
                   p->priority, size_text(p->memory_bytes, memory),
                   size_text(p->kernel_bytes, kernel));
        write_restart(writer, p);
        for (const struct instance *instance = p->instances; instance; instance = instance->next)
            write_instance(writer, instance);
        memory_bytes += p->memory_bytes;
        kernel_bytes += p->kernel_bytes;
    }
    write_blank(writer);
    write_line(writer, "links, from client to server:");
    for (const struct link *link = image->links; link; link = link->next)
        write_link(writer, link);
    write_blank(writer);
    write_text(writer, "memory: %s", size_text(memory_bytes, memory));
    if (image->memory_bytes)
        write_text(writer, " of %s", size_text(image->memory_bytes, total));
    write_text(writer, ", kernel memory: %s", size_text(kernel_bytes, kernel));
    if (image->kernel_bytes)
        write_text(writer, " of %s", size_text(image->kernel_bytes, total));
    write_line(writer, "%s", "");
}
