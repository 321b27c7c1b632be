/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two halves of the check share.
 */
#ifndef IDLC_IDL_CHECK_H
#define IDLC_IDL_CHECK_H

#include "idl_model.h"
#include "names.h"

#define IDL_ERROR_MOST  999
#define IDL_ITEM_MOST   0xffff
#define IDL_DEPTH_MOST  65536
#define IDL_EVENT_BYTES 56 /* what is left of a cache line behind the sequence number */

struct idl_checking {
    struct idl_interface *interface;
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct names constants, enums, structs;     /* name to node */
    struct names types, items, numbers, labels; /* name or number to the place of the first */
};

#define idl_report(checking, ...) diagnostics_error((checking)->diagnostics, __VA_ARGS__)

/* Checks a name and enters it. Returns false after reporting. */
bool idl_check_name(struct idl_checking *checking, struct names *names, const char *name,
                    struct place *place);

/* Replaces the name of a constant by its number. Returns false after reporting. */
bool idl_check_value(struct idl_checking *checking, struct idl_value *value);

/* The same, and compares with a range; a number outside is reported and replaced by the least. */
bool idl_check_number(struct idl_checking *checking, struct idl_value *value, uint64_t least,
                      uint64_t most, const char *what);

/* Reports a number that was used before. */
void idl_check_unique(struct idl_checking *checking, struct names *numbers,
                      struct idl_value *number, const char *what);

/* Type, shape and range of one field. */
void idl_check_field(struct idl_checking *checking, struct names *names, struct idl_field *field);

unsigned idl_field_alignment(const struct idl_field *field);

void idl_check_operations(struct idl_checking *checking);
void idl_check_queues(struct idl_checking *checking);

#endif
