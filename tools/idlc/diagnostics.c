/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnostics.h"

#include <stdarg.h>

void diagnostics_error(struct diagnostics *diagnostics, struct place place, const char *format, ...)
{
    diagnostics->errors++;
    if (!diagnostics->out)
        return;
    if (diagnostics->errors > DIAGNOSTICS_SHOWN) {
        if (diagnostics->errors == DIAGNOSTICS_SHOWN + 1)
            fprintf(diagnostics->out, "%s: more errors follow; correct these first\n",
                    diagnostics->file_name);
        return;
    }
    fprintf(diagnostics->out, "%s:%d:%d: ", diagnostics->file_name, place.line, place.column);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(diagnostics->out, format, arguments);
    va_end(arguments);
    fputc('\n', diagnostics->out);
}
