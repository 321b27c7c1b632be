/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What main.c knows of a description language: how to read a file of it, and which outputs there
 * are.
 */
#ifndef IDLC_LANGUAGE_H
#define IDLC_LANGUAGE_H

#include "arena.h"
#include "diagnostics.h"
#include "source.h"
#include "writer.h"

/* One kind of output. The option is what follows `--` on the command line, before the name of the
 * file. */
struct output_kind {
    const char *option;
    const char *help;
    void (*write)(struct writer *writer, const void *model);
};

struct language {
    const char *extension;             /* with its dot */
    const struct output_kind *outputs; /* ends with a null option */
    /*
     * Parses and checks. Returns the model, which lives in the arena, or null after reporting at
     * least one error. Never crashes, whatever the source holds.
     */
    const void *(*read)(const struct source *source, struct arena *arena,
                        struct diagnostics *diagnostics);
};

extern const struct language regs_language; /* .regs: registers of a device */
extern const struct language idl_language;  /* .idl: an interface between two programs */

#endif
