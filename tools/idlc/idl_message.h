/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statements that put parameters into a message and take them out again; the client's and the
 * server's file are made of them. `by` is how the message is reached: "message." where it is a
 * local variable, "message->" where it is a parameter.
 */
#ifndef IDLC_IDL_MESSAGE_H
#define IDLC_IDL_MESSAGE_H

#include "idl_outputs.h"

struct idl_access {
    struct writer *writer;
    const struct idl_interface *interface;
    bool client;         /* structures and results are behind pointers; else they are variables */
    bool send;           /* no answer is expected */
    bool immediate;      /* the sender does not wait */
    const char *by;      /* "message." or "message->" */
    const char *address; /* "&message" or "message" */
    const char *failure; /* the statement that ends the function when something is wrong */
};

/* Puts values into words and items and sets the tag. `label` is text. */
void idl_write_put(const struct idl_access *access, const struct idl_fields *fields,
                   const char *label);

/* Compares shape and ranges; on anything wrong, the failure statement. */
void idl_write_checks(const struct idl_access *access, const struct idl_fields *fields);

/*
 * Copies what is not a single word into variables that exist already, and checks what can only be
 * checked there.
 */
void idl_write_take(const struct idl_access *access, const struct idl_fields *fields);

/* The expression for a single value, with its type. */
const char *idl_single(const struct idl_access *access, const struct idl_field *field);

/* Whether the value is one word that needs no variable. */
bool idl_is_single_word(const struct idl_field *field);

/*
 * Variables for all parameters that are not single words; with `all` for those too, and all are
 * zeroed.
 */
void idl_write_variables(const struct idl_access *access, const struct idl_fields *fields,
                         bool all);

/* Names of variables as arguments: those of inputs, or those that results go to. */
const char *idl_arguments(const struct idl_access *access, const struct idl_fields *fields,
                          bool results, const char *before);

#endif
