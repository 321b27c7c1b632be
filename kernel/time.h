// SPDX-License-Identifier: BSD-2-Clause
//
// Time: the time-stamp counter, and the local APIC's one-shot timer.
//
// Timeouts are lazy. What counts is `timeout` of a thread that waits. Its place in the timer queue
// may stem from an earlier wait and is left alone as long as it is not too late; when its time
// comes the thread is looked at, and queued again if it waits for longer. Whoever wakes a thread
// does nothing about it. So a loop that waits again and again with about the same limit rarely
// touches the queue.
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <stdint.h>

struct thread;

#define DEFAULT_SLICE_US 10000

extern uint64_t tsc_khz;
extern uint64_t tsc_at_boot;
extern uint64_t time_default_slice; // ticks

// Measures what the clocks run at and sets the local APIC up.
void time_init(void);

uint64_t time_ticks(uint64_t us);

// The thread is about to wait, for at most that long; L4_NEVER: for ever.
void time_limit(struct thread *thread, uint32_t timeout_us);

// The thread's place in the timer queue is later than its timeout.
void time_requeue(struct thread *thread);

// The thread ends: it leaves the timer queue.
void time_forget(struct thread *thread);

// Sets the timer to a TSC value.
void time_arm(uint64_t deadline);

// The timer's interrupt: wakes whose time is over.
void time_interrupt(void);

// End of interrupt at the local APIC.
void apic_acknowledge(void);

#endif
