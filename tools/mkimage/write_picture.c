/* SPDX-License-Identifier: BSD-2-Clause */
/* The system as a picture: programs are boxes around their components, links point from client to
   server. */
#include "write.h"

#include <inttypes.h>

static void write_cluster(struct writer *writer, const struct program *program)
{
    char memory[24], text[64];
    write_open(writer, "subgraph \"cluster_%s\" {", program->name);
    write_line(writer,
               "label = \"%s  (priority %" PRIu64
               ", %s)\"; style = \"rounded,filled\"; fillcolor = gray95; color = gray40;",
               program->name, program->priority, size_text(program->memory_bytes, memory));
    for (const struct instance *i = program->instances; i; i = i->next) {
        write_text(writer, "        \"%s\" [label = \"%s", i->name, i->name);
        for (const struct device *device = i->devices; device; device = device->next)
            write_text(writer, "\\n%s", device_text(device, text));
        write_line(writer, "\"];");
    }
    write_close(writer, "}");
}

void write_picture(struct writer *writer, const struct image *image)
{
    write_line(writer, "// SPDX-License-Identifier: BSD-2-Clause");
    write_open(writer, "digraph \"%s\" {", image->name);
    write_line(writer,
               "label = \"%s: %s\"; labelloc = t; fontname = \"sans-serif\"; rankdir = LR; "
               "ranksep = 1.2; nodesep = 0.3;",
               image->name, image->description);
    write_line(writer,
               "node [shape = box, style = \"rounded,filled\", fillcolor = white, fontname = "
               "\"sans-serif\"];");
    write_line(writer, "edge [fontname = \"sans-serif\", fontsize = 10];");
    for (const struct program *program = image->programs; program; program = program->next)
        write_cluster(writer, program);
    for (const struct link *link = image->links; link; link = link->next)
        write_line(writer, "\"%s\" -> \"%s\" [label = \"%s\"%s];", link->client->name,
                   link->server->name, link->interface->name,
                   link_is_local(link) ? ", style = dashed" : "");
    write_close(writer, "}");
}
