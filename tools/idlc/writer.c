/* SPDX-License-Identifier: BSD-2-Clause */
#include "writer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { COLUMNS = 100, COLUMNS_PER_LEVEL = 4 };

void writer_open(struct writer *writer)
{
    *writer = (struct writer){0};
    writer->stream = open_memstream(&writer->text, &writer->length_bytes);
    if (!writer->stream) {
        fprintf(stderr, "out of memory; give the translator a smaller file\n");
        exit(2);
    }
}

static void put_line(struct writer *writer, const char *format, va_list arguments)
{
    if (format[0] != '#')
        fprintf(writer->stream, "%*s", writer->depth * COLUMNS_PER_LEVEL, "");
    vfprintf(writer->stream, format, arguments);
    fputc('\n', writer->stream);
}

void write_line(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_line(writer, format, arguments);
    va_end(arguments);
}

void write_blank(struct writer *writer)
{
    fputc('\n', writer->stream);
}

void write_text(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(writer->stream, format, arguments);
    va_end(arguments);
}

/* The text with every end-of-comment mark spelled so that it does not end one. */
static char *defused(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        exit(2);
    for (char *mark = copy; (mark = strstr(mark, "*/")) || (mark = strstr(copy, "/*"));)
        *mark = ' ';
    return copy;
}

void write_comment(struct writer *writer, const char *text)
{
    char *sentence = defused(text);
    size_t indent = (size_t)writer->depth * COLUMNS_PER_LEVEL;
    if (indent + strlen(sentence) + strlen("/*  */") <= COLUMNS) {
        write_line(writer, "/* %s */", sentence);
    } else {
        write_line(writer, "/*");
        size_t width = COLUMNS - indent - strlen(" * ");
        for (const char *rest = sentence; *rest;) {
            size_t length = strlen(rest);
            if (length > width) {
                length = width;
                while (length > 0 && rest[length] != ' ')
                    length--;
                if (length == 0)
                    length = width;
            }
            write_line(writer, " * %.*s", (int)length, rest);
            rest += length;
            while (*rest == ' ')
                rest++;
        }
        write_line(writer, " */");
    }
    free(sentence);
}

void write_open(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_line(writer, format, arguments);
    va_end(arguments);
    writer->depth++;
}

void write_close(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    writer->depth--;
    va_start(arguments, format);
    put_line(writer, format, arguments);
    va_end(arguments);
}

void writer_finish(struct writer *writer)
{
    if (!writer->stream)
        return;
    fclose(writer->stream);
    writer->stream = NULL;
}

/* Makes the folders above a file. Failures show when the file itself cannot be opened. */
static void make_folders(const char *path)
{
    char *copy = strdup(path);
    if (!copy)
        exit(2);
    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0777);
        *slash = '/';
    }
    free(copy);
}

bool writer_save(const struct writer *writer, const char *path)
{
    make_folders(path);
    FILE *file = fopen(path, "wb");
    bool written =
        file && fwrite(writer->text, 1, writer->length_bytes, file) == writer->length_bytes;
    if (file && fclose(file) != 0)
        written = false;
    if (!written)
        fprintf(stderr, "%s: cannot be written: %s\n", path, strerror(errno));
    return written;
}

void writer_free(struct writer *writer)
{
    writer_finish(writer);
    free(writer->text);
    *writer = (struct writer){0};
}
