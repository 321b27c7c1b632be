// SPDX-License-Identifier: BSD-2-Clause
//
// The end: something that only the kernel itself can have got wrong.
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdint.h>

struct registers;

__attribute__((noreturn)) void panic(const char *why);

// Entered from the assembler for exceptions in the kernel.
__attribute__((noreturn)) void panic_exception(const struct registers *registers, uint64_t address);

#endif
