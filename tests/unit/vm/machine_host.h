// SPDX-License-Identifier: BSD-2-Clause
//
// The simulated machine and what tests may ask of it.
#ifndef MACHINE_HOST_H
#define MACHINE_HOST_H

#include <stdint.h>

#define HOST_FRAMES   4096ull
#define HOST_SUPPLIED (1ull << 24) // first number of a supplied page
#define HOST_SUPPLIES 64

extern uint64_t host_clock_us;
extern unsigned host_reports;  // of overstayers
extern unsigned host_revoked;  // pages taken away
extern unsigned host_detached; // ranges taken away
extern unsigned host_dropped;  // supplied pages given up
extern unsigned host_closed;   // handles

#endif
