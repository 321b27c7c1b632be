// SPDX-License-Identifier: BSD-2-Clause
//
// What exists once per processor. gs points here in the kernel.
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include "frames.h"
#include "runqueue.h"
#include "thread.h"
#include "timerqueue.h"
#include "x86.h"

struct task_segment {
    uint32_t reserved0;
    uint64_t sp0, sp1, sp2;
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_base;
    uint8_t io_bitmap[8192 + 1]; // the last byte ends the bitmap: all ones
} __attribute__((packed));

#define IO_BASE_VALID ((uint16_t) __builtin_offsetof(struct task_segment, io_bitmap))
#define IO_BASE_NONE  0xffff

#define PORTS_THREADS 8

struct cpu {
    struct thread *current;
    uint64_t stack; // top of the kernel stack
    bool reschedule;
    bool task_switched; // the FPU is locked
    bool breakpoints_on;
    uint64_t cr3;           // as loaded
    struct thread *handoff; // made ready by the running thread's message: goes first
    void *named;            // by the first argument of the system call under way, see call.h
    struct thread *fpu_owner;
    struct space *ports_space;                   // whose bitmap is in the task segment
    struct thread *ports_threads[PORTS_THREADS]; // of that space, to which it is open
    unsigned ports_threads_count;
    uint64_t slice_end;      // TSC; 0: nobody waits for the running thread's slice to end
    uint64_t timer_deadline; // what the timer is set to, never too late; all ones: off
    struct timerqueue timers;
    struct runqueue ready;
    struct thread idle;
    struct task_segment task __attribute__((aligned(64)));
};

extern struct cpu cpu0;
extern struct frames pool;

// One processor for now; a second one reads gs here.
static inline struct cpu *this_cpu(void)
{
    return &cpu0;
}

static inline uint64_t physical_of(const void *memory)
{
    return (uint64_t)memory - POOL_BASE;
}

static inline void *pool_at(uint64_t physical)
{
    return (void *)(physical + POOL_BASE);
}

// Whether features of the processor are there, found at boot.
struct features {
    bool pcid, smep, smap;
    uint64_t physical_limit;
};
extern struct features features;

void cpu_init(void);    // features, segments, system call entry, interrupt descriptor table
void cpu_protect(void); // what may be switched on only when the low half is unmapped

#endif
