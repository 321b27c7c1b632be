/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component was compiled against: a note for each of its links, in a section of its own.
 * mkimage writes the notes from the component's file, the compiler puts the hash in, and mkimage
 * compares the notes of all programs that are put into one image: two programs that would
 * misunderstand each other do not get into one.
 */
#ifndef INTERFACE_NOTE_H
#define INTERFACE_NOTE_H

#include <stdint.h>

#define INTERFACE_NOTE_SECTION "interface_notes"

enum { INTERFACE_NOTE_NAME_BYTES = 28 }; /* with the NUL behind */

struct interface_note {
    char component[INTERFACE_NOTE_NAME_BYTES];
    char interface[INTERFACE_NOTE_NAME_BYTES];
    uint64_t hash;
};

_Static_assert(sizeof(struct interface_note) == 64, "mkimage reads it");

#endif
