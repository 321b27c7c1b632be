/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface as its file tells it. The parser fills in names and numbers, idl_check resolves and
 * computes the rest; the outputs read only models that passed the check.
 */
#ifndef IDLC_IDL_MODEL_H
#define IDLC_IDL_MODEL_H

#include "arena.h"
#include "diagnostics.h"
#include "source.h"

#include <stdint.h>

/* The limits of a message (kernel/abi/message.h has them too; a test compares). */
#define IDL_MESSAGE_WORDS 64
#define IDL_MESSAGE_ITEMS 8
#define IDL_WORD_BYTES    8
#define IDL_PAGE_BYTES    4096

/* A number, or the name of a constant that stands for one. */
struct idl_value {
    struct place place;
    const char *constant; /* null: a number */
    uint64_t number;      /* of a constant: set by the check */
};

struct idl_name {
    struct idl_name *next;
    struct place place;
    const char *name;
};

struct idl_constant {
    struct idl_constant *next;
    struct place place;
    const char *name, *text;
    struct idl_value value;
};

struct idl_enumerator {
    struct idl_enumerator *next;
    struct place place;
    const char *name, *text;
    struct idl_value value;
};

struct idl_enumerators {
    struct idl_enumerator *first, *last;
};

struct idl_enum {
    struct idl_enum *next;
    struct place place;
    const char *name, *text;
    struct idl_name *type;
    struct idl_enumerators values;
    unsigned size_bytes; /* set by the check */
};

enum idl_kind {
    IDL_UNSIGNED,
    IDL_SIGNED,
    IDL_BOOL,
    IDL_ENUM,
    IDL_STRUCT,
    IDL_STRING,
    IDL_MAP,
    IDL_LEND,
    IDL_HANDLE,
    IDL_PLAIN, /* parsed, not resolved: one of the first five */
};

enum idl_shape {
    IDL_SINGLE,
    IDL_FIXED,   /* [n] */
    IDL_BOUNDED, /* [<=n] */
};

enum idl_right {
    IDL_READ = 1,
    IDL_WRITE = 2,
    IDL_EXECUTE = 4,
};

/* The same for handles. */
enum idl_handle_right {
    IDL_SEND_RIGHT = 1,
    IDL_NOTIFY_RIGHT = 2,
    IDL_CONTROL_RIGHT = 4,
    IDL_MINT_RIGHT = 8,
    IDL_RECEIVE_RIGHT = 16,
};

/* A field of a structure, a parameter of an operation, or a value of an event. */
struct idl_field {
    struct idl_field *next;
    struct place place, type_place;
    const char *name, *text;
    const char *type_name;
    enum idl_kind kind;
    enum idl_shape shape;
    struct idl_value count;           /* of elements, or bytes of a string, a map */
    struct idl_value least, greatest; /* of a range */
    bool has_range;
    unsigned rights; /* of memory or of a handle */
    bool has_word;
    struct idl_value word; /* the place the author gave it */

    /* Set by the check. */
    const struct idl_enum *enumeration;
    const struct idl_struct *structure;
    unsigned element_bytes; /* of value types */
    unsigned first_word;    /* of the value, or of the count of a bounded one */
    unsigned first_item;    /* of map, lend and handle */
    unsigned offset_bytes;  /* in a structure or an event */
};

struct idl_fields {
    struct idl_field *first, *last;
    /* Set by the check. */
    unsigned fixed_words; /* the part with a place known in advance */
    unsigned most_words;  /* with every bounded part full */
    unsigned items;
    unsigned bounded; /* number of bounded ones */
};

struct idl_struct {
    struct idl_struct *next;
    struct place place;
    const char *name, *text;
    struct idl_fields fields;
    /* Set by the check. */
    unsigned size_bytes, align_bytes;
    bool has_rules; /* not every bit pattern is valid */
};

struct idl_error {
    struct idl_error *next;
    struct place place;
    const char *name, *text;
    struct idl_value number;
};

struct idl_names {
    struct idl_name *first, *last;
};

enum idl_operation_kind {
    IDL_CALL,
    IDL_SEND,
    IDL_EVENT,
};

struct idl_operation {
    struct idl_operation *next;
    struct place place;
    const char *name, *text;
    struct idl_value number;
    enum idl_operation_kind kind;
    bool has_label;
    struct idl_value label;
    struct idl_fields in, out;
    struct idl_names errors;
    bool idempotent, later, immediate;
    /* Set by the check. */
    unsigned size_bytes; /* the values of an event */
};

enum idl_content {
    IDL_VALUES, /* entries name no buffer */
    IDL_FULL,
    IDL_EMPTY,
};

enum idl_side {
    IDL_NOBODY,
    IDL_CLIENT,
    IDL_SERVER,
};

enum idl_wake {
    IDL_WAKE_CONSUMER,
    IDL_WAKE_NONE,
};

struct idl_queue {
    struct idl_queue *next;
    struct place place;
    const char *name, *text;
    struct idl_value number;
    enum idl_side producer;
    struct idl_name *entry_name;
    struct idl_value depth;
    enum idl_content content;
    enum idl_side owner;
    struct idl_name *pair_name;
    enum idl_wake wake;
    /* Set by the check. */
    const struct idl_struct *entry;
    const struct idl_queue *pair;
};

struct idl_interface {
    struct place place;
    const char *name, *text;
    struct idl_value number;
    bool kernel;
    struct idl_constant *constants, *last_constant;
    struct idl_enum *enums, *last_enum;
    struct idl_struct *structs, *last_struct;
    struct idl_error *errors, *last_error;
    struct idl_operation *operations, *last_operation;
    struct idl_queue *queues, *last_queue;
    /* Set by the check. */
    uint64_t hash;     /* of everything that has to agree between two programs */
    const char *upper; /* the name in upper case */
    const char *stem;  /* of the file: what includes are named after */
    struct arena *arena;
};

/* What scanner and parser share. */
struct idl_reading {
    const struct source *source;
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct idl_interface *interface;
};

/* Parses one file. Returns the interface, or null after reporting at least one error. */
struct idl_interface *idl_parse(const struct source *source, struct arena *arena,
                                struct diagnostics *diagnostics);

/*
 * Resolves and checks everything. Reports what is wrong; the caller looks at the number of errors.
 */
void idl_check(struct idl_interface *interface, const struct source *source,
               struct diagnostics *diagnostics);

/*
 * The hash over all that two programs have to agree on: names, numbers, layouts; not over
 * descriptions.
 */
uint64_t idl_hash(const struct idl_interface *interface);

/* Whether the interface needs a session: it has a queue or an event. */
bool idl_has_session(const struct idl_interface *interface);

/* Whether the field travels as a typed item. */
bool idl_is_item(const struct idl_field *field);

/* Bytes of the whole field where its size is fixed; of a bounded one with all its elements. */
unsigned idl_field_bytes(const struct idl_field *field);

/* Words that hold so many bytes. */
unsigned idl_words_of(unsigned long bytes);

/* The error of that name, or null. */
const struct idl_error *idl_error_of(const struct idl_interface *interface, const char *name);

#endif
