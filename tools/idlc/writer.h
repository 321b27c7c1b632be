/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generated text with indentation. It is collected in memory and written to its file only when all
 * of it is there, so that a failed translation leaves no half file behind.
 */
#ifndef IDLC_WRITER_H
#define IDLC_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct writer {
    FILE *stream;
    char *text;
    size_t length_bytes;
    int depth; /* levels of indentation, four columns each */
};

void writer_open(struct writer *writer);

/* One line, indented. Lines that start with '#' are not indented. No newline in the
 * text. */
void write_line(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An empty line. */
void write_blank(struct writer *writer);

/* A piece of a line, neither indented nor ended. */
void write_text(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A sentence as a C comment, wrapped at 100 columns. Text that would end the comment is defused.
 */
void write_comment(struct writer *writer, const char *text);

/* A line, then one level deeper; one level back, then a line: `write_open(w, "{")` …
 * `write_close(w, "}")`. */
void write_open(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void write_close(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Ends the text; writer->text is valid until writer_free. */
void writer_finish(struct writer *writer);

/* Writes a finished text to a file, folders included. Returns false and prints why. */
bool writer_save(const struct writer *writer, const char *path);

void writer_free(struct writer *writer);

#endif
