/* SPDX-License-Identifier: BSD-2-Clause */
/* The outputs of the register language, one file each. All take a checked struct regs_device. */
#ifndef IDLC_REGS_WRITE_H
#define IDLC_REGS_WRITE_H

#include "regs_model.h"
#include "writer.h"

void regs_write_header(struct writer *writer, const void *model);
void regs_write_model_header(struct writer *writer, const void *model);
void regs_write_model(struct writer *writer, const void *model);
void regs_write_manual(struct writer *writer, const void *model);

/* regs_write_descriptor.c: a part of the header. */
void regs_write_descriptor(struct writer *writer, const struct regs_descriptor *descriptor);

/* regs_write_header.c: constants and functions for the fields of a word. */
void regs_write_layout(struct writer *writer, const struct regs_layout *layout);

/* The type of a word, and the macro that makes a constant of it. */
const char *regs_type(unsigned width_bits);
const char *regs_constant_macro(unsigned width_bits);

/* `#define NAME text`, and the description behind it or, if it is long, above it. */
void regs_write_define(struct writer *writer, const char *description, const char *text,
                       const char *name_format, ...) __attribute__((format(printf, 4, 5)));

#endif
