/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files of this folder share: heap, clock, wake-ups, deadlines.
 */
#ifndef RT_TARGET_H
#define RT_TARGET_H

#include <rt/loop.h>
#include <rt/root.h>
#include <stddef.h>
#include <stdint.h>

/* Where malloc gets its memory from. Before the first allocation. */
void heap_set(uintptr_t base, size_t length_bytes);

/* Reads the scale between the time-stamp counter and microseconds from the information page. */
void clock_start(void);

/* From now on wake-ups are put off until a wait. */
void wake_loop_runs(void);

/* The handle of the thread that the next wait is to notify, 0: none. `before` is one that an
   earlier wait, which was rolled back, did not notify. */
uint32_t wake_next(uint32_t before);

/* Has EVENT_TIMER set in the program's notification bits when the time has come; 0: no more.
   Another call takes the place of the last. */
void ticker_set(uint64_t deadline_us);

#endif
