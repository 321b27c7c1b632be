/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of the interface language: names, numbers, constants, enumerations, structures and
 * errors. Operations and queues are in idl_check_items.c. Every rule reports at the word that
 * breaks it; checking goes on behind it, so one run shows all that is wrong.
 */
#include "idl_check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Enumerators are C enumerators. */
#define ENUMERATOR_MOST 0x7fffffffu
/* Structures travel in messages or as ring entries. */
#define STRUCT_BYTES_MOST (IDL_MESSAGE_WORDS * IDL_WORD_BYTES)

struct plain_type {
    const char *name;
    enum idl_kind kind;
    unsigned size_bytes;
};

static const struct plain_type plain_types[] = {
    {"u8", IDL_UNSIGNED, 1},  {"u16", IDL_UNSIGNED, 2}, {"u32", IDL_UNSIGNED, 4},
    {"u64", IDL_UNSIGNED, 8}, {"s8", IDL_SIGNED, 1},    {"s16", IDL_SIGNED, 2},
    {"s32", IDL_SIGNED, 4},   {"s64", IDL_SIGNED, 8},   {"bool", IDL_BOOL, 1},
};

static const struct plain_type *plain_type_of(const char *name)
{
    for (size_t i = 0; i < sizeof(plain_types) / sizeof(plain_types[0]); i++) {
        if (strcmp(plain_types[i].name, name) == 0)
            return &plain_types[i];
    }
    return NULL;
}

bool idl_check_name(struct idl_checking *checking, struct names *names, const char *name,
                    struct place *place)
{
    if (name_is_reserved(name)) {
        idl_report(checking, *place, "%s is a word of C; choose another name", name);
        return false;
    }
    for (const char *c = name; *c; c++) {
        if (isupper((unsigned char)*c)) {
            idl_report(checking, *place,
                       "%s has capital letters; write it in lower case with "
                       "underscores",
                       name);
            return false;
        }
    }
    const struct place *first = names_enter(names, name, place);
    if (first)
        idl_report(checking, *place, "%s is in line %d already; choose another name", name,
                   first->line);
    return !first;
}

bool idl_check_value(struct idl_checking *checking, struct idl_value *value)
{
    if (!value->constant)
        return true;
    const struct idl_constant *constant = names_find(&checking->constants, value->constant);
    if (!constant) {
        idl_report(checking, value->place,
                   "there is no constant %s; declare it further up: const %s "
                   "NUMBER;",
                   value->constant, value->constant);
        value->number = 1;
        return false;
    }
    value->number = constant->value.number;
    return true;
}

bool idl_check_number(struct idl_checking *checking, struct idl_value *value, uint64_t least,
                      uint64_t most, const char *what)
{
    if (!idl_check_value(checking, value))
        return false;
    if (value->number >= least && value->number <= most)
        return true;
    idl_report(checking, value->place, "%s is %llu; it has to be in %llu..%llu", what,
               (unsigned long long)value->number, (unsigned long long)least,
               (unsigned long long)most);
    value->number = least;
    return false;
}

void idl_check_unique(struct idl_checking *checking, struct names *numbers,
                      struct idl_value *number, const char *what)
{
    const char *key = arena_format(checking->arena, "%llu", (unsigned long long)number->number);
    const struct place *first = names_enter(numbers, key, &number->place);
    if (first)
        idl_report(checking, number->place,
                   "%s %s is taken in line %d; choose a number that is free", what, key,
                   first->line);
}

static void check_constants(struct idl_checking *checking)
{
    struct names names = {.arena = checking->arena};
    for (struct idl_constant *constant = checking->interface->constants; constant;
         constant = constant->next) {
        idl_check_name(checking, &names, constant->name, &constant->place);
        idl_check_value(checking, &constant->value);
        names_enter(&checking->constants, constant->name, constant);
    }
}

static void check_enumerators(struct idl_checking *checking, struct idl_enum *enumeration)
{
    struct names names = {.arena = checking->arena};
    struct names numbers = {.arena = checking->arena};
    uint64_t most = enumeration->size_bytes == 1   ? UINT8_MAX
                    : enumeration->size_bytes == 2 ? UINT16_MAX
                                                   : ENUMERATOR_MOST;
    for (struct idl_enumerator *value = enumeration->values.first; value; value = value->next) {
        idl_check_name(checking, &names, value->name, &value->place);
        if (idl_check_number(checking, &value->value, 0, most, "the value"))
            idl_check_unique(checking, &numbers, &value->value, "value");
    }
}

static void check_enums(struct idl_checking *checking)
{
    for (struct idl_enum *enumeration = checking->interface->enums; enumeration;
         enumeration = enumeration->next) {
        const struct plain_type *type = plain_type_of(enumeration->type->name);
        enumeration->size_bytes = type ? type->size_bytes : 1;
        if (!type || type->kind != IDL_UNSIGNED || type->size_bytes > 4)
            idl_report(checking, enumeration->type->place,
                       "%s cannot carry an enumeration; write u8, u16 or u32",
                       enumeration->type->name);
        if (plain_type_of(enumeration->name))
            idl_report(checking, enumeration->place,
                       "%s is a type of the language; choose another "
                       "name",
                       enumeration->name);
        idl_check_name(checking, &checking->types, enumeration->name, &enumeration->place);
        names_enter(&checking->enums, enumeration->name, enumeration);
        check_enumerators(checking, enumeration);
    }
}

/* Makes one of the value types of a field whose type the parser left open. */
static void resolve_plain(struct idl_checking *checking, struct idl_field *field)
{
    const struct plain_type *plain = plain_type_of(field->type_name);
    const struct idl_enum *enumeration = names_find(&checking->enums, field->type_name);
    const struct idl_struct *structure = names_find(&checking->structs, field->type_name);
    field->kind = IDL_UNSIGNED;
    field->element_bytes = 1;
    if (plain) {
        field->kind = plain->kind;
        field->element_bytes = plain->size_bytes;
    } else if (enumeration) {
        field->kind = IDL_ENUM;
        field->enumeration = enumeration;
        field->element_bytes = enumeration->size_bytes;
    } else if (structure) {
        field->kind = IDL_STRUCT;
        field->structure = structure;
        field->element_bytes = structure->size_bytes;
    } else {
        idl_report(
            checking, field->type_place,
            "there is no type %s; declare it further up, or write u8, u16, u32, u64, s8, s16, "
            "s32, s64 or bool",
            field->type_name);
    }
}

static void check_range(struct idl_checking *checking, struct idl_field *field)
{
    if (!field->has_range)
        return;
    if (field->kind != IDL_UNSIGNED || field->shape != IDL_SINGLE) {
        idl_report(checking, field->least.place,
                   "a range needs a single unsigned number; remove it");
        field->has_range = false;
        return;
    }
    uint64_t most = UINT64_MAX >> (64 - 8 * field->element_bytes);
    idl_check_number(checking, &field->least, 0, most, "the least value");
    idl_check_number(checking, &field->greatest, 0, most, "the greatest value");
    if (field->least.number > field->greatest.number)
        idl_report(checking, field->least.place,
                   "the range is empty; write the smaller number first");
}

/* What comes instead of a bound that is missing, so that nothing is said about it twice. */
static void shape_repair(struct idl_field *field, enum idl_shape shape)
{
    field->shape = shape;
    field->count = (struct idl_value){.place = field->place, .number = IDL_PAGE_BYTES};
}

static void check_string(struct idl_checking *checking, struct idl_field *field)
{
    field->element_bytes = 1;
    if (field->shape == IDL_BOUNDED)
        return;
    idl_report(
        checking, field->place,
        "a string without a bound; a receiver makes room before it knows the sender, so write the "
        "longest length: string %s[<=n]",
        field->name);
    shape_repair(field, IDL_BOUNDED);
    field->count.number = 1;
}

static void check_memory(struct idl_checking *checking, struct idl_field *field)
{
    if (field->shape != IDL_FIXED) {
        idl_report(
            checking, field->place,
            "memory without a bound; a receiver sets its window before it knows the sender, so "
            "write the largest size in bytes: %s[n]",
            field->name);
        shape_repair(field, IDL_FIXED);
    }
    if (idl_check_number(checking, &field->count, 1, (uint64_t)1 << 47, "the size") &&
        field->count.number % IDL_PAGE_BYTES)
        idl_report(checking, field->count.place,
                   "the size is no multiple of a page; round it up to a multiple of %d",
                   IDL_PAGE_BYTES);
    if (!(field->rights & IDL_READ))
        idl_report(checking, field->place,
                   "memory that cannot be read; add the right read behind the size");
}

static void check_shape(struct idl_checking *checking, struct idl_field *field)
{
    uint64_t most = (uint64_t)IDL_MESSAGE_WORDS * IDL_WORD_BYTES;
    if (field->kind == IDL_MAP || field->kind == IDL_LEND) {
        check_memory(checking, field);
        return;
    }
    if (field->kind == IDL_STRING)
        check_string(checking, field);
    if (field->shape != IDL_SINGLE)
        idl_check_number(checking, &field->count, 1, most, "the number of elements");
}

void idl_check_field(struct idl_checking *checking, struct names *names, struct idl_field *field)
{
    idl_check_name(checking, names, field->name, &field->place);
    if (field->kind == IDL_PLAIN)
        resolve_plain(checking, field);
    check_shape(checking, field);
    check_range(checking, field);
}

unsigned idl_field_alignment(const struct idl_field *field)
{
    return field->structure ? field->structure->align_bytes : field->element_bytes;
}

/*
 * Places the fields of a structure; what C would leave unused is an error, so that layouts are what
 * the file shows.
 */
static void check_layout(struct idl_checking *checking, struct idl_struct *structure)
{
    unsigned offset = 0;
    structure->align_bytes = 1;
    for (struct idl_field *field = structure->fields.first; field; field = field->next) {
        unsigned alignment = idl_field_alignment(field);
        unsigned hole = (alignment - offset % alignment) % alignment;
        if (hole)
            idl_report(
                checking, field->place,
                "a hole of %u bytes before %s; put a field of that size there: u8 reserved[%u];",
                hole, field->name, hole);
        field->offset_bytes = offset + hole;
        offset = field->offset_bytes + idl_field_bytes(field);
        if (alignment > structure->align_bytes)
            structure->align_bytes = alignment;
        if (offset > STRUCT_BYTES_MOST) {
            idl_report(checking, field->place, "the structure is longer than %d bytes; split it",
                       STRUCT_BYTES_MOST);
            offset = 0;
        }
        structure->has_rules |= field->kind == IDL_ENUM || field->kind == IDL_BOOL ||
                                (field->structure && field->structure->has_rules);
    }
    unsigned hole =
        (structure->align_bytes - offset % structure->align_bytes) % structure->align_bytes;
    if (hole)
        idl_report(checking, structure->place,
                   "a hole of %u bytes at the end of %s; put a field of that size there: "
                   "u8 reserved[%u];",
                   hole, structure->name, hole);
    structure->size_bytes = offset + hole;
}

static void check_structs(struct idl_checking *checking)
{
    for (struct idl_struct *structure = checking->interface->structs; structure;
         structure = structure->next) {
        struct names names = {.arena = checking->arena};
        idl_check_name(checking, &checking->types, structure->name, &structure->place);
        if (plain_type_of(structure->name))
            idl_report(checking, structure->place,
                       "%s is a type of the language; choose another "
                       "name",
                       structure->name);
        for (struct idl_field *field = structure->fields.first; field; field = field->next) {
            idl_check_field(checking, &names, field);
            if (field->shape == IDL_BOUNDED)
                idl_report(
                    checking, field->place,
                    "%s varies in length, a structure cannot; write a fixed array and a field "
                    "with the number of elements in use",
                    field->name);
        }
        check_layout(checking, structure);
        names_enter(&checking->structs, structure->name, structure);
    }
}

static void check_errors(struct idl_checking *checking)
{
    struct names names = {.arena = checking->arena};
    struct names numbers = {.arena = checking->arena};
    for (struct idl_error *error = checking->interface->errors; error; error = error->next) {
        idl_check_name(checking, &names, error->name, &error->place);
        if (idl_check_number(checking, &error->number, 1, IDL_ERROR_MOST, "the number of an error"))
            idl_check_unique(checking, &numbers, &error->number, "error");
    }
}

static void check_header(struct idl_checking *checking, const struct source *source)
{
    struct idl_interface *interface = checking->interface;
    struct names names = {.arena = checking->arena};
    idl_check_name(checking, &names, interface->name, &interface->place);
    idl_check_number(checking, &interface->number, 1, UINT16_MAX, "the number of an interface");
    const char *slash = strrchr(source->stem, '/');
    const char *stem = slash ? slash + 1 : source->stem;
    if (strcmp(stem, interface->name) != 0)
        idl_report(checking, interface->place,
                   "the interface %s is in the file %s.idl; give both the same name",
                   interface->name, stem);
}

void idl_check(struct idl_interface *interface, const struct source *source,
               struct diagnostics *diagnostics)
{
    struct arena *arena = interface->arena;
    struct idl_checking checking = {
        .interface = interface,
        .arena = arena,
        .diagnostics = diagnostics,
        .constants = {.arena = arena},
        .types = {.arena = arena},
        .enums = {.arena = arena},
        .structs = {.arena = arena},
        .items = {.arena = arena},
        .numbers = {.arena = arena},
        .labels = {.arena = arena},
    };
    check_header(&checking, source);
    check_constants(&checking);
    check_enums(&checking);
    check_structs(&checking);
    check_errors(&checking);
    idl_check_operations(&checking);
    idl_check_queues(&checking);
    interface->upper = name_upper(arena, interface->name);
    interface->stem = source->stem;
    if (!diagnostics->errors)
        interface->hash = idl_hash(interface);
}
