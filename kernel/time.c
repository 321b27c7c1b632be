// SPDX-License-Identifier: BSD-2-Clause
//
// Local APIC, its timer, and calibration against the old interval timer.
#include "time.h"

#include "boot.h"
#include "ipc.h"
#include "log.h"
#include "sched.h"

#define APIC_SPURIOUS 0x0f0
#define APIC_TIMER    0x320
#define APIC_INITIAL  0x380
#define APIC_CURRENT  0x390
#define APIC_DIVIDE   0x3e0

#define APIC_ENABLE      0x100
#define APIC_DIVIDE_BY_1 0xb
#define APIC_MASKED      0x10000

// Interval timer: channel 2, counting down at a fixed rate, mode 0.
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND  0x43
#define PIT_GATE     0x61
#define PIT_HZ       1193182ull
#define PIT_TICKS    (5 * 105) // 5 times 88 µs: a machine that counts µs is off alike at both ends

#define STEPS_PER_INTERRUPT 12 // timeouts handled before others may interrupt
#define LATE_US             2  // what a timeout may be late to spare the timer queue

uint64_t tsc_khz;
uint64_t tsc_at_boot;
uint64_t time_default_slice;
uint64_t time_late;                    // ticks
uint64_t time_scale;                   // ticks per µs << TIME_SCALE_SHIFT
static uint64_t apic_per_tick_shift32; // timer counts per TSC tick

static volatile uint32_t *apic(unsigned offset)
{
    return (volatile uint32_t *)(APIC + offset);
}

void apic_acknowledge(void)
{
    *apic(APIC_ACKNOWLEDGE) = 0;
}

static unsigned pit_read(void)
{
    out8(PIT_COMMAND, 0x80); // latch channel 2
    unsigned low = in8(PIT_CHANNEL2);
    return low | (unsigned)in8(PIT_CHANNEL2) << 8;
}

// Waits for the interval timer to change: an edge of known time.
static unsigned pit_edge(void)
{
    unsigned first = pit_read(), now;
    do {
        now = pit_read();
    } while (now == first);
    return now;
}

static uint64_t round_khz(uint64_t khz)
{
    // Clocks are multiples of a MHz; what is nearly one is one.
    uint64_t rounded = (khz + 500) / 1000 * 1000,
             off = khz > rounded ? khz - rounded : rounded - khz;
    return off * 2000 < khz ? rounded : khz;
}

static void calibrate(void)
{
    out8(PIT_GATE, (in8(PIT_GATE) & ~2u) | 1);
    out8(PIT_COMMAND, 0xb0); // channel 2, both bytes, mode 0
    out8(PIT_CHANNEL2, 0xff);
    out8(PIT_CHANNEL2, 0xff);
    *apic(APIC_INITIAL) = UINT32_MAX;
    unsigned from = pit_edge();
    uint64_t tsc_from = rdtsc();
    uint32_t apic_from = *apic(APIC_CURRENT);
    unsigned to;
    do {
        to = pit_edge();
    } while (((from - to) & 0xffff) < PIT_TICKS);
    uint64_t tsc = rdtsc() - tsc_from;
    uint64_t counts = apic_from - *apic(APIC_CURRENT);
    uint64_t pit = (from - to) & 0xffff;
    *apic(APIC_INITIAL) = 0;
    tsc_khz = round_khz(tsc * PIT_HZ / pit / 1000);
    uint64_t apic_khz = round_khz(counts * PIT_HZ / pit / 1000);
    apic_per_tick_shift32 = (apic_khz << 32) / tsc_khz;
}

void time_init(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE) & ~0xfffull;
    boot_map_device(0, base & 0xffffff000ull);
    *apic(APIC_SPURIOUS) = APIC_ENABLE | VECTOR_SPURIOUS;
    *apic(APIC_DIVIDE) = APIC_DIVIDE_BY_1;
    *apic(APIC_TIMER) = APIC_MASKED | VECTOR_TIMER;
    calibrate();
    time_scale = (tsc_khz << TIME_SCALE_SHIFT) / 1000;
    time_late = time_ticks(LATE_US);
    time_default_slice = time_ticks(DEFAULT_SLICE_US);
    *apic(APIC_TIMER) = VECTOR_TIMER;
}

uint64_t time_ticks(uint64_t us)
{
    return us * time_scale >> TIME_SCALE_SHIFT;
}

void time_arm(uint64_t deadline)
{
    uint64_t now = rdtsc();
    uint64_t ticks = deadline > now ? deadline - now : 1;
    uint64_t counts = (uint64_t)((unsigned __int128)ticks * apic_per_tick_shift32 >> 32) + 1;
    *apic(APIC_INITIAL) = counts < UINT32_MAX ? (uint32_t)counts : UINT32_MAX;
}

void time_requeue(struct thread *thread)
{
    struct timerqueue *queue = &this_cpu()->timers;
    if (timer_queued(&thread->timer))
        timerqueue_remove(queue, &thread->timer);
    timerqueue_insert(queue, &thread->timer, thread->timeout);
    timer_need(thread->timeout);
}

void time_limit(struct thread *thread, uint32_t timeout_us)
{
    thread->timeout = UINT64_MAX;
    if (timeout_us == L4_NEVER)
        return;
    thread->timeout = rdtsc() + time_ticks(timeout_us);
    if (thread->timer.deadline > thread->timeout + time_late)
        time_requeue(thread);
}

void time_forget(struct thread *thread)
{
    if (!timer_queued(&thread->timer))
        return;
    timerqueue_remove(&this_cpu()->timers, &thread->timer);
    thread->timer.deadline = UINT64_MAX;
}

// A thread's time in the queue has come. It may wait for longer, or not at all.
static void time_over(struct thread *thread, uint64_t now)
{
    time_forget(thread);
    if (!ipc_waits(thread) || thread->timeout == UINT64_MAX)
        return;
    if (thread->timeout <= now)
        ipc_abort(thread, L4_STATUS_TIMEOUT);
    else
        time_requeue(thread);
}

void time_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    uint64_t now = rdtsc();
    apic_acknowledge();
    for (unsigned i = 0; i < STEPS_PER_INTERRUPT; i++) {
        struct timer *timer = timerqueue_first(&cpu->timers);
        if (!timer || timer->deadline > now)
            break;
        time_over(CONTAINER_OF(timer, struct thread, timer), now);
    }
    log_tick(now);
    timer_update();
    sched_tick(now);
}

unsigned op_clock(struct thread *caller)
{
    uint64_t now = rdtsc();
    uint64_t ticks = now - tsc_at_boot;
    *call_word(caller, 0) = ticks / tsc_khz * 1000 + ticks % tsc_khz * 1000 / tsc_khz;
    *call_word(caller, 1) = this_cpu()->idle.ticks;
    *call_word(caller, 2) = now;
    return L4_STATUS_OK;
}

unsigned op_yield(struct thread *caller)
{
    struct thread *thread = call_object();
    if (thread) {
        if (!thread->run.next || thread->priority < caller->priority)
            return L4_STATUS_STATE;
        ready_remove(thread);
        ready_append(caller);
        ready_handoff(thread);
        caller->registers.ax = L4_STATUS_OK;
        return STATUS_BLOCKED;
    }
    sched_yield();
    return L4_STATUS_OK;
}
