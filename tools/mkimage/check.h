/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that check images share. Included by those only. */
#ifndef MKIMAGE_CHECK_H
#define MKIMAGE_CHECK_H

#include "model.h"

struct checker {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct names components, interfaces, programs, instances;
};

#define IMAGE_ERROR(checker, place, ...)                                                           \
    diagnostics_error((checker)->diagnostics, place, __VA_ARGS__)

/* check_devices.c: no device is given to two components, unless it can be shared. */
void model_check_devices(struct checker *checker, const struct image *image);

/* check_links.c: resolves links and makes the ends of all instances. False if something could not
   be resolved. */
bool model_check_links(struct checker *checker, struct image *image);

#endif
