// SPDX-License-Identifier: BSD-2-Clause
//
// Changing what a thread is: one function for each field of THREAD_CONTROL.
#include "call.h"
#include "sched.h"
#include "time.h"

#define BREAKPOINT_RESERVED 0xffffffff0000fc00ull // bits of DR7 that are not a user's
#define BREAKPOINT_ONES     0x400ull              // DR7 bit 10 is always set
#define BREAKPOINT_IO       2                     // type of a breakpoint
#define SLICE_US_MIN        100
#define SLICE_US_MAX        1000000

static enum l4_status set_priority(struct thread *caller, struct thread *thread, uint64_t value)
{
    if (value > caller->space->greatest_priority || value > thread->space->greatest_priority)
        return L4_STATUS_PRIORITY;
    bool queued = thread->run.next;
    ready_remove(thread);
    thread->priority = (uint8_t)value;
    if (queued)
        ready_append(thread);
    this_cpu()->reschedule = true;
    return L4_STATUS_OK;
}

// Keeps a copy of a thread handle in the kernel: pager, handler or watcher. Slot 0: none.
static enum l4_status set_partner(struct thread *caller, struct handle *place, uint64_t slot,
                                  uint32_t rights)
{
    enum l4_status status = L4_STATUS_OK;
    struct handle *source = slot ? call_handle(caller, slot, L4_KIND_THREAD, rights, &status) : 0;
    if (status != L4_STATUS_OK)
        return status;
    if (source && derivation_depth(&source->tree) == DERIVATION_DEPTH)
        return L4_STATUS_ARGUMENT;
    if (place->kind != HANDLE_KIND_NONE && !handle_close_step(place))
        return L4_STATUS_AGAIN;
    place->table = 0;
    return source ? handle_pass(source, place, false, source->rights) : L4_STATUS_OK;
}

static enum l4_status set_fpu(struct thread *thread, uint64_t value)
{
    struct cpu *cpu = this_cpu();
    struct fpu_state *state = thread->fpu_state;
    if (value && !state) {
        state = slab_alloc(&thread->space->fpus);
        if (!state)
            return L4_STATUS_QUOTA;
        zero_words(state, sizeof *state / 8);
        state->control = 0x37f;
        state->mxcsr = 0x1f80;
    } else if (!value && state) {
        if (cpu->fpu_owner == thread)
            cpu->fpu_owner = 0;
        slab_free(state);
        state = 0;
    }
    thread->fpu_state = state;
    if (thread == cpu->current)
        sched_lock_fpu(true);
    thread_update_special(thread);
    return L4_STATUS_OK;
}

static enum l4_status set_breakpoints(struct thread *thread, uint64_t value)
{
    value &= ~BREAKPOINT_RESERVED;
    for (unsigned i = 0; i < 4; i++)
        if ((value >> (16 + 4 * i) & 3) == BREAKPOINT_IO)
            return L4_STATUS_ARGUMENT;
    thread->breakpoint_control = value & 0xff ? value | BREAKPOINT_ONES : 0;
    thread_update_special(thread);
    if (thread == this_cpu()->current)
        sched_load_breakpoints(thread);
    return L4_STATUS_OK;
}

static enum l4_status set_stop(struct thread *thread, uint64_t value)
{
    thread->stop = value;
    thread_update_special(thread);
    if (value && thread_runnable(thread)) {
        ready_remove(thread);
        thread->state = THREAD_STOPPED;
        this_cpu()->reschedule = true;
    } else if (!value && thread->state == THREAD_STOPPED && !thread->end.wait) {
        thread->state = THREAD_READY;
        ready_append(thread);
    }
    return L4_STATUS_OK;
}

static enum l4_status set_watch(struct thread *caller, struct thread *thread, uint64_t slot,
                                uint64_t bits)
{
    enum l4_status status = set_partner(caller, &thread->watch, slot, L4_RIGHT_NOTIFY);
    if (status == L4_STATUS_OK)
        thread->watch_bits = bits;
    return status;
}

static enum l4_status set_field(struct thread *caller, struct thread *thread, uint64_t field,
                                uint64_t value)
{
    switch (field) {
    case L4_THREAD_PRIORITY:
        return set_priority(caller, thread, value);
    case L4_THREAD_PAGER:
        return set_partner(caller, &thread->pager, value, L4_RIGHT_SEND);
    case L4_THREAD_HANDLER:
        return set_partner(caller, &thread->handler, value, L4_RIGHT_SEND);
    case L4_THREAD_FPU:
        return set_fpu(thread, value);
    case L4_THREAD_WATCH:
        return set_watch(caller, thread, value, *call_word(caller, 0));
    case L4_THREAD_SLICE:
        if (value && (value < SLICE_US_MIN || value > SLICE_US_MAX))
            return L4_STATUS_ARGUMENT;
        thread->slice_ticks = time_ticks(value ? value : DEFAULT_SLICE_US);
        return L4_STATUS_OK;
    case L4_THREAD_DELAY:
        if (value > L4_DELAY_LIMIT_US)
            return L4_STATUS_ARGUMENT;
        thread->delay_ticks = time_ticks(value);
        return L4_STATUS_OK;
    case L4_THREAD_BREAKPOINT0 ... L4_THREAD_BREAKPOINT0 + 3:
        if (value >= L4_USER_END)
            return L4_STATUS_ADDRESS;
        thread->breakpoints[field - L4_THREAD_BREAKPOINT0] = value;
        return L4_STATUS_OK;
    case L4_THREAD_BREAKPOINTS:
        return set_breakpoints(thread, value);
    case L4_THREAD_STOP:
        return set_stop(thread, value);
    case L4_THREAD_STEP:
        thread->registers.flags &= ~FLAG_TRAP;
        if (value)
            thread->registers.flags |= FLAG_TRAP;
        return L4_STATUS_OK;
    default:
        return L4_STATUS_ARGUMENT;
    }
}

unsigned op_thread_control(struct thread *caller)
{
    struct thread *thread = call_object();
    if (thread->ending)
        return L4_STATUS_STATE;
    return set_field(caller, thread, call_second(caller), call_third(caller));
}
