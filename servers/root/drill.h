// SPDX-License-Identifier: BSD-2-Clause
//
// For tests: with `root.end=NAME:MS` on the kernel's command line, root ends that program every MS
// ms, as if it had died; with `all` as name, one after the other of those that the image restarts.
// Systems have to go on. A third number, `:COUNT`, says how many ends there are; when all is quiet
// again root says what everybody has.
#ifndef ROOT_DRILL_H
#define ROOT_DRILL_H

#include <stdbool.h>
#include <stdint.h>

struct drill {
    int program; // the next to end; -1: none
    bool all;    // and then the one behind it
    uint64_t period_us;
    uint64_t ends; // still to come
};

// Reads the command line; program numbers are those of the image's table.
struct drill drill_read(const char *command);

// One end less, and the next program's turn.
void drill_next(struct drill *drill);

#endif
