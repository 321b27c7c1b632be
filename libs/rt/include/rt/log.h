/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The log: lines on the console, each with the name of the instance that wrote it. Needs no heap,
 * no files and no FPU.
 */
#ifndef RT_LOG_H
#define RT_LOG_H

#include <stdarg.h>
#include <stddef.h>

struct instance;

/* One line, without the newline: "NAME: text". Understands %d %u %x %c %s %p %% with `l`, `ll`,
   `z`, a width, `0` and `-`; longer lines are cut. Never blocks. A null instance stands for the
   program itself. */
void log_line(const struct instance *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The formatter behind it: like vsnprintf for those conversions; returns the length written, always
 * terminated. */
size_t format_text(char *text, size_t size, const char *format, va_list arguments);

#endif
