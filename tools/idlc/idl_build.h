/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parser calls: makes the pieces of a model and hooks them in. Nothing is checked here but
 * what only the place in the grammar tells.
 */
#ifndef IDLC_IDL_BUILD_H
#define IDLC_IDL_BUILD_H

#include "idl_model.h"

/* What stands behind a name: a shape, a range, a place. Only the parser uses it. */
struct idl_shape_of {
    bool present;
    enum idl_shape shape;
    struct place place;
    struct idl_value value, greatest;
};

void idl_build_interface(struct idl_reading *reading, struct place place, bool kernel,
                         const char *name, struct idl_value number, const char *text);
void idl_build_constant(struct idl_reading *reading, struct place place, const char *name,
                        struct idl_value value, const char *text);
void idl_build_enum(struct idl_reading *reading, struct place place, const char *name,
                    struct idl_name *type, const char *text, struct idl_enumerators values);
struct idl_enumerator *idl_build_enumerator(struct idl_reading *reading, struct place place,
                                            const char *name, struct idl_value value,
                                            const char *text);
void idl_build_struct(struct idl_reading *reading, struct place place, const char *name,
                      const char *text, struct idl_fields fields);
void idl_build_error(struct idl_reading *reading, struct place place, const char *name,
                     struct idl_value number, const char *text);
struct idl_operation *idl_build_operation(struct idl_reading *reading, enum idl_operation_kind kind,
                                          struct place place, const char *name,
                                          struct idl_value number, struct idl_fields in,
                                          const char *text);
struct idl_queue *idl_build_queue(struct idl_reading *reading, struct place place, const char *name,
                                  struct idl_value number, const char *text);
struct idl_field *idl_build_field(struct idl_reading *reading, enum idl_kind kind,
                                  struct place type_place, const char *type_name,
                                  struct place place, const char *name, struct idl_shape_of shape,
                                  const char *text);
struct idl_name *idl_build_name(struct idl_reading *reading, struct place place, const char *name);

/* A description: reports one that says nothing. */
const char *idl_build_text(struct idl_reading *reading, struct place place, const char *text);

/* Reports `[]`, and stands in for it. */
struct idl_shape_of idl_build_unbounded(struct idl_reading *reading, struct place place);

#endif
