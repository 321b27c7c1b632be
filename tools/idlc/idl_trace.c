/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME_trace.c: the tables from which libs/interface/trace.c makes text of messages.
 */
#include "idl_outputs.h"

#include <string.h>

static bool fields_show(const struct idl_fields *fields, const struct idl_enum *enumeration)
{
    idl_for_each(idl_field, field, fields->first)
    {
        if (field->kind == IDL_ENUM && field->shape == IDL_SINGLE &&
            strcmp(field->type_name, enumeration->name) == 0)
            return true;
    }
    return false;
}

/* Whether the names of an enumeration are needed: within structures values are shown as bytes. */
static bool is_shown(const struct idl_interface *interface, const struct idl_enum *enumeration)
{
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (fields_show(&operation->in, enumeration) || fields_show(&operation->out, enumeration))
            return true;
    }
    return false;
}

static void write_names(struct writer *writer, const struct idl_interface *interface)
{
    idl_for_each(idl_enum, enumeration, interface->enums)
    {
        if (!is_shown(interface, enumeration))
            continue;
        write_open(writer, "static const struct trace_name %s_names[] = {", enumeration->name);
        idl_for_each(idl_enumerator, value, enumeration->values.first) write_line(
            writer, "{%llu, \"%s\"},", (unsigned long long)value->value.number, value->name);
        write_line(writer, "{0, NULL},");
        write_close(writer, "};");
        write_line(writer, "%s", "");
    }
    write_open(writer, "static const struct trace_name error_statuses[] = {");
    idl_for_each(idl_error, error, interface->errors) write_line(
        writer, "{%llu, \"%s\"},", (unsigned long long)error->number.number, error->name);
    write_line(writer, "{0, NULL},");
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

static const char *kind_of(const struct idl_field *field)
{
    if (field->kind == IDL_MAP || field->kind == IDL_LEND)
        return "MEMORY";
    if (field->kind == IDL_HANDLE)
        return "HANDLE";
    if (field->kind == IDL_STRING)
        return "STRING";
    if (field->shape == IDL_BOUNDED)
        return "ARRAY";
    if (field->shape == IDL_FIXED || field->kind == IDL_STRUCT)
        return "BYTES";
    return field->kind == IDL_SIGNED ? "SIGNED"
           : field->kind == IDL_BOOL ? "BOOL"
           : field->kind == IDL_ENUM ? "ENUM"
                                     : "UNSIGNED";
}

static void write_fields(struct writer *writer, const struct idl_interface *interface,
                         const struct idl_operation *operation, const char *direction,
                         const struct idl_fields *fields)
{
    write_open(writer, "static const struct trace_field %s_%s[] = {", operation->name, direction);
    idl_for_each(idl_field, field, fields->first)
    {
        bool fixed = field->shape != IDL_BOUNDED && !idl_is_item(field);
        bool names = field->kind == IDL_ENUM && field->shape == IDL_SINGLE;
        write_line(writer, "{\"%s\", TRACE_%s, %u, %u, %s},", field->name, kind_of(field),
                   idl_is_item(field) ? field->first_item : field->first_word,
                   fixed ? idl_field_bytes(field) : field->element_bytes,
                   names ? IDL_TEXT(interface, "%s_names", field->type_name) : "NULL");
    }
    write_line(writer, "{NULL, TRACE_UNSIGNED, 0, 0, NULL},");
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

static void write_queues(struct writer *writer, const struct idl_interface *interface)
{
    write_open(writer, "static const struct trace_queue queues[] = {");
    idl_for_each(idl_queue, queue, interface->queues)
    {
        write_line(writer, "{\"%s\", %s, offsetof(struct %s_area, %s),", queue->name,
                   queue->producer == IDL_CLIENT ? "true" : "false", interface->name, queue->name);
        write_line(writer, " offsetof(struct %s_area, %s_entries), sizeof(struct %s_%s), %llu},",
                   interface->name, queue->name, interface->name, queue->entry_name->name,
                   (unsigned long long)queue->depth.number);
    }
    write_line(writer, "{NULL, false, 0, 0, 0, 0},");
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

void idl_write_trace(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    write_line(writer, "/* SPDX-License-Identifier: BSD-2-Clause */");
    write_line(writer, "/* Written by idlc from %s.idl: what a decoder of traces needs. */",
               interface->name);
    write_line(writer, "#include <%s_session.h>", interface->stem);
    write_line(writer, "#include <interface/trace.h>");
    write_line(writer, "%s", "");
    write_names(writer, interface);
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind == IDL_EVENT)
            continue;
        write_fields(writer, interface, operation, "in", &operation->in);
        write_fields(writer, interface, operation, "out", &operation->out);
    }
    write_open(writer, "static const struct trace_operation operations[] = {");
    idl_for_each(idl_operation, operation, interface->operations)
    {
        if (operation->kind != IDL_EVENT)
            write_line(writer, "{\"%s\", %s_%s_LABEL, %u, %u, %s_in, %s_out},", operation->name,
                       interface->upper, idl_upper(interface, operation->name),
                       operation->in.fixed_words, operation->out.fixed_words, operation->name,
                       operation->name);
    }
    write_line(writer, "{NULL, 0, 0, 0, NULL, NULL},");
    write_close(writer, "};");
    write_line(writer, "%s", "");
    write_queues(writer, interface);
    write_open(writer, "const struct trace_interface %s_trace = {", interface->name);
    write_line(writer, ".name = \"%s\",", interface->name);
    write_line(writer, ".number = %s_INTERFACE,", interface->upper);
    write_line(writer, ".operations = operations,");
    write_line(writer, ".errors = error_statuses,");
    write_line(writer, ".queues = queues,");
    write_line(writer, ".area_bytes = %s_SESSION_BYTES,", interface->upper);
    write_close(writer, "};");
}
