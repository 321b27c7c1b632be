/* SPDX-License-Identifier: BSD-2-Clause */
/* What the scanner and the parser of the register language share. Included by those two only. */
#ifndef IDLC_REGS_PARSER_H
#define IDLC_REGS_PARSER_H

#include "regs_model.h"

#define REGS_NAME_LIMIT        40
#define REGS_DESCRIPTION_LIMIT 400

struct regs_parser {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct place here; /* where the scanner stands */
    struct regs_device *device;
};

/* A number and how it was typed: `100` can also be the name of a value. */
struct regs_number {
    uint64_t number;
    const char *text;
};

#endif
