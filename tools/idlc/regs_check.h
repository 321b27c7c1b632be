/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that check register descriptions share. Included by those only. */
#ifndef IDLC_REGS_CHECK_H
#define IDLC_REGS_CHECK_H

#include "names.h"
#include "regs_model.h"

struct regs_checker {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct names layouts; /* name -> struct regs_layout */
};

#define REGS_ERROR(checker, place, ...)                                                            \
    diagnostics_error((checker)->diagnostics, place, __VA_ARGS__)

/* What registers are laid out in: a window or a descriptor. */
struct regs_space {
    const char *name;
    struct place place;
    uint64_t size; /* in units */
    unsigned unit_bytes;
    const char *unit; /* "byte" or "word" */
    const char *overlap_remedy;
};

bool regs_width_is_known(unsigned width_bits);

/* Reports a width that no load has. */
bool regs_check_width(struct regs_checker *checker, struct place place, const char *name,
                      unsigned width_bits);

/* regs_check_fields.c: fields of a word of known width: each bit once. */
void regs_check_fields(struct regs_checker *checker, const struct regs_layout *layout,
                       unsigned width_bits, const char *owner, struct place place);

/*
 * regs_check_space.c: every unit of the space belongs to one register or is reserved. The
 * contents of the registers have been checked. Fills in strides.
 */
void regs_check_space(struct regs_checker *checker, const struct regs_space *space,
                      struct regs_register *regs);

#endif
