// SPDX-License-Identifier: BSD-2-Clause
//
// From the boot loader to the first user instruction.
#ifndef KERNEL_BOOT_H
#define KERNEL_BOOT_H

#include "bootmap.h"
#include "layout.h"

// Entries of every top-level page table that belong to the kernel.
#define KERNEL_TOP_POOL  256
#define KERNEL_TOP_IMAGE 511

#define DEVICES_RESERVED 2
#define BOOT_RESERVED    (2 + DEVICES_RESERVED) // pool, image, devices

struct boot {
    struct boot_map map;
    struct l4_info *info;                       // the information page, in the pool
    struct boot_region reserved[BOOT_RESERVED]; // what nobody may ever map
};

extern struct boot boot;
extern uint64_t boot_top[];

// Maps one page of device registers, uncached, at a fixed place.
void *boot_map_device(unsigned index, uint64_t physical);

// Multiboot (first version) information, into the same form as the second's.
void boot_parse_old(struct boot_map *map, const void *info);

// Loads the first program and makes its space and thread. Not inlined: it is where panics tell what
// is wrong with an image, by this name.
__attribute__((noinline)) void boot_first_program(void);

// The little of ACPI that the kernel reads: where the I/O APIC is, and at which of its inputs the
// old lines are.
struct acpi_interrupts {
    uint64_t ioapic; // physical address
    uint8_t inputs[IRQ_LINES];
};

// Reads the tables while physical memory is still mapped one to one. Without tables the PC's usual
// wiring is reported.
void acpi_find_interrupts(struct acpi_interrupts *found);

// Physical address of the root pointer, 0 if there is none.
uint64_t acpi_root(void);

#endif
