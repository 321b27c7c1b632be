/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MKIMAGE_VERIFY_H
#define MKIMAGE_VERIFY_H

#include "tools/idlc/names.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether all programs were built against the same interfaces. Reports each that was not. */
bool verify_programs(char *const *paths, int count, FILE *out);

/* The same for one program in memory; `known` collects what earlier programs said. */
bool verify_program_bytes(struct names *known, struct arena *arena, const char *name,
                          const unsigned char *bytes, size_t length_bytes, FILE *out);

#endif
