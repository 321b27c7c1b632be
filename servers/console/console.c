// SPDX-License-Identifier: BSD-2-Clause
#include "console.h"

#include <rt/log.h>
#include <stdarg.h>
#include <string.h>

enum { US_PER_SECOND = 1000000 };

static void line_out(struct console *console, struct console_program *program)
{
    char text[LOG_HEAD_BYTES + CONSOLE_LINE_BYTES + 1];
    if (console->last_us < program->time_us)
        console->last_us = program->time_us;
    size_t length = log_head(text, console->last_us, program->name, program->line, program->length);
    memcpy(text + length, program->line, program->length);
    length += program->length;
    text[length++] = '\n';
    console->out(text, length);
    program->length = 0;
}

static size_t line_format(char *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text(line, CONSOLE_LINE_BYTES, format, arguments);
    va_end(arguments);
    return length;
}

static void report_dropped(struct console *console, struct console_program *program)
{
    struct console_program report = {.time_us = program->time_us};
    memcpy(report.name, program->name, sizeof(report.name));
    report.length =
        line_format(report.line, "%u lines were too many and are lost", program->dropped);
    line_out(console, &report);
    program->dropped = 0;
}

static void line_end(struct console *console, struct console_program *program)
{
    if (program->used_bytes + program->length > CONSOLE_BUDGET_BYTES) {
        program->dropped++;
        program->length = 0;
        return;
    }
    if (program->dropped)
        report_dropped(console, program);
    program->used_bytes += (uint32_t)program->length;
    line_out(console, program);
}

static char shown(char c)
{
    unsigned char byte = (unsigned char)c;
    if (byte == '\t')
        return ' ';
    return byte < ' ' || byte == 0x7f ? '.' : c;
}

void console_write(struct console *console, unsigned number, uint64_t now_us, uint64_t time_us,
                   const char *text)
{
    struct console_program *program = &console->programs[number % CONSOLE_PROGRAMS];
    if (now_us / US_PER_SECOND != program->second) {
        program->second = now_us / US_PER_SECOND;
        program->used_bytes = 0;
    }
    for (const char *c = text; *c; c++) {
        if (*c == '\n') {
            line_end(console, program);
            continue;
        }
        if (*c == '\r')
            continue;
        if (program->length == CONSOLE_LINE_BYTES)
            line_end(console, program);
        if (program->length == 0)
            program->time_us = time_us < now_us ? time_us : now_us;
        program->line[program->length++] = shown(*c);
    }
}
