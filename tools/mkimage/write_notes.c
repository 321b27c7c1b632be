/* SPDX-License-Identifier: BSD-2-Clause */
/* The notes of a component (interface/note.h): compiled with it, read by verify.c. */
#include "tools/idlc/names.h"
#include "write.h"

#include <string.h>

static bool is_first_of_interface(const struct component *component, const struct port *port)
{
    for (const struct port *other = component->ports; other != port; other = other->next) {
        if (strcmp(other->interface_name, port->interface_name) == 0)
            return false;
    }
    return true;
}

void write_notes(struct writer *writer, const struct component *component, struct arena *arena)
{
    const char *name = component->name;
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer, "/* Made by mkimage from %s; change that file, not this one. */",
               component->file);
    write_line(writer, "#include <interface/note.h>");
    for (const struct port *port = component->ports; port; port = port->next) {
        if (is_first_of_interface(component, port))
            write_line(writer, "#include <idl/%s.h>", port->interface_name);
    }
    write_blank(writer);
    write_line(writer, "extern const struct interface_note %s_notes[];", name);
    write_open(writer,
               "__attribute__((section(INTERFACE_NOTE_SECTION))) "
               "const struct interface_note %s_notes[] = {",
               name);
    for (const struct port *port = component->ports; port; port = port->next) {
        if (is_first_of_interface(component, port))
            write_line(writer, "{\"%s\", \"%s\", %s_INTERFACE_HASH},", name, port->interface_name,
                       name_upper(arena, port->interface_name));
    }
    write_line(writer, "{\"%s\", \"\", 0},", name);
    write_close(writer, "};");
}
