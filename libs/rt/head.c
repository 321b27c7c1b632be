/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What stands in front of each line of the log, whoever writes it to the kernel.
 */
#include <rt/log.h>
#include <stdbool.h>
#include <string.h>

enum { US_PER_SECOND = 1000000, TIME_DIGITS = 5, FRACTION_DIGITS = 6 };

/* The number with blanks or zeros in front, at least `digits` wide. Returns its length. */
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

size_t log_head(char to[LOG_HEAD_BYTES], uint64_t time_us, const char *name, const char *line,
                size_t line_bytes)
{
    size_t length = 0, name_bytes = strlen(name);
    if (name_bytes > LOG_NAME_BYTES)
        name_bytes = LOG_NAME_BYTES;
    to[length++] = '[';
    length += put_number(to + length, time_us / US_PER_SECOND, TIME_DIGITS, ' ');
    to[length++] = '.';
    length += put_number(to + length, time_us % US_PER_SECOND, FRACTION_DIGITS, '0');
    to[length++] = ']';
    to[length++] = ' ';
    bool named =
        line_bytes > name_bytes && memcmp(line, name, name_bytes) == 0 && line[name_bytes] == ':';
    if (named)
        return length;
    memcpy(to + length, name, name_bytes);
    length += name_bytes;
    to[length++] = ':';
    to[length++] = ' ';
    return length;
}
