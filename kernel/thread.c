// SPDX-License-Identifier: BSD-2-Clause
//
// Threads: creation, control, end.
#include "thread.h"

#include <abi/fault.h>

#include "ipc.h"
#include "irq.h"
#include "log.h"
#include "memory.h"
#include "sched.h"
#include "time.h"

#define END_STEPS 16

static void thread_put(struct space *space, struct thread *thread)
{
    thread->in_space.next = space->free_threads;
    space->free_threads = &thread->in_space;
}

// Memory for a few more threads of a space, which stays there until the space ends. What is set
// here is so again whenever a thread is put back. False, with the reason in `status`, if it fails.
static bool group_make(struct space *space, enum l4_status *status)
{
    *status = L4_STATUS_QUOTA;
    if (space->group_count == SPACE_GROUPS)
        return false;
    struct thread_group *group = space_alloc(space, THREAD_GROUP_ORDER, status);
    if (!group)
        return false;
    zero_words(group, sizeof *group / 8);
    uint64_t address = L4_UTCB_FIRST + space->group_count * sizeof group->utcbs;
    space->groups[space->group_count++] = group;
    space->system_table[space->group_count] = physical_of(group->utcbs) | PAGE_PRESENT |
                                              PAGE_WRITE | PAGE_USER | PAGE_ACCESSED | PAGE_DIRTY |
                                              PAGE_NX;
    for (unsigned i = THREADS_PER_GROUP; i-- > 0;) {
        struct thread *thread = &group->threads[i];
        thread->caller = &nobody;
        thread->slots = space->table.slots;
        thread->slot_count = space->table.slot_count;
        thread->cr3 = space->cr3;
        thread->utcb = &group->utcbs[i];
        thread->fs_base = address + i * L4_UTCB_BYTES;
        thread->space = space;
        thread->timer.deadline = UINT64_MAX;
        thread_put(space, thread);
    }
    return true;
}

void thread_update_special(struct thread *thread)
{
    bool special = thread->fpu_state || thread->breakpoint_control || thread->stop;
    thread->attention &= ~(uint32_t)ATTENTION_SPECIAL;
    if (special)
        thread->attention |= ATTENTION_SPECIAL;
    thread->fast_count = special ? 0 : thread->slot_count;
    if (special && thread->end.wait)
        thread->end.wait |= WAIT_SLOW_BIT;
}

struct thread *thread_new(struct space *space, uint8_t priority, enum l4_status *status)
{
    if (!space->free_threads && !group_make(space, status))
        return 0;
    struct thread *thread = CONTAINER_OF(space->free_threads, struct thread, in_space);
    space->free_threads = thread->in_space.next;
    zero_words(thread, __builtin_offsetof(struct thread, caller) / 8);
    thread->registers.cs = SELECTOR_USER_CODE;
    thread->registers.ss = SELECTOR_USER_DATA;
    thread->registers.flags = FLAG_ALWAYS | FLAG_INTERRUPT;
    thread->registers.vector = ENTERED_BY_SYSCALL;
    thread->priority = priority;
    thread->io_base = IO_BASE_NONE;
    thread->fast_count = thread->slot_count;
    thread->slice_ticks = time_default_slice;
    // What the last thread left there is no secret to the next one of the same space.
    zero_words(&thread->utcb->window_base, L4_UTCB_READ_BYTES / 8);
    thread->utcb->self = (struct l4_utcb *)thread->fs_base;
    list_append(&space->members, &thread->in_space);
    space->thread_count++;
    return thread;
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
    log_death(why, &thread->registers, thread->fault_address);
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
    if (thread->fpu_state)
        slab_free(thread->fpu_state);
    thread_put(space, thread);
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
    if (thread->senders || !irq_detach_step(thread))
        return false;
    handle_end_step(&thread->end.object, 0);
    thread_free(thread);
    return true;
}

unsigned op_thread_create(struct thread *caller)
{
    struct space *space = call_object();
    struct handle *slot = call_free_slot(caller, call_second(caller));
    if (!slot)
        return L4_STATUS_SLOT;
    uint64_t priority = call_third(caller);
    if (priority > space->greatest_priority || priority > caller->space->greatest_priority)
        return L4_STATUS_PRIORITY;
    enum l4_status status;
    struct thread *thread = thread_new(space, (uint8_t)priority, &status);
    if (!thread)
        return status;
    handle_create(slot, &thread->end.object, L4_KIND_THREAD, L4_RIGHT_ALL, *call_word(caller, 0),
                  ~0ull);
    *call_word(caller, 0) = thread->fs_base;
    return L4_STATUS_OK;
}

unsigned op_thread_start(struct thread *caller)
{
    struct thread *thread = call_object();
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
    struct thread *thread = call_object() ? call_object() : caller;
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
    struct thread *thread = call_object();
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
    struct thread *thread = call_object();
    if (thread == caller)
        return op_thread_exit(caller);
    struct handle *handle = &caller->slots[call_first(caller)];
    return thread_end_step(thread, handle) ? L4_STATUS_OK : L4_STATUS_AGAIN;
}

unsigned op_thread_exit(struct thread *caller)
{
    return thread_end_step(caller, 0) ? STATUS_BLOCKED : STATUS_RESTART;
}
