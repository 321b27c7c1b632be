// SPDX-License-Identifier: BSD-2-Clause
//
// Memory that a program may still be looking at although its session is over: kept mapped until the
// program says that it has seen the change (root.idl: seen), or ends.
#ifndef ROOT_GRAVE_H
#define ROOT_GRAVE_H

#include <stdint.h>

// Detaches what a program sees at an address as soon as it has seen the change that is being made
// to its start table now.
void grave_attachment(unsigned number, uint64_t address);

// The same for a dataspace of the program's own, which is deleted then.
void grave_dataspace(unsigned number, uint64_t dataspace);

// The program has seen all changes up to this count.
void grave_seen(unsigned number, uint32_t changes);

// The program has ended, and all that it had attached with it.
void grave_forget(unsigned number);

// How many graves wait for a program.
unsigned grave_count(unsigned number);

#endif
