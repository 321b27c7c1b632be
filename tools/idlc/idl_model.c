/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions about a model, and its hash.
 */
#include "idl_model.h"

#include <string.h>

bool idl_has_session(const struct idl_interface *interface)
{
    if (interface->queues)
        return true;
    const struct idl_operation *operation = interface->operations;
    while (operation && operation->kind != IDL_EVENT)
        operation = operation->next;
    return operation;
}

bool idl_is_item(const struct idl_field *field)
{
    return field->kind == IDL_MAP || field->kind == IDL_LEND || field->kind == IDL_HANDLE;
}

unsigned idl_field_bytes(const struct idl_field *field)
{
    if (field->shape == IDL_SINGLE)
        return field->element_bytes;
    return field->element_bytes * (unsigned)field->count.number;
}

unsigned idl_words_of(unsigned long bytes)
{
    return (unsigned)((bytes + IDL_WORD_BYTES - 1) / IDL_WORD_BYTES);
}

const struct idl_error *idl_error_of(const struct idl_interface *interface, const char *name)
{
    const struct idl_error *error = interface->errors;
    while (error && strcmp(error->name, name) != 0)
        error = error->next;
    return error;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length_bytes)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length_bytes; i++)
        hash = (hash ^ byte[i]) * 0x100000001b3; /* FNV-1a */
    return hash;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text) + 1);
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    return hash_bytes(hash, &number, sizeof(number));
}

static uint64_t hash_fields(uint64_t hash, const struct idl_fields *fields)
{
    for (const struct idl_field *field = fields->first; field; field = field->next) {
        hash = hash_text(hash, field->name);
        hash = hash_number(hash, field->kind);
        hash = hash_number(hash, field->shape);
        hash = hash_number(hash, field->element_bytes);
        hash = hash_number(hash, field->count.number);
        hash = hash_number(hash, field->has_range ? field->least.number : 0);
        hash = hash_number(hash, field->has_range ? field->greatest.number : 0);
        hash = hash_number(hash, field->rights);
        hash = hash_number(hash, field->first_word);
        if (field->kind == IDL_ENUM || field->kind == IDL_STRUCT)
            hash = hash_text(hash, field->type_name);
    }
    return hash_number(hash, 0);
}

static uint64_t hash_types(uint64_t hash, const struct idl_interface *interface)
{
    for (const struct idl_enum *e = interface->enums; e; e = e->next) {
        hash = hash_text(hash, e->name);
        hash = hash_number(hash, e->size_bytes);
        for (const struct idl_enumerator *value = e->values.first; value; value = value->next) {
            hash = hash_text(hash, value->name);
            hash = hash_number(hash, value->value.number);
        }
    }
    for (const struct idl_struct *structure = interface->structs; structure;
         structure = structure->next) {
        hash = hash_text(hash, structure->name);
        hash = hash_fields(hash, &structure->fields);
    }
    for (const struct idl_error *error = interface->errors; error; error = error->next) {
        hash = hash_text(hash, error->name);
        hash = hash_number(hash, error->number.number);
    }
    return hash;
}

uint64_t idl_hash(const struct idl_interface *interface)
{
    uint64_t hash = hash_text(0xcbf29ce484222325, interface->name);
    hash = hash_number(hash, interface->number.number);
    hash = hash_types(hash, interface);
    for (const struct idl_operation *operation = interface->operations; operation;
         operation = operation->next) {
        hash = hash_text(hash, operation->name);
        hash = hash_number(hash, operation->number.number);
        hash = hash_number(hash, operation->kind);
        hash = hash_number(hash, operation->label.number);
        hash = hash_fields(hash, &operation->in);
        hash = hash_fields(hash, &operation->out);
        for (const struct idl_name *name = operation->errors.first; name; name = name->next)
            hash = hash_text(hash, name->name);
    }
    for (const struct idl_queue *queue = interface->queues; queue; queue = queue->next) {
        hash = hash_text(hash, queue->name);
        hash = hash_number(hash, queue->number.number);
        hash = hash_number(hash, queue->producer);
        hash = hash_text(hash, queue->entry_name->name);
        hash = hash_number(hash, queue->depth.number);
        hash = hash_number(hash, queue->content);
        hash = hash_number(hash, queue->owner);
        hash = hash_number(hash, queue->wake);
    }
    return hash;
}
