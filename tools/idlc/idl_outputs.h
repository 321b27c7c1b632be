/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The outputs of the interface language, one file each, and the spellings they share (idl_spell.c).
 */
#ifndef IDLC_IDL_OUTPUTS_H
#define IDLC_IDL_OUTPUTS_H

#include "idl_model.h"
#include "writer.h"

void idl_write_types(struct writer *writer, const void *model);
void idl_write_session(struct writer *writer, const void *model);
void idl_write_client(struct writer *writer, const void *model);
void idl_write_server(struct writer *writer, const void *model);
void idl_write_mock(struct writer *writer, const void *model);
void idl_write_trace(struct writer *writer, const void *model);
void idl_write_manual(struct writer *writer, const void *model);

/* Who looks at a parameter: the one who gives the value, or the one who gets it. */
enum idl_view {
    IDL_GIVEN,
    IDL_TAKEN,
};

/* First lines of a generated file; the guard is IDL_NAME_SUFFIX_H. */
void idl_write_opening(struct writer *writer, const struct idl_interface *interface,
                       const char *suffix, const char *what);
void idl_write_ending(struct writer *writer, const struct idl_interface *interface,
                      const char *suffix);

/* The type of one value in a parameter list: "uint32_t", "enum net_speed". Lives in the arena. */
const char *idl_c_type(const struct idl_interface *interface, const struct idl_field *field);

/* The type of one element in memory, where enumerations and truth values have their size. */
const char *idl_c_storage(const struct idl_interface *interface, const struct idl_field *field);

/* One parameter of a C function, as input or as result. */
const char *idl_c_parameter(const struct idl_interface *interface, const struct idl_field *field,
                            bool result);

/* "a, b, &c": the names of the parameters of a call as arguments. */
const char *idl_c_in_list(const struct idl_interface *interface, const struct idl_fields *fields,
                          const char *before);
const char *idl_c_out_list(const struct idl_interface *interface, const struct idl_fields *fields,
                           const char *before);

/*
 * A function head, broken at 100 columns: `head` up to the parenthesis, then the parameters, then
 * `tail`.
 */
void idl_write_head(struct writer *writer, const char *head, const char *parameters,
                    const char *tail);

/* Upper case, in the arena. */
const char *idl_upper(const struct idl_interface *interface, const char *name);

/*
 * A condition that is true when the value in `text` (a word) is not valid for the field; null when
 * any value is.
 */
const char *idl_c_wrong(const struct idl_interface *interface, const struct idl_field *field,
                        const char *text);

/* Whether elements of the field in memory can be invalid. */
bool idl_has_rules(const struct idl_field *field);

#define idl_for_each(type, item, list)                                                             \
    for (const struct type *item = (list); item; item = item->next)
#define IDL_TEXT(interface, ...) arena_format((interface)->arena, __VA_ARGS__)

#endif
