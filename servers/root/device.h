// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupt lines, I/O ports and device memory that the image gives to programs.
#ifndef ROOT_DEVICE_H
#define ROOT_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

// Gives a created program its devices. False, with the reason in the log.
bool device_give_all(unsigned number);

// Takes them back.
void device_take_all(unsigned number);

// Where device memory of a program is mapped for it, 0 if it is not; maps it at the first question.
uint64_t device_memory(unsigned number, unsigned index);

#endif
