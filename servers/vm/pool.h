// SPDX-License-Identifier: BSD-2-Clause
//
// Frames that the VM server hands out: who has each, and which are free. The list of a region's
// frames lives in its first frames.
#ifndef VM_POOL_H
#define VM_POOL_H

#include <stdbool.h>
#include <stdint.h>

#define POOL_REGIONS 16
#define POOL_NONE    0 // no frame: frame 0 is never handed out

// Adds the frames of [start, end) of physical memory. False if there is no room for the region.
bool pool_add(uint64_t start, uint64_t end);

// A free frame, POOL_NONE if there is none. Its contents are whatever they were.
uint64_t pool_take(void);

// `count` free frames in a row, all below physical address `below` (0: anywhere). The first one.
uint64_t pool_take_run(uint64_t count, uint64_t below);

// Gives frames back.
void pool_give(uint64_t first, uint64_t count);

uint64_t pool_free_count(void);

// Making room for runs. A frame that is handed out may be movable: then its holder says which page
// of which dataspace (by place in the table) is in it.
enum pool_state { POOL_FREE, POOL_MOVABLE, POOL_FIXED };

void pool_hold(uint64_t frame, uint32_t dataspace, uint32_t page);
void pool_fix(uint64_t frame); // it is no longer movable
enum pool_state pool_state_of(uint64_t frame, uint32_t *dataspace, uint32_t *page);

// Takes a particular free frame.
bool pool_claim(uint64_t frame);

// Frames [*first, *first + *count) of a region; false if there is no region of that number.
bool pool_region(unsigned region, uint64_t *first, uint64_t *count);

#endif
