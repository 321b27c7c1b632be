// SPDX-License-Identifier: BSD-2-Clause
//
// Where things are in the spaces of the programs that root starts, and in root's own.
//
// A program's text and data are where it was linked, below 2 GiB. Start table and stack share the
// 2 MiB behind that, so that they cost one page table.
#ifndef ROOT_LAYOUT_H
#define ROOT_LAYOUT_H

#define PAGE_BYTES 4096ull

#define PROGRAM_FIRST 0x400000ull
#define PROGRAM_END   0x80000000ull
#define START_ADDRESS 0x80000000ull
#define STACK_END     0x80200000ull
#define STACK_MAX     0x100000ull
#define HEAP_FIRST    0x81000000ull
#define HEAP_MAX      0x3e000000ull

// Root's own: boot modules, readable and executable, and memory that it writes, each at the
// physical address plus this.
#define MODULE_WINDOW 0x10000000000ull
#define MEMORY_WINDOW 0x20000000000ull

// The boot-file server sees the modules at the physical address plus this.
#define FILES_WINDOW 0x10000000000ull

#endif
