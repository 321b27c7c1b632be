// SPDX-License-Identifier: BSD-2-Clause
//
// Which functions of a program were under way, from its file and the words on its stack.
//
// Programs keep no frame pointers and carry no tables for unwinding: both would cost instructions
// or memory on every packet's way. So a word of the stack counts as a return address if there is a
// call in front of it in the program's code. Where that call names its target, and this is the
// function that was entered last, the frame is sure. Otherwise (a call through a pointer, a
// function that was left by a jump, or a word left over from an earlier call) it is not, and the
// reader is told.
#ifndef ROOT_TRACE_H
#define ROOT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf.h"

struct trace_file {
    const uint8_t *file;
    struct elf_program program;
    const uint8_t *symbols;
    size_t symbol_count;
    const char *names;
    size_t name_bytes;
};

// False if the file is no program. It may have been stripped of its symbols; then there are no
// names, and no frame is sure.
bool trace_open(struct trace_file *trace, const void *file, size_t file_bytes);

// The function that an address is in, and where it begins; null if that is not known.
const char *trace_function(const struct trace_file *trace, uint64_t address, uint64_t *start);

enum trace_verdict { TRACE_NO_FRAME, TRACE_UNSURE, TRACE_SURE };

// How far a walk up the stack has come. Begins with where the program stopped.
struct trace_walk {
    uint64_t sure_function;   // first address of the last function that surely was under way
    uint64_t unsure_function; // … and of one that was found after it
};

void trace_begin(const struct trace_file *trace, struct trace_walk *walk, uint64_t ip);

// The next word of the stack, going up.
enum trace_verdict trace_word(const struct trace_file *trace, struct trace_walk *walk,
                              uint64_t word);

#endif
