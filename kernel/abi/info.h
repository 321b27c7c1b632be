// SPDX-License-Identifier: BSD-2-Clause
//
// The information page: read-only, at L4_INFO_ADDRESS in every space.
//
// Time: µs since boot = (tsc - tsc_at_boot) * 1000 / tsc_khz; no system call needed.
#ifndef ABI_INFO_H
#define ABI_INFO_H

#include <stdint.h>

#define L4_INFO_MAGIC   0x4e4143455034344cull // "L44PECAN"
#define L4_INFO_VERSION 1
#define L4_INFO_REGIONS 32
#define L4_INFO_MODULES 24

// Kinds of memory.
#define L4_REGION_FREE   1 // ordinary memory, the first program's to give out
#define L4_REGION_KERNEL 2 // the kernel's own, never to be mapped
#define L4_REGION_MODULE 3 // boot modules; ordinary memory otherwise

struct l4_region {
    uint64_t start; // physical
    uint64_t end;   // exclusive
    uint64_t kind;
};

struct l4_module {
    uint64_t start; // physical, aligned to a page
    uint64_t bytes;
    char name[48]; // the loader's command line for it, cut
};

struct l4_screen {
    uint64_t address; // physical, 0: none
    uint32_t pitch_bytes, width, height;
    uint32_t bits_per_pixel;
    uint32_t text; // 1: VGA text
    uint32_t spare;
};

struct l4_info {
    uint64_t magic;
    uint32_t version;
    uint32_t flags;
    uint64_t tsc_khz;
    uint64_t tsc_at_boot;  // at kernel entry
    uint64_t tsc_at_start; // when the first program was started
    uint32_t region_count;
    uint32_t module_count;
    uint32_t irq_lines;
    uint32_t spare;
    uint64_t acpi_root; // physical address of the ACPI root pointer, 0: not found
    struct l4_screen screen;
    char kernel_version[24];
    char kernel_hash[44];
    char command[128]; // kernel command line
    struct l4_region regions[L4_INFO_REGIONS];
    struct l4_module modules[L4_INFO_MODULES];
};

_Static_assert(sizeof(struct l4_info) <= 4096, "the information fits its page");

#endif
