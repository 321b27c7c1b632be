/* SPDX-License-Identifier: BSD-2-Clause */
/* The outputs of mkimage, one file each. All take a checked image. */
#ifndef MKIMAGE_WRITE_H
#define MKIMAGE_WRITE_H

#include "model.h"
#include "tools/idlc/writer.h"

/* The system in words, and as a picture in the language of dot(1). */
void write_report(struct writer *writer, const struct image *image);
void write_picture(struct writer *writer, const struct image *image);

/* The composition table of one program (rt/loop.h), and root's table (root/image.h). */
void write_program(struct writer *writer, const struct image *image, const struct program *program);
void write_root(struct writer *writer, const struct image *image);

/* The notes of one component (interface/note.h). */
void write_notes(struct writer *writer, const struct component *component, struct arena *arena);

/* What make has to know: the programs, what they are linked from, the ISO. */
void write_rules(struct writer *writer, const struct image *image);

/* "4M", "256K", "1000": as one types it. The text is in the buffer. */
const char *size_text(uint64_t bytes, char buffer[24]);

/* The device as one types it. The text is in the buffer. */
const char *device_text(const struct device *device, char buffer[64]);

const char *restart_text(enum restart restart);

#endif
