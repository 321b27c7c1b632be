// SPDX-License-Identifier: BSD-2-Clause
//
// The little of ACPI that the kernel reads: where the I/O APIC is and how old lines are wired to
// it.
#ifndef KERNEL_ACPI_H
#define KERNEL_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#include "layout.h"

struct acpi_interrupts {
    uint64_t ioapic; // physical address
    uint8_t inputs[IRQ_LINES];
    bool low[IRQ_LINES];
    bool level[IRQ_LINES];
};

// Reads the tables while physical memory is still mapped one to one. Without tables the PC's usual
// wiring is reported.
void acpi_find_interrupts(struct acpi_interrupts *found);

// Physical address of the root pointer, 0 if there is none.
uint64_t acpi_root(void);

#endif
