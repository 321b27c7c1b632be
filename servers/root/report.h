// SPDX-License-Identifier: BSD-2-Clause
//
// What the log says of a program that died or hangs: registers, and the functions under way.
#ifndef ROOT_REPORT_H
#define ROOT_REPORT_H

#include <abi/fault.h>

// An exception that nobody caught. Reads the program's memory, so it must still be there.
void report_exception(unsigned number, const struct l4_exception *frame);

// A program that does not answer.
void report_hang(unsigned number);

#endif
