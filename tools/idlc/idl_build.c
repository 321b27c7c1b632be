/* SPDX-License-Identifier: BSD-2-Clause */
#include "idl_build.h"

#include <tools/idlc/idl.tab.h>

#include <string.h>

int idl_scan_lex_init_extra(struct idl_reading *reading, void **scanner);
int idl_scan_lex_destroy(void *scanner);
void *idl_scan__scan_bytes(const char *bytes, int length, void *scanner);

/* Hooks a node behind the last of a list of the interface. */
#define APPEND(interface, list, last, node)                                                        \
    do {                                                                                           \
        if ((interface)->last)                                                                     \
            (interface)->last->next = (node);                                                      \
        else                                                                                       \
            (interface)->list = (node);                                                            \
        (interface)->last = (node);                                                                \
    } while (0)

void idl_build_interface(struct idl_reading *reading, struct place place, bool kernel,
                         const char *name, struct idl_value number, const char *text)
{
    struct idl_interface *interface = reading->interface;
    interface->place = place;
    interface->kernel = kernel;
    interface->name = name;
    interface->number = number;
    interface->text = text;
}

void idl_build_constant(struct idl_reading *reading, struct place place, const char *name,
                        struct idl_value value, const char *text)
{
    struct idl_constant *constant = arena_alloc(reading->arena, sizeof(*constant));
    *constant = (struct idl_constant){.place = place, .name = name, .text = text, .value = value};
    APPEND(reading->interface, constants, last_constant, constant);
}

void idl_build_enum(struct idl_reading *reading, struct place place, const char *name,
                    struct idl_name *type, const char *text, struct idl_enumerators values)
{
    struct idl_enum *enumeration = arena_alloc(reading->arena, sizeof(*enumeration));
    *enumeration = (struct idl_enum){
        .place = place, .name = name, .text = text, .type = type, .values = values};
    APPEND(reading->interface, enums, last_enum, enumeration);
}

struct idl_enumerator *idl_build_enumerator(struct idl_reading *reading, struct place place,
                                            const char *name, struct idl_value value,
                                            const char *text)
{
    struct idl_enumerator *enumerator = arena_alloc(reading->arena, sizeof(*enumerator));
    *enumerator =
        (struct idl_enumerator){.place = place, .name = name, .text = text, .value = value};
    return enumerator;
}

void idl_build_struct(struct idl_reading *reading, struct place place, const char *name,
                      const char *text, struct idl_fields fields)
{
    struct idl_struct *structure = arena_alloc(reading->arena, sizeof(*structure));
    *structure = (struct idl_struct){.place = place, .name = name, .text = text, .fields = fields};
    APPEND(reading->interface, structs, last_struct, structure);
}

void idl_build_error(struct idl_reading *reading, struct place place, const char *name,
                     struct idl_value number, const char *text)
{
    struct idl_error *error = arena_alloc(reading->arena, sizeof(*error));
    *error = (struct idl_error){.place = place, .name = name, .text = text, .number = number};
    APPEND(reading->interface, errors, last_error, error);
}

struct idl_operation *idl_build_operation(struct idl_reading *reading, enum idl_operation_kind kind,
                                          struct place place, const char *name,
                                          struct idl_value number, struct idl_fields in,
                                          const char *text)
{
    struct idl_operation *operation = arena_alloc(reading->arena, sizeof(*operation));
    *operation = (struct idl_operation){
        .place = place, .name = name, .text = text, .number = number, .kind = kind, .in = in};
    APPEND(reading->interface, operations, last_operation, operation);
    return operation;
}

struct idl_queue *idl_build_queue(struct idl_reading *reading, struct place place, const char *name,
                                  struct idl_value number, const char *text)
{
    struct idl_queue *queue = arena_alloc(reading->arena, sizeof(*queue));
    *queue = (struct idl_queue){.place = place, .name = name, .text = text, .number = number};
    APPEND(reading->interface, queues, last_queue, queue);
    return queue;
}

struct idl_field *idl_build_field(struct idl_reading *reading, enum idl_kind kind,
                                  struct place type_place, const char *type_name,
                                  struct place place, const char *name, struct idl_shape_of shape,
                                  const char *text)
{
    struct idl_field *field = arena_alloc(reading->arena, sizeof(*field));
    *field = (struct idl_field){
        .place = place,
        .type_place = type_place,
        .name = name,
        .text = text,
        .type_name = type_name,
        .kind = kind,
        .shape = shape.shape,
        .count = shape.value,
    };
    return field;
}

struct idl_name *idl_build_name(struct idl_reading *reading, struct place place, const char *name)
{
    struct idl_name *node = arena_alloc(reading->arena, sizeof(*node));
    *node = (struct idl_name){.place = place, .name = name};
    return node;
}

const char *idl_build_text(struct idl_reading *reading, struct place place, const char *text)
{
    if (!text[strspn(text, " \t")])
        diagnostics_error(reading->diagnostics, place,
                          "the description says nothing; say in a sentence what it is for");
    return text;
}

struct idl_shape_of idl_build_unbounded(struct idl_reading *reading, struct place place)
{
    diagnostics_error(
        reading->diagnostics, place,
        "data without a bound; a message has %d words and a receiver makes room before "
        "it knows the sender, so write the largest size: [<=n]",
        IDL_MESSAGE_WORDS);
    struct idl_value one = {.place = place, .number = 1};
    return (struct idl_shape_of){.shape = IDL_BOUNDED, .place = place, .value = one};
}

struct idl_interface *idl_parse(const struct source *source, struct arena *arena,
                                struct diagnostics *diagnostics)
{
    struct idl_interface *interface = arena_alloc(arena, sizeof(*interface));
    interface->arena = arena;
    struct idl_reading reading = {
        .source = source, .arena = arena, .diagnostics = diagnostics, .interface = interface};
    void *scanner;
    if (idl_scan_lex_init_extra(&reading, &scanner) != 0)
        return NULL;
    idl_scan__scan_bytes(source->text, (int)source->length_bytes, scanner);
    int failed = idl_file_parse(scanner, &reading);
    idl_scan_lex_destroy(scanner);
    return failed || diagnostics->errors || !interface->name ? NULL : interface;
}
