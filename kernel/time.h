// SPDX-License-Identifier: BSD-2-Clause
//
// Time: the time-stamp counter, and the local APIC's one-shot timer.
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <stdint.h>

#define DEFAULT_SLICE_US 10000

extern uint64_t tsc_khz;
extern uint64_t tsc_at_boot;
extern uint64_t time_default_slice; // ticks
extern volatile uint32_t *apic;

// Measures what the clocks run at and sets the local APIC up.
void time_init(void);

uint64_t time_ticks(uint64_t us);
uint64_t time_after_us(uint64_t us); // TSC at that time from now

// Sets the timer to a TSC value.
void time_arm(uint64_t deadline);

// The timer's interrupt: wakes whose time is over.
void time_interrupt(void);

// End of interrupt at the local APIC.
void apic_acknowledge(void);

#endif
