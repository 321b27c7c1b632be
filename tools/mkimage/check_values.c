/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters: known, of the right kind, there if required. Devices: what a component needs has to
   be given. */
#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Reads a decimal number up to a limit and moves on. False if there is none. */
static bool read_number(const char **text, unsigned limit)
{
    if (**text < '0' || **text > '9')
        return false;
    unsigned number = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        number = number * 10 + (unsigned)(**text - '0');
        if (number > limit)
            return false;
    }
    return true;
}

static bool read_address(const char **text)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && *(*text)++ != '.')
            return false;
        if (!read_number(text, 255))
            return false;
    }
    return true;
}

static bool is_address(const char *text)
{
    return read_address(&text) && *text == '\0';
}

static bool is_network(const char *text)
{
    if (strcmp(text, "dhcp") == 0)
        return true;
    return read_address(&text) && *text++ == '/' && read_number(&text, 32) && *text == '\0';
}

static bool is_number_within(const char *text, uint64_t least, uint64_t most)
{
    bool is_hex = strncmp(text, "0x", 2) == 0;
    const char *digits = is_hex ? text + 2 : text;
    char *end;
    if (*digits == '\0' || strspn(digits, "0123456789abcdefABCDEF") != strlen(digits))
        return false;
    errno = 0;
    uint64_t number = strtoull(digits, &end, is_hex ? 16 : 10);
    return errno == 0 && *end == '\0' && number >= least && number <= most;
}

static void check_value(const struct parameter *given, const struct parameter_kind_of *known,
                        struct diagnostics *diagnostics)
{
    const char *value = given->value;
    switch (known->kind) {
    case PARAMETER_TEXT:
        break;
    case PARAMETER_NUMBER:
        if (!is_number_within(value, known->least, known->most))
            diagnostics_error(diagnostics, given->place,
                              "%s is no number the component takes for %s; type one of %" PRIu64
                              " to %" PRIu64,
                              value, given->name, known->least, known->most);
        break;
    case PARAMETER_ADDRESS:
        if (!is_address(value))
            diagnostics_error(diagnostics, given->place, "%s is no address; type one like 10.0.2.2",
                              value);
        break;
    case PARAMETER_NETWORK:
        if (!is_network(value))
            diagnostics_error(diagnostics, given->place,
                              "%s is no address with its network; type one like 10.0.2.15/24, or "
                              "dhcp",
                              value);
        break;
    }
}

static const struct parameter_kind_of *find_known(const struct component *component,
                                                  const char *name)
{
    for (const struct parameter_kind_of *known = component->parameters; known;
         known = known->next) {
        if (strcmp(known->name, name) == 0)
            return known;
    }
    return NULL;
}

static const struct parameter *find_given(const struct parameter *given, const char *name,
                                          const struct parameter *end)
{
    for (; given != end; given = given->next) {
        if (strcmp(given->name, name) == 0)
            return given;
    }
    return NULL;
}

static void check_parameters(const struct instance *instance, struct diagnostics *diagnostics)
{
    for (const struct parameter *given = instance->parameters; given; given = given->next) {
        const struct parameter_kind_of *known = find_known(instance->component, given->name);
        if (!known)
            diagnostics_error(diagnostics, given->place,
                              "component %s knows no parameter %s; those it knows stand in %s",
                              instance->component->name, given->name, instance->component->file);
        else
            check_value(given, known, diagnostics);
        if (find_given(instance->parameters, given->name, given))
            diagnostics_error(diagnostics, given->place,
                              "%s has two values for %s; remove one of them", given->name,
                              instance->name);
    }
    for (const struct parameter_kind_of *known = instance->component->parameters; known;
         known = known->next) {
        if (known->required && !find_given(instance->parameters, known->name, NULL))
            diagnostics_error(diagnostics, instance->place, "%s has no %s (%s); add `%s = ...`",
                              instance->name, known->name, known->description, known->name);
    }
}

static bool has_device(const struct instance *instance, const struct device *needed)
{
    for (const struct device *device = instance->devices; device; device = device->next) {
        if (device->kind == needed->kind && device->first == needed->first)
            return true;
    }
    return false;
}

static void check_needs(const struct instance *instance, struct diagnostics *diagnostics)
{
    for (const struct device *needed = instance->component->needs; needed; needed = needed->next) {
        if (has_device(instance, needed))
            continue;
        if (needed->kind == DEVICE_PCI)
            diagnostics_error(diagnostics, instance->place,
                              "%s needs a card; add `device pci %04x:%04x`", instance->name,
                              (unsigned)(needed->first >> 16), (unsigned)(needed->first & 0xffff));
        else
            diagnostics_error(diagnostics, instance->place,
                              "%s is not given the device that line %d of %s names; add it",
                              instance->name, needed->place.line, instance->component->file);
    }
}

void model_check_values(const struct instance *instance, struct diagnostics *diagnostics)
{
    check_parameters(instance, diagnostics);
    check_needs(instance, diagnostics);
}
