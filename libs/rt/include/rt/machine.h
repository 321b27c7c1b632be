/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the portable part of the runtime needs of what is below it: the kernel (libs/rt/target) or
 * a process of the host (libs/rt/host). Not for components.
 */
#ifndef RT_MACHINE_H
#define RT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t machine_handle; /* a slot of the program's handle table */

/* Writes text to the log. Never blocks. */
void machine_write(const char *text, size_t length);

/* Has the next wait of the loop return at once. False if there is no loop. */
bool machine_turn_again(void);

/* A call to another program: returns the reply's tag, its words in `words`. Blocks. All ones:
   there is nobody to answer. */
uint64_t machine_call(machine_handle control, uint64_t tag, uint64_t *words);

#endif
