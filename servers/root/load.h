// SPDX-License-Identifier: BSD-2-Clause
//
// Getting a program's text, data, stack and heap into its space.
#ifndef ROOT_LOAD_H
#define ROOT_LOAD_H

#include <root/image.h>
#include <stdint.h>

// Room for malloc: what the limit allows.
uint64_t load_heap_bytes(const struct image_program *image);

// For the VM server and the boot-file server, which have no pager: everything is mapped at once
// from memory that root took. Null and the entry, or why not.
const char *load_by_hand(unsigned number, uint64_t *entry);

// For all others: attaches dataspaces, and pages come when they are touched. Text is shared among
// all programs of one file, data is copied.
const char *load_through_files(unsigned number, uint64_t *entry);

#endif
