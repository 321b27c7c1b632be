/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section-preempt.c: one CPU, and a kernel that drops a notification of a thread that does not wait.
 *
 * All processes share the CPU, so stores are seen at once. The consumer asks not to be preempted from
 * its word to its wait; the kernel grants that for a bounded time only, so it may be preempted all the
 * same, but then the kernel notes it, and the wait returns instead of blocking. A producer's step
 * while the consumer is in its section is such a preemption.
 */
byte produced[2] = 6, consumed[2] = 6, sleep[2] = 0;

bool waiting;       /* the consumer is blocked in the kernel */
bool in_section;    /* it asked not to be preempted */
bool preempted;     /* and was */

#define STEP_PRODUCER(r)            preempted = preempted || in_section
#define STEP_CONSUMER               skip
#define WRITE_PRODUCED(r, value)    produced[r] = value
#define WRITE_CONSUMED(r, value)    consumed[r] = value
#define WRITE_SLEEP(r, value)       sleep[r] = value
#define FENCE_PRODUCER(r)           skip
#define FENCE_CONSUMER              skip
#define NOTIFY                      waiting = false
#define SECTION_BEGIN               in_section = true; preempted = false
#define SECTION_END                 in_section = false; preempted = false

#ifdef NO_ROLL_BACK
#define WAIT_BLOCKS                 true
#else
#define WAIT_BLOCKS                 !preempted
#endif

#define WAIT                                                                            \
    atomic { waiting = WAIT_BLOCKS; in_section = false; preempted = false };            \
    !waiting

#include "handshake.pml"

init {
    atomic {
        run Consumer();
        run Producer(0);
        run Producer(1)
    }
}
