// SPDX-License-Identifier: BSD-2-Clause
//
// Lines of all programs, in the order in which their pieces arrive, each with its time and the name
// of its program.
//
// A program takes the time before it sends, and may be preempted in between, by one that writes too
// or for long. So a line is shown with its sender's time only where that is between the time of the
// line before and now; else with the nearer of the two: times in the log never go back, and a
// sender's lie moves none but its own lines.
//
// What programs send is neither trusted nor taken as it comes: control characters are shown as
// dots, so that no program can paint the terminal, lines are cut to a length, and a program has a
// budget of bytes for each second, beyond which its lines are only counted. The last line of a
// program that ended in the middle of it appears when it writes again.
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONSOLE_PROGRAMS = 64,
    CONSOLE_ROOT = CONSOLE_PROGRAMS - 1, // root is no program of the image and has the last place
    CONSOLE_NAME_BYTES = 32,
    CONSOLE_LINE_BYTES = 256,
    CONSOLE_BUDGET_BYTES = 64 * 1024, // of one program in one second
};

struct console_program {
    char name[CONSOLE_NAME_BYTES]; // empty: not known yet
    char line[CONSOLE_LINE_BYTES];
    size_t length;
    uint64_t time_us; // of the line's first piece, not in the future
    uint64_t second;  // that the budget is for
    uint32_t used_bytes;
    uint32_t dropped; // lines over the budget, not reported yet
};

struct console {
    struct console_program programs[CONSOLE_PROGRAMS];
    uint64_t last_us; // of the last line shown
    // Where finished lines go, with their newline.
    void (*out)(const char *text, size_t length);
};

// A piece of output of a program, which has a name by now. `now_us` is the console's own time,
// `time_us` the sender's.
void console_write(struct console *console, unsigned program, uint64_t now_us, uint64_t time_us,
                   const char *text);

#endif
