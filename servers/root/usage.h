// SPDX-License-Identifier: BSD-2-Clause
//
// With `root.report=MS` on the kernel's command line, root logs every MS ms what each program has
// of the kernel and of the VM server, and has the programs log what their components have. A system
// at rest that has lost nothing prints the lines that it began with.
#ifndef ROOT_USAGE_H
#define ROOT_USAGE_H

#include <stdint.h>

// Logs a report now.
void usage_log(void);

// Logs a report if one is due. Returns when the next is; UINT64_MAX: never.
uint64_t usage_due(uint64_t now);

#endif
