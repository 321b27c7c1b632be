// SPDX-License-Identifier: BSD-2-Clause
//
// The console server, if the image has one: every program that runs has a handle to it while it
// runs.
#ifndef ROOT_CONSOLE_H
#define ROOT_CONSOLE_H

#include <stdint.h>

// A program has its handles now, and is about to run. If it is the console, all others get theirs.
void console_join(unsigned number);

// A program has ended.
void console_leave(unsigned number);

// Root's slot of the thread of the console server, 0 while it does not run.
uint32_t console_thread(void);

#endif
