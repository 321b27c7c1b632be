/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files of this folder share: the start table, the heap.
 */
#ifndef RT_TARGET_H
#define RT_TARGET_H

#include <interface/endpoint.h>
#include <rt/loop.h>
#include <rt/start.h>
#include <stddef.h>
#include <stdint.h>

/* Root's table; root writes into it while the program runs. */
extern const volatile struct start_table *start_table;

/* Where malloc gets its memory from. Before the first allocation. */
void heap_set(uintptr_t base, size_t length_bytes);

/* Reads the scale between the time-stamp counter and microseconds from the information page. */
void clock_start(void);

/* Brings the program's links up to date with the start table: closes those that ended, opens new
   ones. */
void sessions_update(struct program *program);

/* The start table's count of changes when it was last read. */
extern uint32_t sessions_changes;

/* Where root.idl is served. Root receives at once. */
static inline struct endpoint root_endpoint(void)
{
    return (struct endpoint){.handle = start_table->root_slot};
}

/* From now on wake-ups are put off until a wait. */
void wake_loop_runs(void);

/* The handle of the thread that the next wait is to notify, 0: none. `before` is one that an
   earlier wait, which was rolled back, did not notify. */
uint32_t wake_next(uint32_t before);

/* Has EVENT_TIMER set in the program's notification bits when the time has come; 0: no more.
   Another call takes the place of the last. */
void ticker_set(uint64_t deadline_us);

#endif
