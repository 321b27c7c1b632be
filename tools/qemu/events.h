/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timers of our devices on the virtual clock.
 *
 * With `-icount sleep=off` and an idle guest QEMU skips to the earliest deadline as soon as any
 * timer is changed, also while a callback is running that has not yet said what it waits for next:
 * that deadline would be missed. And each skip costs several switches between QEMU's main thread
 * and the thread of the virtual CPU: at a gigabit's full rate they took more time than everything
 * else together. So in virtual time all work is done by the virtual CPU's thread, with the clock
 * held, and that thread goes from deadline to deadline by itself until the guest has something to
 * do. What happens at which virtual time does not depend on it.
 */
#ifndef TOOLS_QEMU_EVENTS_H
#define TOOLS_QEMU_EVENTS_H

#include "tools/qemu/compat.h"

#define EVENT_NEVER INT64_MAX

struct event_timer;

/* What is to be done at the deadline, with QEMU's lock held. Nothing is waited for afterwards
 * unless it calls event_timer_set(). It may come early, after a deadline that was replaced. */
typedef void (*event_work)(void *context);

struct event_timer *event_timer_create(event_work work, void *context);
void event_timer_free(struct event_timer *timer);
/* Replaces the deadline the timer had. */
void event_timer_set(struct event_timer *timer, int64_t at_ns);

#endif
