/* SPDX-License-Identifier: BSD-2-Clause */
/* What the scanner and the parser of image and component files share. Included by those two
   only. */
#ifndef MKIMAGE_PARSER_H
#define MKIMAGE_PARSER_H

#include "model.h"

#define NAME_LIMIT 24
#define TEXT_LIMIT 200

struct parser {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct place here;
    bool line_has_words; /* the scanner has seen a token on this line */
    bool ended;
    const char *name;            /* the last that the scanner has seen */
    struct image *image;         /* null: a component file is read */
    struct component *component; /* null: an image is read */
    /* The stanza that attribute lines belong to. */
    struct program *program;
    unsigned program_words; /* that it has had: a bit for each of `enum program_word` */
    struct instance *instance;
    struct link *link;
    struct device *device;
    struct port *port;
};

#endif
