// SPDX-License-Identifier: BSD-2-Clause
//
// Preemption control: for a consumer that wants to say "asleep", look at its rings once more and
// block, without a producer coming in between unnoticed. Two ways, beside notifications, whose bits
// are never lost and which need neither:
//
// - Delay. Between l4_preemption_delay and l4_preemption_allow the thread is not preempted, for at
//   most the time that L4_THREAD_DELAY allows; `preempted` in the UTCB tells whether it lasted too
//   long.
// - Roll back. l4_sleep_restartable does all three steps; if the thread is preempted between the
//   first and the last, it comes back as if something had changed.
#ifndef L4_PREEMPT_H
#define L4_PREEMPT_H

#include <l4/ipc.h>

// Returns the number of preemptions so far, for l4_preemption_allow.
L4_INLINE uint64_t l4_preemption_delay(void)
{
    volatile struct l4_utcb *utcb = l4_utcb();
    utcb->delay = 1;
    __asm__ volatile("" : : : "memory");
    return utcb->preempted;
}

// Ends the delay, making place at once if somebody waits for it. True if the thread was not
// preempted since the number was taken.
L4_INLINE int l4_preemption_allow(uint64_t preempted_before)
{
    volatile struct l4_utcb *utcb = l4_utcb();
    int undisturbed = utcb->preempted == preempted_before;
    __asm__ volatile("" : : : "memory");
    utcb->delay = 0;
    if (utcb->delay_pending) {
        utcb->delay_pending = 0;
        l4_yield(0);
    }
    return undisturbed;
}

// A word that a producer changes when there is something to do, and its value when looked at last.
struct l4_watch {
    const volatile uint64_t *word;
    uint64_t last;
};

// Sets *asleep, compares all words, and waits for a message, interrupt or notification. OK: that
// came, see `message`. AGAIN: a word has changed or the thread was preempted, and it did not wait.
// *asleep is 0 again in both cases. A caller not answered yet gets ABANDONED, as with l4_wait.
enum l4_status l4_sleep_restartable(volatile uint32_t *asleep, const struct l4_watch *watches,
                                    uint64_t count, struct l4_message *message);

// The instructions in which a preemption leads back, for tests.
extern const char l4_sleep_begin[], l4_sleep_end[];

#endif
