/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"

#include <string.h>

bool program_holds(const struct program *program, const char *component_name)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        if (strcmp(i->component_name, component_name) == 0)
            return true;
    }
    return false;
}

bool program_provides(const struct program *program, const char *interface_name)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        for (const struct port *port = i->component->ports; port; port = port->next) {
            if (port->is_server && strcmp(port->interface_name, interface_name) == 0)
                return true;
        }
    }
    return false;
}

bool program_is_alone(const struct program *program)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        if (i->component->alone)
            return true;
    }
    return false;
}

bool program_has_fpu(const struct program *program)
{
    for (const struct instance *i = program->instances; i; i = i->next) {
        if (i->component->fpu)
            return true;
    }
    return false;
}

bool link_is_local(const struct link *link)
{
    return link->client->program == link->server->program;
}
