/* SPDX-License-Identifier: BSD-2-Clause */
#include "idl_message.h"

enum { REGISTER_WORDS = 6 };

bool idl_is_single_word(const struct idl_field *field)
{
    return field->shape == IDL_SINGLE && field->kind != IDL_STRUCT && !idl_is_item(field);
}

static const char *word(const struct idl_access *access, unsigned index)
{
    if (index < REGISTER_WORDS)
        return IDL_TEXT(access->interface, "%sw[%u]", access->by, index);
    return IDL_TEXT(access->interface, "message_word(%s, %u)", access->address, index);
}

static void write_word(const struct idl_access *access, unsigned index, const char *value)
{
    if (index < REGISTER_WORDS)
        write_line(access->writer, "%sw[%u] = %s;", access->by, index, value);
    else
        write_line(access->writer, "message_word_set(%s, %u, %s);", access->address, index, value);
}

const char *idl_single(const struct idl_access *access, const struct idl_field *field)
{
    const char *text = word(access, field->first_word);
    if (field->kind == IDL_BOOL)
        return IDL_TEXT(access->interface, "%s != 0", text);
    if (field->element_bytes == 8 && field->kind == IDL_UNSIGNED)
        return text;
    return IDL_TEXT(access->interface, "(%s)%s", idl_c_type(access->interface, field), text);
}

static bool is_memory(const struct idl_field *field)
{
    return field->kind == IDL_MAP || field->kind == IDL_LEND;
}

static const char *rights_text(const struct idl_access *access, const struct idl_field *field)
{
    /* Write and execute never go together: whoever allows both lets the giver choose. */
    if (field->rights == (IDL_READ | IDL_WRITE | IDL_EXECUTE))
        return "L4_READ";
    return IDL_TEXT(access->interface, "L4_READ%s%s",
                    field->rights & IDL_WRITE ? " | L4_WRITE" : "",
                    field->rights & IDL_EXECUTE ? " | L4_EXECUTE" : "");
}

static const char *handle_rights_text(const struct idl_access *access,
                                      const struct idl_field *field)
{
    static const char *const names[] = {"SEND", "NOTIFY", "CONTROL", "MINT", "RECEIVE"};
    const char *text = "";
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (field->rights >> i & 1)
            text =
                IDL_TEXT(access->interface, "%s%sL4_RIGHT_%s", text, *text ? " | " : "", names[i]);
    }
    return text;
}

static void put_item(const struct idl_access *access, const struct idl_field *field)
{
    if (field->kind == IDL_HANDLE) {
        write_line(access->writer, "message_handle_put(%u, %s, %s);", field->first_item,
                   field->name, handle_rights_text(access, field));
        return;
    }
    const char *rights =
        field->rights == (IDL_READ | IDL_WRITE | IDL_EXECUTE)
            ? IDL_TEXT(access->interface, "%s%srights", field->name, access->client ? "->" : ".")
            : rights_text(access, field);
    write_line(access->writer, "if (!message_memory_put(%u, %s%s, %s))", field->first_item,
               access->client ? "" : "&", field->name, rights);
    write_line(access->writer, "    %s", access->failure);
}

static void put_bounded(const struct idl_access *access, const struct idl_field *field)
{
    struct writer *writer = access->writer;
    unsigned long most = field->count.number;
    const char *count = IDL_TEXT(access->interface, "%s_count", field->name);
    if (field->kind == IDL_STRING)
        write_line(writer, "uint32_t %s = message_text_length(%s, %lu);", count, field->name,
                   most + 1);
    write_line(writer, "if (%s > %lu)", count, most);
    write_line(writer, "    %s", access->failure);
    write_word(access, field->first_word, count);
    write_line(writer, "message_put(%s, words, %s, %s * sizeof(*%s));", access->address,
               field->name, count, field->name);
    write_line(writer, "words += message_words_of(%s * sizeof(*%s));", count, field->name);
}

void idl_write_put(const struct idl_access *access, const struct idl_fields *fields,
                   const char *label)
{
    struct writer *writer = access->writer;
    if (fields->bounded)
        write_line(writer, "uint32_t words = %u;", fields->fixed_words);
    idl_for_each(idl_field, field, fields->first)
    {
        if (idl_is_item(field))
            put_item(access, field);
        else if (field->shape == IDL_BOUNDED)
            put_bounded(access, field);
        else if (field->shape == IDL_FIXED)
            write_line(writer, "message_put(%s, %u, %s, %u);", access->address, field->first_word,
                       field->name, idl_field_bytes(field));
        else if (field->kind == IDL_STRUCT)
            write_line(writer, "message_put(%s, %u, %s%s, %u);", access->address, field->first_word,
                       access->client ? "" : "&", field->name, field->element_bytes);
        else
            write_word(access, field->first_word,
                       field->kind == IDL_SIGNED
                           ? IDL_TEXT(access->interface, "(uint64_t)%s", field->name)
                           : field->name);
    }
    const char *words =
        fields->bounded ? "words" : IDL_TEXT(access->interface, "%u", fields->fixed_words);
    write_line(writer, "%stag = L4_TAG(%s, %s, %u)%s;", access->by, label, words, fields->items,
               access->interface->kernel && label[0] != '0' ? " | L4_TAG_KERNEL"
               : access->immediate                          ? " | L4_TAG_IMMEDIATE"
                                                            : "");
}

/* With bounded parts: their counts, then the number of words that these make. */
static void check_bounded(const struct idl_access *access, const struct idl_fields *fields)
{
    struct writer *writer = access->writer;
    const char *condition = "";
    const char *words = IDL_TEXT(access->interface, "%u", fields->fixed_words);
    idl_for_each(idl_field, field, fields->first)
    {
        if (field->shape != IDL_BOUNDED)
            continue;
        const char *count = word(access, field->first_word);
        condition = IDL_TEXT(access->interface, "%s%s%s > %lu", condition, *condition ? " || " : "",
                             count, (unsigned long)field->count.number);
        words = field->element_bytes == 1
                    ? IDL_TEXT(access->interface, "%s + message_words_of(%s)", words, count)
                    : IDL_TEXT(access->interface, "%s + message_words_of(%s * %u)", words, count,
                               field->element_bytes);
    }
    write_line(writer, "if (l4_tag_words(%stag) < %u)", access->by, fields->fixed_words);
    write_line(writer, "    %s", access->failure);
    write_line(writer, "if (%s)", condition);
    write_line(writer, "    %s", access->failure);
    write_line(writer, "unsigned words_due = %s;", words);
}

void idl_write_checks(const struct idl_access *access, const struct idl_fields *fields)
{
    struct writer *writer = access->writer;
    if (fields->bounded)
        check_bounded(access, fields);
    const char *words =
        fields->bounded ? "words_due" : IDL_TEXT(access->interface, "%u", fields->fixed_words);
    const char *kind = access->interface->kernel ? "kernel_" : access->send ? "send_" : "";
    /*
     * Of a reply the whole tag is known: status 0, no flags. Of a request the label is known
     * already.
     */
    const char *head = access->client
                           ? IDL_TEXT(access->interface, "if (%stag != L4_TAG(0, %s, %u)",
                                      access->by, words, fields->items)
                           : IDL_TEXT(access->interface, "if (!message_has_%sshape(%s, %s, %u)",
                                      kind, access->address, words, fields->items);
    write_text(writer, "%*s%s", writer->depth * 4, "", head);
    idl_for_each(idl_field, field, fields->first)
    {
        const char *wrong = idl_is_single_word(field) ? idl_c_wrong(access->interface, field,
                                                                    word(access, field->first_word))
                                                      : NULL;
        if (wrong)
            write_text(writer, " ||\n%*s%s", writer->depth * 4 + 4, "", wrong);
    }
    write_text(writer, ")\n");
    write_line(writer, "    %s", access->failure);
}

static void take_item(const struct idl_access *access, const struct idl_field *field,
                      const char *to)
{
    struct writer *writer = access->writer;
    if (field->kind == IDL_HANDLE)
        write_line(writer, "if (!message_handle_get(%u, %s, %s))", field->first_item, to,
                   handle_rights_text(access, field));
    else
        write_line(writer, "if (!message_memory_get(%u, %s, %llu, %s))", field->first_item, to,
                   (unsigned long long)field->count.number, rights_text(access, field));
    write_line(writer, "    %s", access->failure);
}

/* Elements that not every bit pattern is good for. */
static void check_elements(const struct idl_access *access, const struct idl_field *field,
                           const char *count)
{
    struct writer *writer = access->writer;
    const char *element = IDL_TEXT(access->interface, "%s[i]", field->name);
    const char *wrong = field->kind == IDL_STRUCT
                            ? IDL_TEXT(access->interface, "!%s_%s_is_valid(&%s)",
                                       access->interface->name, field->type_name, element)
                            : idl_c_wrong(access->interface, field, element);
    write_line(writer, "for (unsigned i = 0; i < %s; i++) {", count);
    write_line(writer, "    if (%s)", wrong);
    write_line(writer, "        %s", access->failure);
    write_line(writer, "}");
}

static void take_bounded(const struct idl_access *access, const struct idl_field *field,
                         const char *count_of, bool last)
{
    struct writer *writer = access->writer;
    const char *name = field->name;
    write_line(writer, "message_get(%s, taken, %s, %s * sizeof(*%s));", access->address, name,
               count_of, name);
    if (!last)
        write_line(writer, "taken += message_words_of(%s * sizeof(*%s));", count_of, name);
    if (field->kind == IDL_STRING) {
        write_line(writer, "%s[%s] = 0;", name, count_of);
        write_line(writer, "if (memchr(%s, 0, %s))", name, count_of);
        write_line(writer, "    %s", access->failure);
    }
    if (idl_has_rules(field))
        check_elements(access, field, count_of);
}

void idl_write_take(const struct idl_access *access, const struct idl_fields *fields)
{
    struct writer *writer = access->writer;
    bool results = access->client; /* the client takes results, which are behind pointers */
    unsigned bounded = fields->bounded;
    if (bounded)
        write_line(writer, "%sunsigned taken = %u;", bounded == 1 ? "const " : "",
                   fields->fixed_words);
    idl_for_each(idl_field, field, fields->first)
    {
        const char *to = results ? field->name : IDL_TEXT(access->interface, "&%s", field->name);
        if (idl_is_item(field)) {
            take_item(access, field, to);
        } else if (field->shape == IDL_BOUNDED) {
            bool pointer = results && field->kind != IDL_STRING;
            const char *count = word(access, field->first_word);
            if (field->kind == IDL_STRING)
                write_line(writer, "uint32_t %s_count = (uint32_t)%s;", field->name, count);
            else
                write_line(writer, "%s%s_count = (uint32_t)%s;", pointer ? "*" : "uint32_t ",
                           field->name, count);
            take_bounded(access, field,
                         IDL_TEXT(access->interface, "%s%s_count", pointer ? "*" : "", field->name),
                         --bounded == 0);
        } else if (field->shape == IDL_FIXED) {
            write_line(writer, "message_get(%s, %u, %s, %u);", access->address, field->first_word,
                       field->name, idl_field_bytes(field));
            if (idl_has_rules(field))
                check_elements(
                    access, field,
                    IDL_TEXT(access->interface, "%lu", (unsigned long)field->count.number));
        } else if (field->kind == IDL_STRUCT) {
            write_line(writer, "message_get(%s, %u, %s, %u);", access->address, field->first_word,
                       to, field->element_bytes);
            if (field->structure->has_rules) {
                write_line(writer, "if (!%s_%s_is_valid(%s))", access->interface->name,
                           field->type_name, to);
                write_line(writer, "    %s", access->failure);
            }
        } else if (results) {
            write_line(writer, "*%s = %s;", field->name, idl_single(access, field));
        }
    }
}

void idl_write_variables(const struct idl_access *access, const struct idl_fields *fields, bool all)
{
    struct writer *writer = access->writer;
    idl_for_each(idl_field, field, fields->first)
    {
        const char *type = idl_c_type(access->interface, field);
        if (idl_is_single_word(field)) {
            if (all)
                write_line(writer, "%s %s = %s;", type, field->name,
                           field->kind == IDL_BOOL   ? "false"
                           : field->kind == IDL_ENUM ? IDL_TEXT(access->interface, "(%s)0", type)
                                                     : "0");
        } else if (field->shape == IDL_SINGLE || is_memory(field)) {
            bool plain = field->kind == IDL_HANDLE;
            write_line(writer, "%s %s%s;", type, field->name,
                       !all    ? ""
                       : plain ? " = 0"
                               : " = {0}");
        } else {
            unsigned long count = field->count.number + (field->kind == IDL_STRING);
            write_line(writer, "%s %s[%lu]%s;", type, field->name, count, all ? " = {0}" : "");
            if (all && field->shape == IDL_BOUNDED && field->kind != IDL_STRING)
                write_line(writer, "uint32_t %s_count = 0;", field->name);
        }
    }
}

const char *idl_arguments(const struct idl_access *access, const struct idl_fields *fields,
                          bool results, const char *before)
{
    const char *list = before;
    idl_for_each(idl_field, field, fields->first)
    {
        const char *text = field->name;
        bool array = field->shape != IDL_SINGLE && !is_memory(field);
        if (field->shape == IDL_BOUNDED && field->kind != IDL_STRING)
            text = IDL_TEXT(access->interface, "%s, %s%s_count", text, results ? "&" : "", text);
        else if (!array && (results || field->kind == IDL_STRUCT || is_memory(field)))
            text = IDL_TEXT(access->interface, "&%s", text);
        else if (!results && idl_is_single_word(field))
            text = idl_single(access, field);
        list = IDL_TEXT(access->interface, "%s%s%s", list, *list ? ", " : "", text);
    }
    return list;
}
