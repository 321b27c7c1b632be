// SPDX-License-Identifier: BSD-2-Clause
//
// Messages as text, for traces: `netdev.info -> mac=52:54:00:12:34:56 mtu_bytes=1500`. The tables
// come from idlc.
#ifndef INTERFACE_TRACE_H
#define INTERFACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trace_kind {
    TRACE_UNSIGNED,
    TRACE_SIGNED,
    TRACE_BOOL,
    TRACE_ENUM,
    TRACE_BYTES,  // structures and arrays
    TRACE_STRING, // with a bound: `word` holds its length
    TRACE_ARRAY,  // with a bound: `word` holds the number of its elements
    TRACE_MEMORY,
    TRACE_HANDLE,
};

struct trace_name {
    uint64_t value;
    const char *name;
};

struct trace_field {
    const char *name;
    enum trace_kind kind;
    unsigned word;                  // or item
    unsigned bytes;                 // of all of it, or of one element
    const struct trace_name *names; // of an enumeration; ends with a null name
};

struct trace_operation {
    const char *name;
    uint64_t label;
    unsigned fixed_in, fixed_out;       // words before the first part with a bound
    const struct trace_field *in, *out; // end with a null name
};

// A queue: where its shared words and its entries are in the session's area.
struct trace_queue {
    const char *name;
    bool from_client;
    size_t offset_bytes;
    size_t entries_offset_bytes;
    size_t entry_bytes;
    unsigned depth;
};

struct trace_interface {
    const char *name;
    unsigned number;
    const struct trace_operation *operations; // end with a null name
    const struct trace_name *errors;          // end with a null name
    const struct trace_queue *queues;         // end with a null name
    size_t area_bytes;
};

// The operation that a request's tag names, or null.
const struct trace_operation *trace_operation_of(const struct trace_interface *interface,
                                                 uint64_t tag);

// A request or its reply as text. `words` holds as many as the tag says. Returns the length; the
// text is cut to the size and always ends.
size_t trace_request(const struct trace_interface *interface, uint64_t tag, const uint64_t *words,
                     char *text, size_t size);
size_t trace_reply(const struct trace_interface *interface, const struct trace_operation *operation,
                   uint64_t tag, const uint64_t *words, char *text, size_t size);

#endif
