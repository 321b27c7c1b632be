// SPDX-License-Identifier: BSD-2-Clause
//
// Death, hang and restart of programs.
#ifndef ROOT_SUPERVISE_H
#define ROOT_SUPERVISE_H

#include <abi/fault.h>
#include <stdbool.h>
#include <stdint.h>

// Starts all programs in the order of the image. False if one that the system cannot do without
// would not start.
bool supervise_start(void);

// The kernel says that the programs of these bits have ended.
void supervise_ended(uint64_t bits);

// An exception of a program that nobody caught: registers are logged, the program ends.
void supervise_exception(unsigned number, const struct l4_exception *frame);

// The card of a program that has ended reaches memory no more.
void supervise_quiet(unsigned number);

// A watched program shows that it lives.
void supervise_alive(unsigned number);

// The watchdog in a program says that a component of it does not go on.
void supervise_stuck(unsigned number);

// A program keeps memory pinned that belongs to no session of it any more.
void supervise_overstays(unsigned number);

// Restarts and pings what is due. Returns µs until something else is, L4_NEVER if nothing.
uint32_t supervise_due(void);

#endif
