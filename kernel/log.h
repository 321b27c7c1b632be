// SPDX-License-Identifier: BSD-2-Clause
//
// The kernel's log: first serial port and text screen. For the time before a console server runs,
// and for last words.
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdint.h>

struct registers;

void log_init(void);

// Waits for the port. Understands %s, %x (64 bits) and %u (64 bits).
void log_print(const char *format, ...);

// The same for a line, whatever it interrupts.
void log_print_at_once(const char *line);

// A thread ends; its line is written later. `why` stays where it is.
void log_death(const char *why, const struct registers *at, uint64_t address);

// When log_tick has something to do, TSC; all ones: never.
extern uint64_t log_due;

// The timer came: writes what the port takes, or makes the line of a death.
void log_tick(uint64_t now);

// Writes all that waits, however long it takes.
void log_flush(void);

// The end: something that only the kernel itself can have got wrong.
__attribute__((noreturn)) void panic(const char *why);

// Entered from the assembler for exceptions in the kernel.
__attribute__((noreturn)) void panic_exception(const struct registers *registers, uint64_t address);

#endif
