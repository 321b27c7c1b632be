/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Log lines: put together in a buffer on the stack and handed over in one piece, so that lines of
 * several programs do not mix.
 */
#include <rt/component.h>
#include <rt/log.h>
#include <string.h>

enum { LINE_BYTES = 256 };

void log_line(const struct instance *self, const char *format, ...)
{
    char line[LINE_BYTES];
    size_t length = 0;
    if (self) {
        length = strlen(self->name);
        if (length > LINE_BYTES / 2)
            length = LINE_BYTES / 2;
        memcpy(line, self->name, length);
        line[length++] = ':';
        line[length++] = ' ';
    }
    va_list arguments;
    va_start(arguments, format);
    length += format_text(line + length, LINE_BYTES - 1 - length, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    machine_write(line, length);
}
