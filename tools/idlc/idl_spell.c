/* SPDX-License-Identifier: BSD-2-Clause */
#include "idl_outputs.h"
#include "names.h"

#include <string.h>

enum { COLUMNS = 100 };

void idl_write_opening(struct writer *writer, const struct idl_interface *interface,
                       const char *suffix, const char *what)
{
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer, "/* Written by idlc from %s.idl. */", interface->name);
    write_comment(writer, interface->text);
    write_comment(writer, what);
    write_line(writer, "#ifndef IDL_%s%s_H", interface->upper, suffix);
    write_line(writer, "#define IDL_%s%s_H", interface->upper, suffix);
    write_line(writer, "%s", "");
}

void idl_write_ending(struct writer *writer, const struct idl_interface *interface,
                      const char *suffix)
{
    (void)interface;
    (void)suffix;
    write_line(writer, "#endif");
}

const char *idl_upper(const struct idl_interface *interface, const char *name)
{
    return name_upper(interface->arena, name);
}

const char *idl_c_storage(const struct idl_interface *interface, const struct idl_field *field)
{
    switch (field->kind) {
    case IDL_SIGNED:
        return IDL_TEXT(interface, "int%u_t", field->element_bytes * 8);
    case IDL_STRUCT:
        return IDL_TEXT(interface, "struct %s_%s", interface->name, field->type_name);
    case IDL_STRING:
        return "char";
    case IDL_MAP:
    case IDL_LEND:
        return "struct interface_memory";
    case IDL_HANDLE:
        return "l4_handle_t";
    default:
        return IDL_TEXT(interface, "uint%u_t", field->element_bytes * 8);
    }
}

const char *idl_c_type(const struct idl_interface *interface, const struct idl_field *field)
{
    if (field->shape == IDL_SINGLE && field->kind == IDL_BOOL)
        return "bool";
    if (field->shape == IDL_SINGLE && field->kind == IDL_ENUM)
        return IDL_TEXT(interface, "enum %s_%s", interface->name, field->type_name);
    return idl_c_storage(interface, field);
}

static const char *bounded_parameter(const struct idl_interface *interface,
                                     const struct idl_field *field, bool result)
{
    const char *type = idl_c_storage(interface, field);
    unsigned long most = field->count.number;
    if (field->kind == IDL_STRING)
        return result ? IDL_TEXT(interface, "char %s[%lu]", field->name, most + 1)
                      : IDL_TEXT(interface, "const char *%s", field->name);
    if (result)
        return IDL_TEXT(interface, "%s %s[%lu], uint32_t *%s_count", type, field->name, most,
                        field->name);
    return IDL_TEXT(interface, "const %s *%s, uint32_t %s_count", type, field->name, field->name);
}

const char *idl_c_parameter(const struct idl_interface *interface, const struct idl_field *field,
                            bool result)
{
    if (field->shape == IDL_BOUNDED)
        return bounded_parameter(interface, field, result);
    const char *type = idl_c_type(interface, field);
    bool memory = field->kind == IDL_MAP || field->kind == IDL_LEND;
    if (field->shape == IDL_FIXED && !memory)
        return IDL_TEXT(interface, "%s%s %s[%lu]", result ? "" : "const ", type, field->name,
                        (unsigned long)field->count.number);
    if (result)
        return IDL_TEXT(interface, "%s *%s", type, field->name);
    if (field->kind == IDL_STRUCT || memory)
        return IDL_TEXT(interface, "const %s *%s", type, field->name);
    return IDL_TEXT(interface, "%s %s", type, field->name);
}

static const char *list_of(const struct idl_interface *interface, const struct idl_fields *fields,
                           const char *before, bool result)
{
    const char *list = before;
    idl_for_each(idl_field, field, fields->first) list = IDL_TEXT(
        interface, "%s%s%s", list, *list ? ", " : "", idl_c_parameter(interface, field, result));
    return list;
}

const char *idl_c_in_list(const struct idl_interface *interface, const struct idl_fields *fields,
                          const char *before)
{
    return list_of(interface, fields, before, false);
}

const char *idl_c_out_list(const struct idl_interface *interface, const struct idl_fields *fields,
                           const char *before)
{
    return list_of(interface, fields, before, true);
}

/*
 * The length of the longest start of a list that fits the room and ends behind a comma; all of it
 * if it fits.
 */
static size_t fitting(const char *list, size_t room)
{
    size_t length = strlen(list);
    if (length <= room)
        return length;
    size_t best = 0;
    for (size_t i = 0; i < room && list[i]; i++) {
        if (list[i] == ',' && list[i + 1] == ' ')
            best = i + 1;
    }
    if (best)
        return best;
    const char *comma = strstr(list, ", ");
    return comma ? (size_t)(comma - list) + 1 : length;
}

void idl_write_head(struct writer *writer, const char *head, const char *parameters,
                    const char *tail)
{
    size_t indent = (size_t)writer->depth * 4;
    size_t hanging = strlen(head);
    const char *rest = parameters;
    write_text(writer, "%*s%s", (int)indent, "", head);
    for (;;) {
        size_t room = COLUMNS - indent - hanging;
        size_t last = strlen(rest);
        size_t length = last + strlen(tail) <= room ? last : fitting(rest, room);
        write_text(writer, "%.*s", (int)length, rest);
        rest += length;
        if (!*rest)
            break;
        rest += strspn(rest, " ");
        write_text(writer, "\n%*s", (int)(indent + hanging), "");
    }
    write_text(writer, "%s\n", tail);
}

bool idl_has_rules(const struct idl_field *field)
{
    return field->kind == IDL_ENUM || field->kind == IDL_BOOL ||
           (field->kind == IDL_STRUCT && field->structure->has_rules);
}

static const char *range_wrong(const struct idl_interface *interface, const struct idl_field *field,
                               const char *text)
{
    unsigned long long least = field->least.number, most = field->greatest.number;
    if (least == 0)
        return IDL_TEXT(interface, "%s > %llu", text, most);
    return IDL_TEXT(interface, "%s < %llu || %s > %llu", text, least, text, most);
}

const char *idl_c_wrong(const struct idl_interface *interface, const struct idl_field *field,
                        const char *text)
{
    if (field->has_range)
        return range_wrong(interface, field, text);
    switch (field->kind) {
    case IDL_UNSIGNED:
        if (field->element_bytes == 8)
            return NULL;
        return IDL_TEXT(interface, "%s > UINT%u_MAX", text, field->element_bytes * 8);
    case IDL_SIGNED:
        if (field->element_bytes == 8)
            return NULL;
        return IDL_TEXT(interface, "(int64_t)%s != (int%u_t)%s", text, field->element_bytes * 8,
                        text);
    case IDL_BOOL:
        return IDL_TEXT(interface, "%s > 1", text);
    case IDL_ENUM:
        return IDL_TEXT(interface, "!%s_%s_is_valid(%s)", interface->name, field->type_name, text);
    default:
        return NULL;
    }
}
