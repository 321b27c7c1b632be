/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Deadlines. A wait with a timeout costs the kernel a timer to be set and taken back, every time,
 * and almost always for nothing: deadlines are far away and move on before they come. So the
 * program's thread waits without timeouts, and a second thread, made when the first deadline is
 * set, sleeps until one and then sets EVENT_TIMER in the pending word.
 *
 * The ticker is woken early only when a deadline comes nearer than the one it sleeps for. One
 * that moved away costs a wake-up in vain. `until` is what it sleeps for: it says "for ever"
 * before it looks at `deadline`, and the program's thread looks at `until` after it wrote
 * `deadline`, so that one of the two sees the other; a notification between look and sleep is
 * kept.
 */
#include "target.h"
#include <idl/root.h>
#include <l4/ipc.h>
#include <l4/thread.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <stdalign.h>
#include <stdatomic.h>

enum { STACK_BYTES = 4096, WAKE = 1 };

#define NEVER UINT64_MAX

static _Atomic uint64_t deadline = NEVER, until = NEVER;
static bool running;
static alignas(16) unsigned char stack[STACK_BYTES];

static _Noreturn void ticker_run(void)
{
    struct l4_message message = {0};
    for (;;) {
        atomic_store(&until, NEVER);
        uint64_t next = atomic_load(&deadline), now = clock_us();
        uint32_t timeout_us = L4_NEVER;
        if (next <= now) {
            /* The program's thread sets the next one. */
            atomic_compare_exchange_strong(&deadline, &next, NEVER);
            l4_notify(start_table->thread_slot, EVENT_TIMER);
        } else if (next != NEVER) {
            timeout_us = next - now < L4_NEVER ? (uint32_t)(next - now) : L4_NEVER - 1;
            atomic_store(&until, next);
        }
        l4_wait_notification(&message, timeout_us);
    }
}

static bool ticker_start(void)
{
    struct l4_thread_state state;
    uint32_t slot = ROOT_SLOT_TICKER;
    enum l4_status status = l4_thread_state(0, &state);
    if (status == L4_STATUS_OK)
        status = l4_thread_create(start_table->space_slot, slot, (unsigned)state.priority, 0, NULL);
    if (status == L4_STATUS_OK)
        status = l4_thread_control(slot, L4_THREAD_PAGER, start_table->vm_slot, 0);
    if (status == L4_STATUS_OK)
        status = l4_thread_start(slot, (uint64_t)ticker_run, (uint64_t)stack + STACK_BYTES - 8, 0);
    if (status != L4_STATUS_OK)
        log_line(NULL, "no thread for deadlines: %s", l4_status_text(status));
    return status == L4_STATUS_OK;
}

void ticker_set(uint64_t deadline_us)
{
    uint64_t next = deadline_us ? deadline_us : NEVER;
    if (next == atomic_load_explicit(&deadline, memory_order_relaxed))
        return;
    atomic_store(&deadline, next);
    if (next >= atomic_load(&until))
        return;
    if (!running)
        running = ticker_start();
    else
        l4_notify(ROOT_SLOT_TICKER, WAKE);
}
