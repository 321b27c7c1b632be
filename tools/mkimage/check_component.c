/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be said of a component without an image: no name twice, ranges that hold something. */
#include "model.h"

#include <string.h>

static void check_ports(const struct component *component, struct diagnostics *diagnostics)
{
    for (const struct port *port = component->ports; port; port = port->next) {
        unsigned compared = 0;
        for (const struct port *other = component->ports; other != port && compared < 64;
             other = other->next, compared++) {
            if (strcmp(port->name, other->name) == 0)
                diagnostics_error(
                    diagnostics, port->place,
                    "link %s stands in line %d already; name this one otherwise, like "
                    "`%s second : %s`",
                    port->name, other->place.line, port->is_server ? "provides" : "requires",
                    port->interface_name);
        }
        if ((port->pins_max || port->expiry) && !port->frames)
            diagnostics_error(diagnostics, port->place,
                              "%s pins pages without getting translations; add `frames`",
                              port->name);
    }
}

static void check_parameters(const struct component *component, struct diagnostics *diagnostics)
{
    static const char *const given_by_mkimage[] = {"device_first", "irq_first"};
    for (const struct parameter_kind_of *parameter = component->parameters; parameter;
         parameter = parameter->next) {
        unsigned compared = 0;
        for (const struct parameter_kind_of *other = component->parameters;
             other != parameter && compared < 64; other = other->next, compared++) {
            if (strcmp(parameter->name, other->name) == 0)
                diagnostics_error(diagnostics, parameter->place,
                                  "parameter %s stands in line %d already; remove one",
                                  parameter->name, other->place.line);
        }
        for (size_t i = 0; i < sizeof(given_by_mkimage) / sizeof(given_by_mkimage[0]); i++) {
            if (strcmp(parameter->name, given_by_mkimage[i]) == 0)
                diagnostics_error(diagnostics, parameter->place,
                                  "parameter %s is given by mkimage; name this one otherwise",
                                  parameter->name);
        }
        bool has_range = parameter->least != 0 || parameter->most != UINT64_MAX;
        if (parameter->kind != PARAMETER_NUMBER && has_range)
            diagnostics_error(diagnostics, parameter->place,
                              "parameter %s is no number and has a range; remove the range",
                              parameter->name);
        if (parameter->least > parameter->most)
            diagnostics_error(diagnostics, parameter->place,
                              "range of parameter %s runs backwards; turn it round",
                              parameter->name);
    }
}

void model_check_component(const struct component *component, struct diagnostics *diagnostics)
{
    check_ports(component, diagnostics);
    check_parameters(component, diagnostics);
    if (!component->libraries && !component->alone)
        diagnostics_error(diagnostics, component->place,
                          "component %s has no code; add `library %s`, or `alone`", component->name,
                          component->name);
}
