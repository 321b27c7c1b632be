// SPDX-License-Identifier: BSD-2-Clause
//
// C functions that the assembler files call, beside the table of system calls.
#ifndef KERNEL_FAST_H
#define KERNEL_FAST_H

#include "thread.h"

// call.c: a system call that is not fast; all registers are saved.
void call_slow(struct thread *caller);

// fault.c: an exception of a user program. `address`: CR2 or DR6.
void fault_enter(struct thread *thread, uint64_t address);

// irq.c: an interrupt that can be masked, and one that cannot; the current thread may be another
// then.
void interrupt_enter(unsigned vector);
void nmi_enter(void);

// sched.c: the running thread waits; the next one is not simply the first of its queue.
void schedule(void);

// time.c: the running thread's place in the timer queue is later than its timeout.
void time_requeue(struct thread *thread);

#endif
