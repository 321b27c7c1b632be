// SPDX-License-Identifier: BSD-2-Clause
//
// What the VM server needs of the machine. machine_l4.c asks the kernel, the tests on the host
// simulate it.
#ifndef VM_MACHINE_H
#define VM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_BITS  12
#define PAGE_BYTES ((uint64_t)1 << PAGE_BITS)

// Frames are opened in naturally aligned groups of this many; regions consist of whole groups.
#define MACHINE_CHUNK 16

// Pages of other managers that the server can hold at a time.
#define MACHINE_SUPPLIED_MAX 8192

// Makes frames [first, first + count) accessible to the server; doing it twice is allowed. False if
// the kernel's memory is used up.
bool machine_open(uint64_t first, uint64_t count);

// Where the bytes of an opened frame, or of a page that another manager supplied, are.
void *machine_frame(uint64_t frame);

// Makes [physical, physical + bytes) of device memory accessible for mapping on; returns its
// address, 0 on failure.
uint64_t machine_device(uint64_t physical, uint64_t bytes);

// Takes a page of the server's own away from everybody it was mapped to.
void machine_revoke(const void *page);

// Takes away what a task sees in a range.
void machine_detach(uint32_t space_handle, uint64_t address, uint64_t bytes);

// Gives up a page that another manager supplied.
void machine_drop(const void *page);

// Closes a handle of the server's own.
void machine_close(uint32_t handle);

// Tells root that somebody overstays his pins.
void machine_report(void);

// Microseconds, for pins that expire.
uint64_t machine_clock_us(void);

#endif
