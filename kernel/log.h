// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's log: first serial port and text screen. For the time before a console server runs,
// and for last words.
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdint.h>

struct registers;

void log_init(void);

void log_character(char character);

// Understands %s, %x (64 bits), %u (64 bits) and %c.
void log_print(const char *format, ...);

// The end: something that only the kernel itself can have got wrong.
__attribute__((noreturn)) void panic(const char *why);

// Entered from the assembler for exceptions in the kernel.
__attribute__((noreturn)) void panic_exception(const struct registers *registers, uint64_t address);

#endif
