// SPDX-License-Identifier: BSD-2-Clause
//
// The part of the machine that the loop needs: where received things land.
#ifndef VM_MACHINE_L4_H
#define VM_MACHINE_L4_H

#include <stdint.h>

// Prepares the UTCB for the next request: a free slot for a handle and a free page for a mapping.
void machine_prepare(void);

// The number of the page, or the slot, that was prepared.
uint64_t machine_landing_frame(void);
uint32_t machine_landing_slot(void);

// What landed is kept, or given up.
void machine_keep_frame(void);
void machine_keep_slot(void);
void machine_discard(unsigned handle_came, unsigned page_came);

#endif
