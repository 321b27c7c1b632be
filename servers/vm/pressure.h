// SPDX-License-Identifier: BSD-2-Clause
//
// Frames when there are none, or none in a row: by taking pages that may be discarded, and by
// moving pages out of the way. Pinned pages stay where they are.
#ifndef VM_PRESSURE_H
#define VM_PRESSURE_H

#include <stdint.h>

// Like pool_take and pool_take_run, but not giving up so soon.
uint64_t pressure_take(void);
uint64_t pressure_take_run(uint64_t count, uint64_t below);

#endif
