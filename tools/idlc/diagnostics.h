/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages about a source file: `file:line:column: what; what to do`, one a line.
 */
#ifndef IDLC_DIAGNOSTICS_H
#define IDLC_DIAGNOSTICS_H

#include <stdbool.h>
#include <stdio.h>

/* A position in a source file, both counted from 1. Column counts bytes. */
struct place {
    int line;
    int column;
};

struct diagnostics {
    const char *file_name;
    FILE *out;       /* null: count only */
    unsigned errors; /* all errors, also those beyond DIAGNOSTICS_SHOWN */
};

/* More messages than this about one file are counted but not printed. */
#define DIAGNOSTICS_SHOWN 20

/*
 * Reports one error. The format has the shape "what; what to do": the first half says what is
 * wrong, the second half what the author of the file is to type instead.
 */
void diagnostics_error(struct diagnostics *diagnostics, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
