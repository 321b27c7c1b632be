// SPDX-License-Identifier: BSD-2-Clause
//
// Threads: creation, control, end.
#include "thread.h"

#include <abi/fault.h>

#include "call.h"
#include "fault.h"
#include "handle.h"
#include "ipc.h"
#include "irq.h"
#include "layout.h"
#include "log.h"
#include "memory.h"
#include "ports.h"
#include "sched.h"
#include "time.h"
#include "x86.h"

#define END_STEPS 16

// Memory for the UTCBs of four threads, all free.
static void *utcb_frame_make(struct space *space, unsigned frame, enum l4_status *status)
{
    void *memory = space_alloc(space, 0, status);
    if (!memory)
        return 0;
    zero_words(memory, FRAME_BYTES / 8);
    space->utcb_frames[frame] = memory;
    space->system_table[1 + frame] = physical_of(memory) | PAGE_PRESENT | PAGE_WRITE | PAGE_USER |
                                     PAGE_ACCESSED | PAGE_DIRTY | PAGE_NX;
    return memory;
}

// A place for a UTCB in the space; null with the reason in `status`. What the last thread of this
// space left in words and items is no secret to the next.
static struct l4_utcb *utcb_take(struct space *space, unsigned *slot, enum l4_status *status)
{
    unsigned word = 0;
    while (word < SPACE_THREADS_MAX / 64 && !~space->utcb_slots[word])
        word++;
    *status = L4_STATUS_QUOTA;
    if (word == SPACE_THREADS_MAX / 64)
        return 0;
    unsigned bit = (unsigned)__builtin_ctzll(~space->utcb_slots[word]);
    *slot = word * 64 + bit;
    struct l4_utcb *first = space->utcb_frames[*slot / THREADS_PER_FRAME];
    if (!first)
        first = utcb_frame_make(space, *slot / THREADS_PER_FRAME, status);
    if (!first)
        return 0;
    space->utcb_slots[word] |= 1ull << bit;
    struct l4_utcb *utcb = first + *slot % THREADS_PER_FRAME;
    zero_words(&utcb->window_base, L4_UTCB_READ_BYTES / 8);
    return utcb;
}

// The frame stays for the next thread; the space's end gives it back.
static void utcb_give(struct space *space, unsigned slot)
{
    space->utcb_slots[slot / 64] &= ~(1ull << slot % 64);
}

void thread_update_special(struct thread *thread)
{
    bool special = thread->fpu || thread->breakpoint_control || thread->stop;
    thread->attention &= ~(uint32_t)ATTENTION_SPECIAL;
    if (special)
        thread->attention |= ATTENTION_SPECIAL;
    thread->fast_count = special ? 0 : thread->slot_count;
    if (special && thread->end.wait)
        thread->end.wait |= WAIT_SLOW_BIT;
}

enum l4_status thread_new(struct space *space, uint8_t priority, struct thread **result)
{
    enum l4_status status;
    unsigned slot;
    struct l4_utcb *utcb = utcb_take(space, &slot, &status);
    if (!utcb)
        return status;
    struct thread *thread = slab_alloc(&space->threads);
    if (!thread) {
        utcb_give(space, slot);
        return L4_STATUS_QUOTA;
    }
    zero_words(thread, __builtin_offsetof(struct thread, caller) / 8);
    thread->registers.cs = SELECTOR_USER_CODE;
    thread->registers.ss = SELECTOR_USER_DATA;
    thread->registers.flags = FLAG_ALWAYS | FLAG_INTERRUPT;
    thread->registers.vector = ENTERED_BY_SYSCALL;
    thread->priority = priority;
    thread->state = THREAD_NEW;
    thread->io_base = ports_base(space);
    thread->utcb_slot = (uint16_t)slot;
    thread->caller = &nobody;
    thread->slots = space->table.slots;
    thread->slot_count = space->table.slot_count;
    thread->fast_count = thread->slot_count;
    thread->cr3 = space->cr3;
    thread->utcb = utcb;
    thread->fs_base = L4_UTCB_FIRST + (uint64_t)slot * L4_UTCB_BYTES;
    utcb->self = (struct l4_utcb *)thread->fs_base;
    thread->space = space;
    thread->timer.deadline = UINT64_MAX;
    thread->timer.rank = 0;
    thread->slice_ticks = time_default_slice;
    thread->pager.kind = HANDLE_KIND_NONE;
    thread->handler.kind = HANDLE_KIND_NONE;
    thread->watch.kind = HANDLE_KIND_NONE;
    list_append(&space->members, &thread->in_space);
    space->thread_count++;
    *result = thread;
    return L4_STATUS_OK;
}

void thread_enter(struct thread *thread, uint64_t ip, uint64_t sp, uint64_t argument)
{
    thread->registers.ip = ip;
    thread->registers.sp = sp;
    thread->registers.di = argument;
    thread->registers.si = thread->fs_base;
}

static void tell_watcher(const struct thread *thread)
{
    if (thread->watch.kind != HANDLE_KIND_NONE)
        notify((struct thread *)thread->watch.object, thread->watch_bits & thread->watch.mask);
}

void thread_fault(struct thread *thread, const char *why)
{
    struct cpu *cpu = this_cpu();
    if (thread->ending)
        return;
    thread->end.wait = WAIT_NONE;
    thread->message = MESSAGE_USER;
    thread->state = THREAD_FAULTED;
    if (thread == cpu->current)
        cpu->reschedule = true;
    log_registers(&thread->registers, thread->fault_address, why);
    tell_watcher(thread);
}

// First step of the end: stops it for good and tells whoever watches.
static void thread_end_begin(struct thread *thread)
{
    struct cpu *cpu = this_cpu();
    bool faulted = thread->state == THREAD_FAULTED; // and told already
    thread->ending = true;
    ipc_abort(thread, L4_STATUS_CANCELLED);
    if (cpu->fpu_owner == thread)
        cpu->fpu_owner = 0;
    if (!faulted)
        tell_watcher(thread);
}

static void thread_free(struct thread *thread)
{
    struct space *space = thread->space;
    if (thread == this_cpu()->current)
        sched_leave();
    time_forget(thread);
    list_remove(&space->members, &thread->in_space);
    space->thread_count--;
    utcb_give(space, thread->utcb_slot);
    if (thread->fpu_state)
        slab_free(thread->fpu_state);
    slab_free(thread);
}

bool thread_end_step(struct thread *thread, struct handle *handle)
{
    if (!thread->ending)
        thread_end_begin(thread);
    if (thread != this_cpu()->current) {
        // It may have got into a new message since it began to end itself.
        ipc_abort(thread, L4_STATUS_CANCELLED);
        ready_remove(thread);
        thread->state = THREAD_ENDING;
    }
    struct handle *kept[] = {&thread->pager, &thread->handler, &thread->watch};
    for (unsigned i = 0; i < 3; i++)
        if (kept[i]->kind != HANDLE_KIND_NONE && !handle_close_step(kept[i]))
            return false;
    if (!handle_end_step(&thread->end.object, handle))
        return false;
    for (unsigned i = 0; i < END_STEPS; i++)
        if (ipc_end_step(thread))
            break;
    if (thread->senders)
        return false;
    irq_detach_all(thread);
    handle_end_step(&thread->end.object, 0);
    thread_free(thread);
    return true;
}

unsigned op_thread_create(struct thread *caller)
{
    struct space *space = call_space(caller);
    struct handle *slot = call_free_slot(caller, call_second(caller));
    if (!slot)
        return L4_STATUS_SLOT;
    uint64_t priority = call_third(caller);
    if (priority > space->greatest_priority || priority > caller->space->greatest_priority)
        return L4_STATUS_PRIORITY;
    struct thread *thread;
    enum l4_status status = thread_new(space, (uint8_t)priority, &thread);
    if (status != L4_STATUS_OK)
        return status;
    handle_create(slot, &thread->end.object, L4_KIND_THREAD, L4_RIGHT_ALL, *call_word(caller, 0),
                  ~0ull);
    *call_word(caller, 0) = thread->fs_base;
    return L4_STATUS_OK;
}

unsigned op_thread_start(struct thread *caller)
{
    struct thread *thread = call_object(caller);
    uint64_t ip = *call_word(caller, 0);
    if (thread->state != THREAD_NEW)
        return L4_STATUS_STATE;
    if (ip >= L4_USER_END)
        return L4_STATUS_ADDRESS;
    // Before its pager is asked: from here on it is not new, whatever it waits for.
    thread->state = THREAD_READY;
    if (ip == 0) {
        fault_start(thread);
        return L4_STATUS_OK;
    }
    thread_enter(thread, ip, *call_word(caller, 1), *call_word(caller, 2));
    ready_append(thread);
    return L4_STATUS_OK;
}

static unsigned reported_state(const struct thread *thread)
{
    if (thread->end.wait == WAIT_NONE)
        return thread->state == THREAD_ENDING ? THREAD_FAULTED : thread->state;
    return thread_wait(thread) == WAIT_REPLY ? L4_THREAD_IS_CALLING : L4_THREAD_IS_RECEIVING;
}

unsigned op_thread_state(struct thread *caller)
{
    struct thread *thread = call_first(caller) ? call_object(caller) : caller;
    *call_word(caller, 0) = thread->ticks + (thread == this_cpu()->current ? rdtsc() : 0);
    *call_word(caller, 1) = reported_state(thread);
    *call_word(caller, 2) = thread->priority;
    *call_word(caller, 3) = thread->registers.ip;
    *call_word(caller, 4) = thread->registers.sp;
    *call_word(caller, 5) = thread->utcb->preempted;
    return L4_STATUS_OK;
}

unsigned op_thread_cancel(struct thread *caller)
{
    struct thread *thread = call_object(caller);
    uint64_t ip = call_second(caller), sp = call_third(caller);
    if (ip >= L4_USER_END)
        return L4_STATUS_ADDRESS;
    if (thread->state == THREAD_NEW || thread->ending)
        return L4_STATUS_STATE;
    ipc_abort(thread, L4_STATUS_CANCELLED);
    if (ip) {
        thread->registers.ip = ip;
        thread->registers.sp = sp;
    }
    if (ip && thread->state == THREAD_FAULTED) {
        thread->state = THREAD_READY;
        ready_append(thread);
    }
    return L4_STATUS_OK;
}

unsigned op_thread_delete(struct thread *caller)
{
    struct thread *thread = call_object(caller);
    if (thread == caller)
        return op_thread_exit(caller);
    struct handle *handle = &caller->slots[call_first(caller)];
    return thread_end_step(thread, handle) ? L4_STATUS_OK : L4_STATUS_AGAIN;
}

unsigned op_thread_exit(struct thread *caller)
{
    return thread_end_step(caller, 0) ? STATUS_BLOCKED : STATUS_RESTART;
}
