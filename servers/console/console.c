// SPDX-License-Identifier: BSD-2-Clause
#include "console.h"

#include <string.h>

enum { US_PER_SECOND = 1000000, TIME_DIGITS = 5, FRACTION_DIGITS = 6, HEAD_BYTES = 64 };

// The number with blanks or zeros in front, at least `digits` wide. Returns its length.
static size_t put_number(char *to, uint64_t number, unsigned digits, char fill)
{
    char reversed[24];
    size_t length = 0;
    do {
        reversed[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (length < digits)
        reversed[length++] = fill;
    for (size_t i = 0; i < length; i++)
        to[i] = reversed[length - 1 - i];
    return length;
}

// "[   12.345678] net: ". A line that begins with its program's name is not given it twice.
static size_t put_head(char *to, const struct console_program *program)
{
    size_t length = 0, name = strlen(program->name);
    to[length++] = '[';
    length += put_number(to + length, program->time_us / US_PER_SECOND, TIME_DIGITS, ' ');
    to[length++] = '.';
    length += put_number(to + length, program->time_us % US_PER_SECOND, FRACTION_DIGITS, '0');
    to[length++] = ']';
    to[length++] = ' ';
    bool named = program->length > name && memcmp(program->line, program->name, name) == 0 &&
                 program->line[name] == ':';
    if (named)
        return length;
    memcpy(to + length, program->name, name);
    length += name;
    to[length++] = ':';
    to[length++] = ' ';
    return length;
}

static void line_out(struct console *console, struct console_program *program)
{
    char text[HEAD_BYTES + CONSOLE_NAME_BYTES + CONSOLE_LINE_BYTES];
    size_t length = put_head(text, program);
    memcpy(text + length, program->line, program->length);
    length += program->length;
    text[length++] = '\n';
    console->out(text, length);
    program->length = 0;
}

static void report_dropped(struct console *console, struct console_program *program)
{
    static const char what[] = " lines were too many and are lost";
    struct console_program report = {.time_us = program->time_us};
    memcpy(report.name, program->name, sizeof(report.name));
    report.length = put_number(report.line, program->dropped, 1, ' ');
    memcpy(report.line + report.length, what, sizeof(what) - 1);
    report.length += sizeof(what) - 1;
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
            program->time_us = time_us;
        program->line[program->length++] = shown(*c);
    }
}
