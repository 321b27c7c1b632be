// SPDX-License-Identifier: BSD-2-Clause
//
// The machine's memory before there is a VM server: boot modules, and pages that root takes for the
// two programs that it loads by hand.
#ifndef ROOT_MEMORY_H
#define ROOT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

// Takes `bytes` (made whole pages), zeroed, for ever: returns the physical address, 0 if there is
// no room. The bytes are at memory_at.
uint64_t memory_take(uint64_t bytes);

void *memory_at(uint64_t physical);

// The boot module of that name: its bytes, readable; null if there is none.
const void *memory_module(const char *name, size_t *bytes, uint64_t *physical);

// Gives everything that is left to the VM server.
void memory_hand_over(void);

#endif
