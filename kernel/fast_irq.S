// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths of interrupts: from a line to its waiting driver, and from the driver's answer to whoever
// runs next.
#include "fast_macros.inc"

#define APIC_ACKNOWLEDGE   0x0b0
#define IOAPIC_DATA        0x10
#define REDIRECTION_LEVEL  0x8000
#define REDIRECTION_MASKED 0x10000
#define TAG_IRQ            0x4001 // one word, flag L4_TAG_IRQ
#define LINE_SHIFT         5
#define RUN_QUEUE_WORDS    4

    .if LINE_BYTES != 1 << LINE_SHIFT
    .error "struct irq_line is not what fast_irq.S thinks"
    .endif

    .text

// An interrupt of a line; all registers of the running thread are saved, edi is the vector, r15 the
// running thread. Conditions:
//   one thread is attached to the line, and has answered the last interrupt
//   it is in an open wait without timeout and special state
//   it has a greater priority than the running thread and any ready one
//   the running thread has no special state, neither delays preemption nor has a restartable sequence
    .globl fast_irq
    .balign 64
fast_irq:
    lea -VECTOR_IRQ_FIRST(%rdi), %ebx
    shl $LINE_SHIFT, %ebx
    add $irq_lines, %rbx
    mov LINE_ALONE(%rbx), %r12
    test %r12, %r12
    jz irq_slow
    mov A_IRQ(%r12), %r13
    cmpl $0, IRQ_UNANSWERED(%r13)
    jne irq_slow
    mov A_THREAD(%r12), %r14
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne irq_slow
    movzbl T_PRIORITY(%r14), %eax
    cmp %gs:CPU_READY_TOP, %eax
    jle irq_slow
    cmp %al, T_PRIORITY(%r15)
    jae irq_slow
    testb $ATTENTION_SPECIAL, T_ATTENTION(%r15)
    jnz irq_slow
    cmpl $ENTERED_NEVER, T_VECTOR(%r15)
    je 1f // idle: nothing to keep
    mov T_UTCB(%r15), %rax
    mov U_DELAY(%rax), %ecx
    or U_RESTART_END(%rax), %rcx
    jnz irq_slow
    DISPLACE
1:  mov LINE_REDIRECTION(%rbx), %eax
    test $REDIRECTION_LEVEL, %eax
    jz 2f
    mov ioapic, %rcx
    mov LINE_SELECT(%rbx), %edx
    or $REDIRECTION_MASKED, %eax
    mov %edx, (%rcx)
    mov %eax, IOAPIC_DATA(%rcx)
2:  mov apic, %rcx
    movl $0, APIC_ACKNOWLEDGE(%rcx)
    movl $1, IRQ_UNANSWERED(%r13)
    movq $WAIT_IRQ, A_WAIT(%r12)
    mov %r14, A_PARTNER(%r12)
    mov %r12, T_CALLER(%r14)
    movq $WAIT_NONE, T_WAIT(%r14)
    mov A_LABEL(%r12), %rdi
    mov IRQ_LINE(%r13), %r8d
    mov $TAG_IRQ, %edx
    xor %esi, %esi
    xor %r9d, %r9d
    xor %r10d, %r10d
    xor %ebx, %ebx
    xor %r12d, %r12d
    xor %r13d, %r13d
    SWITCH_AND_LEAVE

irq_slow:
    call interrupt_enter
    jmp exit_to_current

// Reply and open wait of a driver whose caller r14 is an interrupt; tested already: the wait is for
// anybody and for ever, no special state, no bits, nobody queued. Its words are not saved: nobody will
// read them. Conditions:
//   the line is level-triggered, and nobody else has to answer
//   a thread is ready, alone with its priority, without special state, and no slice is being measured
    .globl fast_irq_reply_wait
    .balign 64
fast_irq_reply_wait:
    mov %gs:CPU_STACK, %rsp
    mov A_IRQ(%r14), %r13
    cmpl $1, IRQ_UNANSWERED(%r13)
    jne 1f
    mov IRQ_LINE(%r13), %ebx
    shl $LINE_SHIFT, %ebx
    add $irq_lines, %rbx
    mov LINE_REDIRECTION(%rbx), %eax
    test $REDIRECTION_LEVEL, %eax
    jz 1f
    mov %gs:CPU_READY_TOP, %r8d
    test %r8d, %r8d
    js 1f
    cmpq $0, %gs:CPU_SLICE_END
    jne 1f
    mov %gs:CPU_FIRST(, %r8, 8), %rbp
    cmp %rbp, LINK_NEXT(%rbp)
    jne 1f
    testb $ATTENTION_SPECIAL, T_ATTENTION - T_RUN(%rbp)
    jnz 1f

    mov ioapic, %rcx
    mov LINE_SELECT(%rbx), %edx
    mov %edx, (%rcx)
    mov %eax, IOAPIC_DATA(%rcx)
    movl $0, IRQ_UNANSWERED(%r13)
    movq $WAIT_NONE, A_WAIT(%r14)
    movq $0, A_PARTNER(%r14)
    movq $nobody, T_CALLER(%r15)
    movq $WAIT_ANY, T_WAIT(%r15)

    // Take the first thread off the queue.
    lea -T_RUN(%rbp), %r14
    movb $0, T_QUEUED(%r14)
    movq $0, %gs:CPU_FIRST(, %r8, 8)
    btr %r8, %gs:CPU_BITS
    shr $6, %r8d
    mov %gs:CPU_BITS(, %r8, 8), %rax
    test %rax, %rax
    jz 2f
6:  bsr %rax, %rax
    shl $6, %r8d
    or %r8d, %eax
7:  mov %eax, %gs:CPU_READY_TOP
    SWITCH
    jmp exit_to_current

2:  btr %r8, %gs:CPU_WORDS // that word is empty: the next lower one that is not
    bsr %gs:CPU_WORDS, %r8
    mov $-1, %eax
    jz 7b
    mov %gs:CPU_BITS(, %r8, 8), %rax
    jmp 6b

1:  xor %ebp, %ebp
    mov %r15, %rdi
    call irq_reply_wait
    jmp exit_to_current

    .section .note.GNU-stack, "", @progbits
