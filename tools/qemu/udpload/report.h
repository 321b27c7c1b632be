/* SPDX-License-Identifier: BSD-2-Clause */
/* The result of a load as a line of comma-separated values; `cpu` is in per cent. */
#ifndef TOOLS_QEMU_UDPLOAD_REPORT_H
#define TOOLS_QEMU_UDPLOAD_REPORT_H

#include <stdio.h>

#include "load.h"

/* What the generator cannot know of itself: the first columns, taken as they are. */
struct report_labels {
    const char *system, *image, *nic, *holdoff_us;
};

void report_header(FILE *file);
void report_line(FILE *file, const struct report_labels *labels, const struct load_result *result);
/* One line for the terminal: the figures that matter, and what was wrong with bad replies. */
void report_progress(FILE *file, const struct load_result *result);

#endif
