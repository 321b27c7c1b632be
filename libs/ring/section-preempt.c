/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preemption control, on one CPU. `delay` asks the kernel to leave this thread the processor for a
 * bounded time; `preempted` counts how often that failed or was not asked for. A change of the
 * count since the section began means that a producer may have run. The comparison and the system
 * call are a restartable sequence: a thread that is preempted between the two goes on at
 * ring_section_rolled_back, as if the comparison had failed. So either the system call is reached
 * without anybody having run since the look, or the look is repeated.
 */
#include <ring/section.h>

#include <stddef.h>

extern const char ring_section_restart_begin[], ring_section_restart_end[],
    ring_section_rolled_back[];

#define ROLLED_BACK UINT64_MAX

/* A program has one thread that sleeps on rings. */
static uint64_t preempted_before;

bool ring_section_begin(void)
{
    volatile struct l4_utcb *utcb = l4_utcb();

    utcb->restart_begin = (uint64_t)ring_section_restart_begin;
    utcb->restart_end = (uint64_t)ring_section_restart_end;
    utcb->restart_at = (uint64_t)ring_section_rolled_back;
    utcb->delay = 1;
    preempted_before = utcb->preempted;
    return true;
}

/* `delay` is cleared inside the sequence: after it the thread can be preempted, and is then rolled
 * back. */
__attribute__((noinline, noclone)) bool ring_section_wait(uint64_t wait, l4_handle_t notify,
                                                          const struct l4_message *answer,
                                                          struct l4_message *message,
                                                          enum l4_status *status)
{
    static const struct l4_message nothing;
    const struct l4_message *sent = answer ? answer : &nothing;
    uint64_t result = notify ? L4_OP_NOTIFY_WAIT : L4_OP_REPLY_WAIT, label = notify;
    uint64_t tag = sent->tag;
    uint64_t w3 = sent->w[3];
    register uint64_t w0 __asm__("r8") = sent->w[0];
    register uint64_t w1 __asm__("r9") = sent->w[1];
    register uint64_t w2 __asm__("r10") = sent->w[2];
    register uint64_t w4 __asm__("r12") = sent->w[4];
    register uint64_t w5 __asm__("r13") = sent->w[5];
    register uint64_t utcb __asm__("r14") = (uint64_t)l4_utcb();
    register uint64_t before __asm__("r15") = preempted_before;

    __asm__ volatile(".globl ring_section_restart_begin, ring_section_restart_end\n"
                     ".globl ring_section_rolled_back\n"
                     "ring_section_restart_begin:\n\t"
                     "movl $0, %c[delay](%[utcb])\n\t"
                     "cmpq %[before], %c[preempted](%[utcb])\n\t"
                     "jne ring_section_rolled_back\n\t"
                     "syscall\n"
                     "ring_section_restart_end:\n\t"
                     "jmp 1f\n"
                     "ring_section_rolled_back:\n\t"
                     "movq $-1, %%rax\n"
                     "1:"
                     : "+a"(result), "+D"(label), "+S"(wait), "+d"(tag), "+b"(w3), "+r"(w0),
                       "+r"(w1), "+r"(w2), "+r"(w4),
                       "+r"(w5), [utcb] "+r"(utcb), [before] "+r"(before)
                     : [delay] "i"(offsetof(struct l4_utcb, delay)), [preempted] "i"(offsetof(
                                                                         struct l4_utcb, preempted))
                     : "rcx", "r11", "memory", "cc");
    if (result == ROLLED_BACK) {
        ring_section_end();
        return false;
    }
    *message = (struct l4_message){.label = label, .tag = tag, .w = {w0, w1, w2, w3, w4, w5}};
    *status = (enum l4_status)result;
    return true;
}

void ring_section_end(void)
{
    volatile struct l4_utcb *utcb = l4_utcb();

    utcb->delay = 0;
    if (!utcb->delay_pending)
        return;
    utcb->delay_pending = 0;
    l4_yield(0);
}
