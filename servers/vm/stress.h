// SPDX-License-Identifier: BSD-2-Clause
//
// For tests: with `vm.move_us=N` on the kernel's command line, pages that devices may see are moved
// all the time, some every N µs. Systems have to work the same with it.
#ifndef VM_STRESS_H
#define VM_STRESS_H

#include <stdbool.h>
#include <stdint.h>

// Reads the command line. Returns the period in µs, 0: not asked for.
uint32_t stress_period(const char *command);

// Moves some pages, as far as they are not pinned. Every time the count has doubled, returns true,
// and the counts are to be reported.
bool stress_step(uint64_t *moved, uint64_t *pinned);

#endif
