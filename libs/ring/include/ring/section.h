/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The moment between the last look at the rings and the block. Two answers, chosen when a program
 * is linked:
 *
 *   section-latched.c  (library ring, unless another is named)
 *                      A notification of a thread that does not wait is kept by the kernel, and its
 *                      next wait returns at once. Right on any number of CPUs.
 *
 *   section-preempt.c  (library ring-preempt)
 *                      The sequence "say, look, block" asks not to be preempted. On one CPU no
 *                      producer runs in between then. The kernel grants that for a bounded time
 *                      only; a thread that was preempted all the same learns of it, even if it
 *                      happened just before the system call, and then the wait does not block: the
 *                      sequence is rolled back, and the consumer looks again from the start.
 *
 * A consumer that looks only once (ring_arm_look) needs the first of the kernel, whichever of the
 * two it is linked with.
 *
 *     ... serve all rings until they are empty, say that we sleep, look again ...
 *     if (ring_section_begin())
 *         ... say and look once more, inside the section ...
 *     if (!ring_section_wait(wait, notify, &answer, &message, &status))
 *         ... rolled back: from the start ...
 */
#ifndef RING_SECTION_H
#define RING_SECTION_H

#include <l4/ipc.h>
#include <stdbool.h>

/* Begins the section. True: the rings have to be looked at in it. */
bool ring_section_begin(void);

/*
 * Ends the section with one system call: notifies the thread behind the handle `notify` (0: nobody)
 * with all bits that it allows, answers what is owed (`answer`; null: nothing is owed for a call)
 * and waits as `wait` says (L4_WAIT_SPEC). False: rolled back, nobody was notified, nothing sent or
 * received.
 */
bool ring_section_wait(uint64_t wait, l4_handle_t notify, const struct l4_message *answer,
                       struct l4_message *message, enum l4_status *status);

/* Ends the section without a wait. */
void ring_section_end(void);

#endif
