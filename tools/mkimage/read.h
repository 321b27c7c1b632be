/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the files of an image: the image itself, components, interfaces. */
#ifndef MKIMAGE_READ_H
#define MKIMAGE_READ_H

#include "model.h"

/* One source that was read; its extension says what it is. Reports to `out`. False after an
   error. */
bool read_source(const struct source *source, struct image *image, struct arena *arena, FILE *out);

/* Moves an instance into another program. False if there is no such instance, after a message. */
bool image_place(struct image *image, const char *instance_name, const char *program_name,
                 FILE *out);

/* Gives a component a parameter that its image lacks or has with another value. The texts must live
 * as long as the image. Whether the component knows the parameter is checked later. */
bool image_set(struct image *image, const char *instance_name, const char *parameter_name,
               const char *value, struct arena *arena, FILE *out);

#endif
