// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduler: who runs next.
//
// The running thread is not on the run queue. Kernel code makes threads ready or lets the running
// one stop, sets `reschedule`, and the way out calls schedule() once. The timer is set only when
// somebody waits for it: a timeout, a thread of the same priority, a delayed preemption.
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "cpu.h"

// Makes a thread ready that is not queued: behind the others of its priority, or next in line as
// receiver of the running thread's message.
void ready_append(struct thread *thread);
void ready_handoff(struct thread *thread);

// Takes a thread off the run queue if it is there.
void ready_remove(struct thread *thread);

// Picks the next thread if the running one must or should make place.
void schedule(void);

// The running thread goes behind the others of its priority.
void sched_yield(void);

// The running thread is about to be freed: from here on the processor is idle.
void sched_leave(void);

// A thread that was interrupted loses the processor to others: if it is in its restartable sequence
// it goes on at the sequence's other end.
void sched_roll_back(struct thread *thread);

// The timer said that the slice or a delay may be over.
void sched_tick(uint64_t now);

// Sees to it that the timer comes at that time or earlier.
void timer_need(uint64_t deadline);

// The timer came: sets it for whatever comes next.
void timer_update(void);

// Loads the debug registers of a thread that runs or will run next.
void sched_load_breakpoints(const struct thread *thread);

// Whether the next use of the FPU is a fault.
void sched_lock_fpu(bool lock);

void sched_init(void);

#endif
