// SPDX-License-Identifier: BSD-2-Clause
//
// Boot map: what the boot loader says about memory, modules and screen (multiboot2 information).
//
// The information is read with suspicion: sizes are checked before anything behind them is looked
// at, unknown tags are skipped, and whatever does not fit the fixed tables is left out in the safe
// direction: too little memory, never memory that is somebody else's.
#ifndef KERNEL_BOOTMAP_H
#define KERNEL_BOOTMAP_H

#include <abi/info.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOTMAP_REGIONS 64
#define BOOTMAP_MODULES 32

// Physical addresses, end exclusive.
struct boot_region {
    uint64_t start;
    uint64_t end;
};

struct boot_module {
    uint64_t start;
    uint64_t end;
    const char *command; // ends with a zero, inside the boot information
};

struct boot_map {
    struct boot_region regions[BOOTMAP_REGIONS]; // usable, whole frames, disjoint, ascending
    size_t region_count;
    struct boot_module modules[BOOTMAP_MODULES];
    size_t module_count;
    const char *command; // the kernel's command line, "" if none
    struct l4_screen screen;
    const void *rsdp; // copy of the ACPI root pointer inside the information, null if none
    size_t rsdp_bytes;
};

// Reads the information at `info`, of which at most `readable_bytes` may be touched. False if it is
// not even a sequence of tags; what was understood until then is in `map`. Modules are not usable
// memory; the kernel and the information itself are reserved by the caller, who knows where they
// are.
bool bootmap_parse(struct boot_map *map, const void *info, size_t readable_bytes);

// Adds usable memory, without what is there already: firmware maps overlap.
void bootmap_add(struct boot_map *map, uint64_t start, uint64_t end);

// Takes [start, end), widened to whole frames, out of the usable regions.
void bootmap_reserve(struct boot_map *map, uint64_t start, uint64_t end);

// Takes `bytes`, aligned to `alignment` (a power of two, at least a frame), out of the usable
// regions, from the highest address below `limit`. Returns the address, 0 if there is no room.
uint64_t bootmap_take(struct boot_map *map, uint64_t bytes, uint64_t alignment, uint64_t limit);

#endif
