// SPDX-License-Identifier: BSD-2-Clause
//
// For tests: with `root.end=NAME:MS` on the kernel's command line, root ends that program every MS
// ms, as if it had died. Systems have to go on.
#ifndef ROOT_DRILL_H
#define ROOT_DRILL_H

#include <stdint.h>

struct drill {
    int program; // to end; -1: none
    uint64_t period_us;
};

// Reads the command line; program numbers are those of the image's table.
struct drill drill_read(const char *command);

#endif
