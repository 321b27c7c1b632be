/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The log: lines on the console, each with the name of the instance that wrote it. Needs no heap,
 * no files and no FPU.
 */
#ifndef RT_LOG_H
#define RT_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct instance;

/* One line, without the newline: "NAME: text". Understands %d %u %x %c %s %p %% with `l`, `ll`,
   `z`, a width, `0` and `-`; longer lines are cut. Never blocks. A null instance stands for the
   program itself. */
void log_line(const struct instance *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum { LOG_NAME_BYTES = 32, LOG_HEAD_BYTES = 40 + LOG_NAME_BYTES };

/* What stands in front of a line of a program: "[   12.345678] net: ". A line that begins with its
   program's name is not given it twice. Returns the length; no terminator. */
size_t log_head(char to[LOG_HEAD_BYTES], uint64_t time_us, const char *name, const char *line,
                size_t line_bytes);

/* The formatter behind it: like vsnprintf for those conversions; returns the length written, always
 * terminated. */
size_t format_text(char *text, size_t size, const char *format, va_list arguments);

#endif
