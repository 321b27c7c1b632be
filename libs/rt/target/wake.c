/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waking the end of a link that lives in another program. A handle that went with the other end's
 * death is nobody's error.
 *
 * While the loop runs, the last notification of a turn is put off until the wait that ends the turn
 * and travels with it in one system call: a thread that wakes a more important one would otherwise
 * be displaced only to find, when it runs again, that all it has left to do is to wait. A handle
 * for waking a link allows that link's one bit, so the bits need not be remembered.
 */
#include "target.h"
#include <l4/ipc.h>
#include <ring/wake.h>

/* Handle; 0: none. NOT_NOW: the loop does not run. */
#define NOT_NOW UINT32_MAX

static uint32_t put_off = NOT_NOW;

void wake_loop_runs(void)
{
    put_off = 0;
}

/* For a turn that wakes several threads, or a wait that was rolled back. Not inline: the way into
   the kernel needs more registers than the usual wake-up. */
static __attribute__((noinline, cold)) void notify_now(uint32_t thread, uint64_t bits)
{
    l4_notify(thread, bits);
}

uint32_t wake_next(uint32_t before)
{
    uint32_t thread = put_off;
    put_off = 0;
    if (!thread)
        return before;
    if (before && before != thread)
        notify_now(before, UINT64_MAX);
    return thread;
}

static __attribute__((noinline, cold)) void wake_another(uint32_t thread, uint64_t bits)
{
    uint32_t before = put_off;
    if (before == NOT_NOW) {
        notify_now(thread, bits);
    } else if (before != thread) {
        put_off = thread;
        notify_now(before, UINT64_MAX);
    }
}

void ring_wake_remote(uint32_t thread, uint64_t bits)
{
    if (__builtin_expect(put_off == 0, 1))
        put_off = thread;
    else
        wake_another(thread, bits);
}
