// SPDX-License-Identifier: BSD-2-Clause
//
// Threads: state, registers, partners.
//
// Whether a thread receives is said by one word, `wait`, so that the fast paths test and change a
// single place; everything else a thread may be is in `state`, which counts only while `wait` is
// WAIT_NONE. A running thread is on no queue. `wait` holds one of the values below or the address
// of the thread that is waited for, with WAIT_SLOW_BIT where the fast paths must keep off because
// the thread has special state to switch.
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include <abi/operation.h>
#include <abi/status.h>
#include <abi/utcb.h>

#include "frames.h"
#include "handle_table.h"
#include "layout.h"
#include "runqueue.h"
#include "timerqueue.h"

// Registers as the entry code pushes them.
struct registers {
    uint64_t r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
    uint64_t vector;
    uint64_t error;
    uint64_t ip, cs, flags, sp, ss;
};

enum endpoint_type { ENDPOINT_THREAD, ENDPOINT_IRQ };

// What can send: a thread, or the virtual thread of an attached interrupt.
struct endpoint {
    struct object object; // handles to a thread
    struct object reply;  // the handle of a saved reply, at most one
    uint64_t wait;
    struct thread *partner; // who owes us an answer, or whom we are queued at
    struct link queued;     // at the partner
    uint64_t label;         // of the message we are sending
    enum endpoint_type type;
    uint32_t spare;
};

// As THREAD_STATE reports it; what waits is reported by `wait`.
enum thread_state {
    THREAD_NEW = L4_THREAD_IS_NEW, // zero, as all is of a thread that was created
    THREAD_READY = L4_THREAD_IS_READY,
    THREAD_SENDING = L4_THREAD_IS_SENDING,
    THREAD_STOPPED = L4_THREAD_IS_STOPPED,
    THREAD_FAULTED = L4_THREAD_IS_FAULTED,
    THREAD_ENDING,
};

// What a thread is sending, beside ordinary messages.
enum kernel_message { MESSAGE_USER, MESSAGE_PAGE_FAULT, MESSAGE_EXCEPTION, MESSAGE_START };

// As the processor saves it; what is named is not zero in the beginning.
struct fpu_state {
    _Alignas(16) uint16_t control;
    uint16_t spare[11];
    uint32_t mxcsr;
    uint32_t rest[121];
};

struct thread {
    struct endpoint end;
    struct registers registers; // ends aligned to 16: interrupts push here
    uint64_t bits;              // notification
    uint64_t ticks;             // time spent; while running: minus the time at which it began
    uint32_t attention;
    uint8_t priority;
    uint8_t state;
    uint8_t message;  // enum kernel_message
    uint16_t io_base; // of the task segment while it runs: ports open or not
    bool stop;        // when next in user code
    bool ending;
    struct link run; // on the run queue
    struct link *senders;
    uint64_t delay_ticks;
    uint64_t delay_end; // of the delay in use, 0: none
    uint64_t breakpoints[4];
    uint64_t breakpoint_control;
    struct irq_attachment *attachments;
    struct fpu_state *fpu_state; // null: it may not use the FPU
    uint64_t fault_address;

    // Not cleared at creation: set then, or before use, or as the last thread had to leave it.
    struct endpoint *caller; // whom we owe an answer; never null, `nobody` if none
    struct handle *slots;    // the space's handle table
    uint64_t slot_count;
    uint64_t fast_count; // the same, but 0 while special
    uint64_t cr3;
    struct l4_utcb *utcb;
    uint64_t fs_base; // the UTCB's address for the user
    uint64_t timeout; // TSC at which it stops waiting, all ones: never; counts only while it waits
    struct space *space;
    struct timer timer; // see time.h; deadline of all ones while not queued
    struct link in_space;
    uint64_t slice_ticks;
    uint64_t fault_access; // page fault: access, exception: error
    uint64_t watch_bits;
    struct handle pager; // these three: kind and rights only
    struct handle handler;
    struct handle watch;
} __attribute__((aligned(L4_UTCB_BYTES)));

// Threads and their UTCBs, in a frame each.
#define THREADS_PER_GROUP  4
#define THREAD_GROUP_ORDER 1
struct thread_group {
    struct thread threads[THREADS_PER_GROUP];
    struct l4_utcb utcbs[THREADS_PER_GROUP];
};

_Static_assert(sizeof(struct thread_group) == FRAME_BYTES << THREAD_GROUP_ORDER, "two frames");
_Static_assert((__builtin_offsetof(struct thread, registers) + sizeof(struct registers)) % 16 == 0,
               "the processor aligns its stack to 16");

extern struct endpoint nobody;

static inline struct thread *thread_of(struct endpoint *end)
{
    return (struct thread *)end;
}

// What a thread waits for: WAIT_… or whom.
static inline uint64_t thread_wait(const struct thread *thread)
{
    return thread->end.wait & ~(uint64_t)WAIT_SLOW_BIT;
}

static inline bool thread_runnable(const struct thread *thread)
{
    return thread->end.wait == WAIT_NONE && thread->state == THREAD_READY;
}

// Creates a thread in a space; not started. Charged to the space. Null with the reason in `status`.
struct thread *thread_new(struct space *space, uint8_t priority, enum l4_status *status);

// Sets the registers of a thread that begins.
void thread_enter(struct thread *thread, uint64_t ip, uint64_t sp, uint64_t argument);

// One bounded step of ending a thread; true when it is gone. `handle` is the one by which it was
// named, if any: it goes last, so that the call can be repeated. A thread that ends itself goes on
// running, repeating its call; others stop at the first step.
bool thread_end_step(struct thread *thread, struct handle *handle);

// Ends a thread that has no way on: logs, tells its watcher, keeps its registers.
void thread_fault(struct thread *thread, const char *why);

// Works out what follows from FPU and breakpoints for the fast paths.
void thread_update_special(struct thread *thread);

#endif
