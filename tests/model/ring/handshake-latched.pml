/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section-latched.c: several CPUs, and a kernel that keeps a notification of a thread that does not wait.
 *
 * A store waits in the CPU's buffer and reaches memory at any later time. The buffers here may even
 * empty out of order between different words, which is weaker than what x86 does: what holds here
 * holds there. Two stores to one word leave one pending value; the older one has either reached
 * memory before or nobody sees it.
 */
byte produced[2] = 6, consumed[2] = 6, sleep[2] = 0;

byte produced_buffer[2], consumed_buffer[2], sleep_buffer[2];
bool produced_pending[2], consumed_pending[2], sleep_pending[2];

bool latched;

#define STEP_PRODUCER(r)            skip
#define STEP_CONSUMER               skip
#define WRITE_PRODUCED(r, value)    produced_buffer[r] = value; produced_pending[r] = true
#define WRITE_CONSUMED(r, value)    consumed_buffer[r] = value; consumed_pending[r] = true
#define WRITE_SLEEP(r, value)       sleep_buffer[r] = value; sleep_pending[r] = true
#define NOTIFY                      latched = true
#define SECTION_BEGIN               skip
#define SECTION_END                 skip
#define WAIT                        atomic { latched -> latched = false }

#ifdef NO_PRODUCER_FENCE
#define FENCE_PRODUCER(r)           skip
#else
#define FENCE_PRODUCER(r)           !produced_pending[r]
#endif

#ifdef NO_CONSUMER_FENCE
#define FENCE_CONSUMER              skip
#else
#define FENCE_CONSUMER                                                                  \
    !sleep_pending[0] && !sleep_pending[1] && !consumed_pending[0] && !consumed_pending[1]
#endif

#include "handshake.pml"

proctype StoreBuffer(byte r)
{
end:
    do
    :: d_step {
           produced_pending[r] -> produced[r] = produced_buffer[r]; produced_pending[r] = false;
           produced_buffer[r] = 0
       }
    :: d_step {
           consumed_pending[r] -> consumed[r] = consumed_buffer[r]; consumed_pending[r] = false;
           consumed_buffer[r] = 0
       }
    :: d_step {
           sleep_pending[r] -> sleep[r] = sleep_buffer[r]; sleep_pending[r] = false;
           sleep_buffer[r] = 0
       }
    od
}

init {
    atomic {
        run Consumer();
        run Producer(0);
        run Producer(1);
        run StoreBuffer(0);
        run StoreBuffer(1)
    }
}
