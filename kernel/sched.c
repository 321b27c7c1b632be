// SPDX-License-Identifier: BSD-2-Clause
//
// Scheduler and switching.
#include "sched.h"

#include "log.h"
#include "time.h"

struct cpu cpu0;
struct features features;

// A thread that shall stop does so when it would next run.
static bool stays_stopped(struct thread *thread)
{
    if (!thread->stop)
        return false;
    thread->state = THREAD_STOPPED;
    return true;
}

void ready_append(struct thread *thread)
{
    if (stays_stopped(thread))
        return;
    struct cpu *cpu = this_cpu();
    runqueue_append(&cpu->ready, &thread->run, thread->priority);
    if (thread->priority >= cpu->current->priority || cpu->current == &cpu->idle)
        cpu->reschedule = true;
}

void ready_handoff(struct thread *thread)
{
    if (stays_stopped(thread))
        return;
    struct cpu *cpu = this_cpu();
    if (cpu->handoff) {
        ready_append(thread);
        return;
    }
    cpu->handoff = thread;
    cpu->reschedule = true;
}

void ready_remove(struct thread *thread)
{
    struct cpu *cpu = this_cpu();
    if (cpu->handoff == thread)
        cpu->handoff = 0;
    if (!thread->run.next)
        return;
    runqueue_remove(&cpu->ready, &thread->run, thread->priority);
}

void sched_lock_fpu(bool lock)
{
    struct cpu *cpu = this_cpu();
    if (cpu->task_switched == lock)
        return;
    cpu->task_switched = lock;
    write_cr0(lock ? read_cr0() | CR0_SWITCHED : read_cr0() & ~CR0_SWITCHED);
}

void sched_load_breakpoints(const struct thread *thread)
{
    struct cpu *cpu = this_cpu();
    if (!thread->breakpoint_control && !cpu->breakpoints_on)
        return;
    cpu->breakpoints_on = thread->breakpoint_control;
    __asm__ volatile("mov %0, %%dr7" : : "r"(0ull));
    if (!thread->breakpoint_control)
        return;
    __asm__ volatile("mov %0, %%dr0" : : "r"(thread->breakpoints[0]));
    __asm__ volatile("mov %0, %%dr1" : : "r"(thread->breakpoints[1]));
    __asm__ volatile("mov %0, %%dr2" : : "r"(thread->breakpoints[2]));
    __asm__ volatile("mov %0, %%dr3" : : "r"(thread->breakpoints[3]));
    __asm__ volatile("mov %0, %%dr7" : : "r"(thread->breakpoint_control));
}

// What the fast paths never switch.
static void switch_special(struct cpu *cpu, struct thread *next)
{
    sched_lock_fpu(!next->fpu_state || cpu->fpu_owner != next);
    sched_load_breakpoints(next);
}

static void switch_to(struct cpu *cpu, struct thread *next)
{
    struct thread *previous = cpu->current;
    uint32_t special = (previous->attention | next->attention) & ATTENTION_SPECIAL;
    uint64_t now = rdtsc();
    previous->ticks += now;
    next->ticks -= now;
    cpu->current = next;
    // Idle leaves loaded what is: whoever runs next is compared with the last one that could have
    // used special state.
    if (next == &cpu->idle) {
        next->attention |= special;
        return;
    }
    cpu->idle.attention = 0;
    if (special)
        switch_special(cpu, next);
    if (next->cr3 != cpu->cr3) {
        cpu->cr3 = next->cr3;
        write_cr3(next->cr3);
    }
    cpu->task.io_base = next->io_base;
    cpu->task.sp0 = (uint64_t)(&next->registers + 1);
    wrmsr(MSR_FS_BASE, next->fs_base);
}

void sched_roll_back(struct thread *thread)
{
    const struct l4_utcb *utcb = thread->utcb;
    uint64_t ip = thread->registers.ip, at = utcb->restart_at;
    if (thread->registers.vector != ENTERED_BY_SYSCALL && ip >= utcb->restart_begin &&
        ip < utcb->restart_end && at < L4_USER_END)
        thread->registers.ip = at;
}

// The running thread has to make place although it could go on. Returns false if it asked for delay
// and still may have it.
static bool preempt(struct thread *thread)
{
    struct l4_utcb *utcb = thread->utcb;
    if (utcb->delay && thread->delay_ticks) {
        uint64_t now = rdtsc();
        if (!thread->delay_end) {
            thread->delay_end = now + thread->delay_ticks;
            timer_need(thread->delay_end);
        }
        if (now < thread->delay_end) {
            utcb->delay_pending = 1;
            return false;
        }
    }
    thread->delay_end = 0;
    runqueue_prepend(&this_cpu()->ready, &thread->run, thread->priority);
    thread->utcb->preempted++;
    sched_roll_back(thread);
    return true;
}

static void start_slice(struct cpu *cpu, struct thread *thread)
{
    if (cpu->ready.top != thread->priority) {
        cpu->slice_end = 0;
        return;
    }
    if (!cpu->slice_end) {
        cpu->slice_end = rdtsc() + thread->slice_ticks;
        timer_need(cpu->slice_end);
    }
}

static struct thread *take_first(struct cpu *cpu)
{
    struct link *link = runqueue_first(&cpu->ready);
    if (!link)
        return &cpu->idle;
    struct thread *thread = CONTAINER_OF(link, struct thread, run);
    ready_remove(thread);
    return thread;
}

void schedule(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *current = cpu->current;
    struct thread *next = cpu->handoff;
    cpu->reschedule = false;
    cpu->handoff = 0;
    bool runnable = current != &cpu->idle && thread_runnable(current) && !current->run.next;
    if (runnable && (!next || next->priority <= current->priority) &&
        cpu->ready.top <= current->priority) {
        if (next)
            ready_append(next);
        cpu->reschedule = false;
        // Whom it kept waiting is gone, unless that is its equal.
        if (current->delay_end != cpu->slice_end)
            current->delay_end = 0;
        start_slice(cpu, current);
        return;
    }
    if (!runnable)
        current->delay_end = 0;
    if (runnable && !preempt(current)) {
        if (next && !stays_stopped(next))
            runqueue_prepend(&cpu->ready, &next->run, next->priority);
        cpu->reschedule = false;
        return;
    }
    if (next && cpu->ready.top > next->priority) {
        ready_append(next);
        next = 0;
    }
    if (!next)
        next = take_first(cpu);
    cpu->slice_end = 0;
    switch_to(cpu, next);
    if (next != &cpu->idle)
        start_slice(cpu, next);
    cpu->reschedule = false;
}

void sched_yield(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *current = cpu->current;
    cpu->slice_end = 0;
    current->delay_end = 0;
    if (cpu->ready.top < current->priority)
        return;
    ready_append(current);
    cpu->reschedule = true;
}

void sched_leave(void)
{
    struct cpu *cpu = this_cpu();
    switch_to(cpu, &cpu->idle);
    cpu->reschedule = true;
}

void sched_tick(uint64_t now)
{
    struct cpu *cpu = this_cpu();
    struct thread *current = cpu->current;
    if (cpu->slice_end && now >= cpu->slice_end) {
        cpu->slice_end = 0;
        bool shared = current != &cpu->idle && cpu->ready.top == current->priority;
        if (shared && preempt(current)) {
            // preempt() put it first; its slice is over, so it goes last.
            runqueue_rotate(&cpu->ready, current->priority);
        } else if (shared) {
            cpu->slice_end = current->delay_end;
        }
    }
    cpu->reschedule = true;
}

void timer_need(uint64_t deadline)
{
    struct cpu *cpu = this_cpu();
    if (deadline >= cpu->timer_deadline)
        return;
    cpu->timer_deadline = deadline;
    time_arm(deadline);
}

void timer_update(void)
{
    struct cpu *cpu = this_cpu();
    cpu->timer_deadline = UINT64_MAX;
    timer_need(timerqueue_deadline(&cpu->timers));
    timer_need(log_due);
    if (cpu->slice_end)
        timer_need(cpu->slice_end);
    if (cpu->current->delay_end)
        timer_need(cpu->current->delay_end);
}

void sched_init(void)
{
    struct cpu *cpu = this_cpu();
    cpu->current = &cpu->idle;
    cpu->idle.registers.vector = ENTERED_NEVER;
    cpu->idle.caller = &nobody;
    cpu->idle.state = THREAD_STOPPED;
    cpu->idle.ticks -= rdtsc();
    cpu->ready.top = -1;
    cpu->timer_deadline = UINT64_MAX;
    sched_lock_fpu(true);
}
