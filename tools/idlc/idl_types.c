/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME.h: everything that both ends have to know and that needs no other header than message.h.
 */
#include "idl_outputs.h"
#include "idl_session.h"

static void write_constants(struct writer *writer, const struct idl_interface *interface)
{
    idl_for_each(idl_constant, constant, interface->constants)
    {
        if (constant->text)
            write_comment(writer, constant->text);
        write_line(writer, "#define %s_%s %llu", interface->upper,
                   idl_upper(interface, constant->name),
                   (unsigned long long)constant->value.number);
    }
    if (interface->constants)
        write_line(writer, "%s", "");
}

static void write_enum(struct writer *writer, const struct idl_interface *interface,
                       const struct idl_enum *enumeration)
{
    const char *upper = idl_upper(interface, enumeration->name);
    write_comment(writer, enumeration->text);
    write_open(writer, "enum %s_%s {", interface->name, enumeration->name);
    idl_for_each(idl_enumerator, value, enumeration->values.first)
    {
        if (value->text)
            write_comment(writer, value->text);
        write_line(writer, "%s_%s_%s = %llu,", interface->upper, upper,
                   idl_upper(interface, value->name), (unsigned long long)value->value.number);
    }
    write_close(writer, "};");
    write_line(writer, "%s", "");
    write_line(writer, "static inline bool %s_%s_is_valid(uint64_t value)", interface->name,
               enumeration->name);
    write_line(writer, "{");
    writer->depth++;
    write_line(writer, "switch (value) {");
    idl_for_each(idl_enumerator, value, enumeration->values.first) write_line(
        writer, "case %s_%s_%s:", interface->upper, upper, idl_upper(interface, value->name));
    write_line(writer, "    return true;");
    write_line(writer, "default:");
    write_line(writer, "    return false;");
    write_line(writer, "}");
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

/* The check of one field of a structure, behind the conditions before it. */
static void write_field_check(struct writer *writer, const struct idl_interface *interface,
                              const struct idl_field *field)
{
    const char *element = field->shape == IDL_FIXED
                              ? IDL_TEXT(interface, "value->%s[i]", field->name)
                              : IDL_TEXT(interface, "value->%s", field->name);
    const char *wrong = field->kind == IDL_STRUCT
                            ? IDL_TEXT(interface, "!%s_%s_is_valid(&%s)", interface->name,
                                       field->type_name, element)
                            : idl_c_wrong(interface, field, element);
    if (field->shape == IDL_FIXED)
        write_line(writer, "for (unsigned i = 0; i < %lu; i++) {",
                   (unsigned long)field->count.number);
    writer->depth += field->shape == IDL_FIXED;
    write_line(writer, "if (%s)", wrong);
    write_line(writer, "    return false;");
    writer->depth -= field->shape == IDL_FIXED;
    if (field->shape == IDL_FIXED)
        write_line(writer, "}");
}

static void write_struct_check(struct writer *writer, const struct idl_interface *interface,
                               const struct idl_struct *structure)
{
    const char *head =
        IDL_TEXT(interface, "static inline bool %s_%s_is_valid(", interface->name, structure->name);
    const char *parameter =
        IDL_TEXT(interface, "const struct %s_%s *value", interface->name, structure->name);
    write_line(writer,
               "/* Whether all enumerations and truth values in it have one of their values. */");
    idl_write_head(writer, head, parameter, ")");
    write_open(writer, "{");
    idl_for_each(idl_field, field, structure->fields.first)
    {
        if (idl_has_rules(field))
            write_field_check(writer, interface, field);
    }
    write_line(writer, "return true;");
    write_close(writer, "}");
    write_line(writer, "%s", "");
}

static void write_struct(struct writer *writer, const struct idl_interface *interface,
                         const struct idl_struct *structure)
{
    write_comment(writer, structure->text);
    write_open(writer, "struct %s_%s {", interface->name, structure->name);
    idl_for_each(idl_field, field, structure->fields.first)
    {
        if (field->text)
            write_comment(writer, field->text);
        const char *type = idl_c_storage(interface, field);
        const char *note = field->kind == IDL_BOOL   ? " /* 0 or 1 */"
                           : field->kind == IDL_ENUM ? IDL_TEXT(interface, " /* enum %s_%s */",
                                                                interface->name, field->type_name)
                                                     : "";
        if (field->shape == IDL_FIXED)
            write_line(writer, "%s %s[%lu];%s", type, field->name,
                       (unsigned long)field->count.number, note);
        else
            write_line(writer, "%s %s;%s", type, field->name, note);
    }
    write_close(writer, "};");
    write_line(writer, "static_assert(sizeof(struct %s_%s) == %u, \"no holes\");", interface->name,
               structure->name, structure->size_bytes);
    write_line(writer, "%s", "");
    if (structure->has_rules)
        write_struct_check(writer, interface, structure);
}

static void write_errors(struct writer *writer, const struct idl_interface *interface)
{
    if (!interface->errors)
        return;
    write_line(writer, "/* Statuses of this interface, beside the common ones. */");
    write_open(writer, "enum %s_error_status {", interface->name);
    idl_for_each(idl_error, error, interface->errors)
    {
        write_comment(writer, error->text);
        write_line(writer, "%s_ERROR_%s = %llu,", interface->upper,
                   idl_upper(interface, error->name), (unsigned long long)error->number.number);
    }
    write_close(writer, "};");
    write_line(writer, "%s", "");
}

static void write_labels(struct writer *writer, const struct idl_interface *interface)
{
    write_line(writer, "/* Labels of the tags. */");
    idl_for_each(idl_operation, operation, interface->operations)
    {
        const char *upper = idl_upper(interface, operation->name);
        if (operation->kind == IDL_EVENT)
            continue;
        if (interface->kernel)
            write_line(writer, "#define %s_%s_LABEL %llu", interface->upper, upper,
                       (unsigned long long)operation->label.number);
        else
            write_line(writer, "#define %s_%s_LABEL MESSAGE_LABEL(%s_INTERFACE, %llu)",
                       interface->upper, upper, interface->upper,
                       (unsigned long long)operation->number.number);
    }
}

void idl_write_types(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    idl_write_opening(writer, interface, "", "What both ends know.");
    write_line(writer, "#include <interface/message.h>");
    write_line(writer, "%s", "");
    write_line(writer, "#include <assert.h>");
    write_line(writer, "#include <stdbool.h>");
    write_line(writer, "#include <stdint.h>");
    write_line(writer, "%s", "");
    write_line(writer, "#define %s_INTERFACE %llu", interface->upper,
               (unsigned long long)interface->number.number);
    write_line(
        writer,
        "/* Over all that two programs have to agree on; different hashes cannot be linked. */");
    write_line(writer, "#define %s_INTERFACE_HASH 0x%016llxull", interface->upper,
               (unsigned long long)interface->hash);
    write_line(
        writer,
        "/* Length of the shared area of a session, whole pages; 0: there are no sessions. */");
    write_line(writer, "#define %s_SESSION_BYTES %lu", interface->upper,
               idl_session_bytes(interface));
    write_line(writer, "%s", "");
    write_constants(writer, interface);
    idl_for_each(idl_enum, enumeration, interface->enums)
        write_enum(writer, interface, enumeration);
    idl_for_each(idl_struct, structure, interface->structs)
        write_struct(writer, interface, structure);
    write_errors(writer, interface);
    write_labels(writer, interface);
    write_line(writer, "%s", "");
    idl_write_ending(writer, interface, "");
}
