/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The event loop of a program: one thread, one wait, all component instances.
 *
 * The program's pending word holds the event bits of all its instances. Notifications from other
 * programs and local wake-ups both end in it. Dispatching takes an instance's bits out before
 * calling it, so that bits set meanwhile lead to another call. Instances are called in the order of
 * the table, round after round, until no bit is left: a batch passes through all of them before the
 * first is asked for more. Then the thread waits, acknowledging an interrupt or answering a call in
 * the same system call.
 */
#ifndef RT_LOOP_H
#define RT_LOOP_H

#include <rt/component.h>

struct program {
    const char *name;
    struct instance *instances; /* with at most 64 links in total */
    unsigned instance_count;
    volatile uint64_t pending;
};

/* Allocates states and starts all instances in order. False if one would not start. */
bool program_start(struct program *program);

/* Runs everything that is due now: expired deadlines, pending events, sleep hooks. Returns the
 * earliest deadline, or 0. */
uint64_t program_dispatch(struct program *program);

/* The loop itself: dispatch, wait, for ever. Not on the host, where tests call program_dispatch. */
_Noreturn void program_run(struct program *program);

#endif
