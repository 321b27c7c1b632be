/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A small formatter for log lines, so that a program that only logs does not carry the C library's.
 */
#include <rt/log.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct output {
    char *text;
    size_t size; /* at least 1: the terminator */
    size_t length;
};

struct conversion {
    bool left, zeros;
    size_t width;
    int longs; /* number of `l`s, 2 for z */
    char kind;
};

static void put(struct output *output, const char *text, size_t length)
{
    size_t room = output->size - 1 - output->length;
    if (length > room)
        length = room;
    memcpy(output->text + output->length, text, length);
    output->length += length;
}

static void pad(struct output *output, char with, size_t count)
{
    while (count-- > 0)
        put(output, &with, 1);
}

static void put_field(struct output *output, const struct conversion *how, const char *text,
                      size_t length)
{
    size_t padding = how->width > length ? how->width - length : 0;
    if (!how->left)
        pad(output, ' ', padding);
    put(output, text, length);
    if (how->left)
        pad(output, ' ', padding);
}

static void put_number(struct output *output, struct conversion how, uint64_t number, bool negative)
{
    char digits[24];
    size_t first = sizeof(digits);
    unsigned base = how.kind == 'x' || how.kind == 'p' ? 16 : 10;
    do {
        digits[--first] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number);
    size_t length = sizeof(digits) - first;
    if (how.zeros && !how.left) {
        if (negative)
            put(output, "-", 1);
        if (how.width > length + negative)
            pad(output, '0', how.width - length - negative);
        put(output, digits + first, length);
        return;
    }
    if (negative) {
        digits[--first] = '-';
        length++;
    }
    put_field(output, &how, digits + first, length);
}

static const char *parse_conversion(const char *format, struct conversion *how)
{
    *how = (struct conversion){0};
    for (; *format == '-' || *format == '0'; format++) {
        how->left |= *format == '-';
        how->zeros |= *format == '0';
    }
    for (; *format >= '0' && *format <= '9'; format++)
        how->width = how->width * 10 + (size_t)(*format - '0');
    for (; *format == 'l' || *format == 'z'; format++)
        how->longs += *format == 'z' ? 2 : 1;
    how->kind = *format;
    return *format ? format + 1 : format;
}

/* The arguments stand in a structure because a va_list cannot portably be handed down by address
 * otherwise. */
struct arguments {
    va_list list;
};

static uint64_t next_unsigned(struct arguments *arguments, int longs)
{
    return longs ? va_arg(arguments->list, unsigned long) : va_arg(arguments->list, unsigned int);
}

static int64_t next_signed(struct arguments *arguments, int longs)
{
    return longs ? va_arg(arguments->list, long) : va_arg(arguments->list, int);
}

static void put_conversion(struct output *output, const struct conversion *how,
                           struct arguments *arguments)
{
    const char *text;
    int64_t number;
    char character;
    switch (how->kind) {
    case 's':
        text = va_arg(arguments->list, const char *);
        if (!text)
            text = "(none)";
        put_field(output, how, text, strlen(text));
        break;
    case 'c':
        character = (char)va_arg(arguments->list, int);
        put_field(output, how, &character, 1);
        break;
    case 'd':
    case 'i':
        number = next_signed(arguments, how->longs);
        put_number(output, *how, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
        break;
    case 'u':
    case 'x':
        put_number(output, *how, next_unsigned(arguments, how->longs), false);
        break;
    case 'p':
        put_number(output, *how, (uintptr_t)va_arg(arguments->list, void *), false);
        break;
    default: /* also %% */
        put(output, &how->kind, how->kind ? 1 : 0);
    }
}

size_t format_text(char *text, size_t size, const char *format, va_list list)
{
    struct output output = {.text = text, .size = size};
    struct arguments arguments;
    struct conversion how;
    va_copy(arguments.list, list);
    while (*format) {
        size_t plain = strcspn(format, "%");
        put(&output, format, plain);
        format += plain;
        if (*format == '%') {
            format = parse_conversion(format + 1, &how);
            put_conversion(&output, &how, &arguments);
        }
    }
    va_end(arguments.list);
    text[output.length] = 0;
    return output.length;
}
