/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NAME.7: the manual page, for man(1).
 */
#include "idl_outputs.h"

/*
 * Text that man(1) takes literally: a backslash cannot be in it, a dot or quote at its start is
 * defused.
 */
static void write_sentence(struct writer *writer, const char *text)
{
    if (text)
        write_line(writer, "%s%s", text[0] == '.' || text[0] == '\'' ? "\\&" : "", text);
}

static const char *field_text(const struct idl_interface *interface, const struct idl_field *field)
{
    const char *type = field->type_name          ? field->type_name
                       : field->kind == IDL_LEND ? "lend"
                                                 : "map";
    const char *shape =
        field->shape == IDL_FIXED
            ? IDL_TEXT(interface, "[%llu]", (unsigned long long)field->count.number)
        : field->shape == IDL_BOUNDED
            ? IDL_TEXT(interface, "[<=%llu]", (unsigned long long)field->count.number)
            : "";
    const char *range = field->has_range ? IDL_TEXT(interface, " in %llu..%llu",
                                                    (unsigned long long)field->least.number,
                                                    (unsigned long long)field->greatest.number)
                                         : "";
    static const char *const memory_rights[] = {" read", " write", " execute"};
    static const char *const handle_rights[] = {" send", " notify", " control", " mint",
                                                " receive"};
    const char *rights = "";
    for (unsigned i = 0; field->rights >> i; i++) {
        if (field->rights >> i & 1)
            rights = IDL_TEXT(interface, "%s%s", rights,
                              field->kind == IDL_HANDLE ? handle_rights[i] : memory_rights[i]);
    }
    return IDL_TEXT(interface, "%s %s%s%s%s", type, field->name, shape, range, rights);
}

static const char *list_text(const struct idl_interface *interface, const struct idl_fields *fields)
{
    const char *list = "";
    idl_for_each(idl_field, field, fields->first) list =
        IDL_TEXT(interface, "%s%s%s", list, *list ? ", " : "", field_text(interface, field));
    return list;
}

static void write_field_notes(struct writer *writer, const struct idl_fields *fields)
{
    idl_for_each(idl_field, field, fields->first)
    {
        if (!field->text)
            continue;
        write_line(writer, ".TP");
        write_line(writer, ".I %s", field->name);
        write_sentence(writer, field->text);
    }
}

static void write_types(struct writer *writer, const struct idl_interface *interface)
{
    if (interface->constants)
        write_line(writer, ".SH CONSTANTS");
    idl_for_each(idl_constant, constant, interface->constants)
    {
        write_line(writer, ".TP");
        write_line(writer, ".B %s = %llu", constant->name,
                   (unsigned long long)constant->value.number);
        write_sentence(writer, constant->text);
    }
    if (interface->enums || interface->structs)
        write_line(writer, ".SH TYPES");
    idl_for_each(idl_enum, enumeration, interface->enums)
    {
        write_line(writer, ".SS enum %s", enumeration->name);
        write_sentence(writer, enumeration->text);
        idl_for_each(idl_enumerator, value, enumeration->values.first)
        {
            write_line(writer, ".TP");
            write_line(writer, ".B %s = %llu", value->name,
                       (unsigned long long)value->value.number);
            write_sentence(writer, value->text);
        }
    }
    idl_for_each(idl_struct, structure, interface->structs)
    {
        write_line(writer, ".SS struct %s", structure->name);
        write_sentence(writer, structure->text);
        write_line(writer, "%u bytes.", structure->size_bytes);
        idl_for_each(idl_field, field, structure->fields.first)
        {
            write_line(writer, ".TP");
            write_line(writer, ".B %u: %s", field->offset_bytes, field_text(interface, field));
            write_sentence(writer, field->text);
        }
    }
}

static void write_operation(struct writer *writer, const struct idl_interface *interface,
                            const struct idl_operation *operation)
{
    static const char *const kinds[] = {"call", "send", "event"};
    write_line(writer, ".SS %s %s %llu", kinds[operation->kind], operation->name,
               (unsigned long long)operation->number.number);
    write_sentence(writer, operation->text);
    write_line(writer, ".br");
    if (operation->out.first)
        write_line(writer, "(%s) \\(-> (%s)%s%s", list_text(interface, &operation->in),
                   list_text(interface, &operation->out),
                   operation->idempotent ? ", idempotent" : "",
                   operation->later ? ", answered later" : "");
    else
        write_line(writer, "(%s)%s%s%s", list_text(interface, &operation->in),
                   operation->immediate ? ", immediate" : "",
                   operation->idempotent ? ", idempotent" : "",
                   operation->later ? ", answered later" : "");
    write_field_notes(writer, &operation->in);
    write_field_notes(writer, &operation->out);
    idl_for_each(idl_name, name, operation->errors.first)
    {
        const struct idl_error *error = idl_error_of(interface, name->name);
        write_line(writer, ".TP");
        write_line(writer, "error \\fB%s\\fR (%llu)", error->name,
                   (unsigned long long)error->number.number);
        write_sentence(writer, error->text);
    }
}

static void write_queue(struct writer *writer, const struct idl_queue *queue)
{
    static const char *const sides[] = {"nobody", "client", "server"};
    write_line(writer, ".SS queue %s %llu", queue->name, (unsigned long long)queue->number.number);
    write_sentence(writer, queue->text);
    write_line(writer, ".br");
    write_line(writer, "%s to %s, %llu entries of struct %s, %s.", sides[queue->producer],
               sides[queue->producer == IDL_CLIENT ? IDL_SERVER : IDL_CLIENT],
               (unsigned long long)queue->depth.number, queue->entry_name->name,
               queue->wake == IDL_WAKE_NONE ? "wakes nobody" : "wakes a sleeping consumer");
    if (queue->content != IDL_VALUES)
        write_line(writer, "Passes %s buffers of the %s; they come back in %s.",
                   queue->content == IDL_FULL ? "full" : "empty", sides[queue->owner],
                   queue->pair_name->name);
}

void idl_write_manual(struct writer *writer, const void *model)
{
    const struct idl_interface *interface = model;
    write_line(writer, ".\\\" SPDX-License-Identifier: BSD-2-Clause");
    write_line(writer, ".TH %s 7 \"\" Pecan Interfaces", interface->upper);
    write_line(writer, ".SH NAME");
    write_line(writer, "%s \\- %s", interface->name, interface->text);
    write_line(writer, ".SH DESCRIPTION");
    write_line(
        writer, "Interface %llu%s, hash 0x%016llx.", (unsigned long long)interface->number.number,
        interface->kernel ? ", spoken by the kernel" : "", (unsigned long long)interface->hash);
    write_types(writer, interface);
    if (interface->operations)
        write_line(writer, ".SH OPERATIONS");
    idl_for_each(idl_operation, operation, interface->operations)
        write_operation(writer, interface, operation);
    if (interface->queues)
        write_line(writer, ".SH QUEUES");
    idl_for_each(idl_queue, queue, interface->queues) write_queue(writer, queue);
}
