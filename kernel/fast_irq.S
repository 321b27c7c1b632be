// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths of interrupts: from a line to its waiting driver, and the driver's answer.

#include "fast_macros.inc"

#define APIC_ACKNOWLEDGE   0x0b0
#define IOAPIC_DATA        0x10
#define REDIRECTION_LEVEL  0x8000
#define REDIRECTION_MASKED 0x10000
#define TAG_IRQ            0x4001 // one word, flag L4_TAG_IRQ
#define LINE_SHIFT         5

    .if LINE_BYTES != 1 << LINE_SHIFT
    .error "struct irq_line is not what fast_irq.S thinks"
    .endif

    .text

// An interrupt of a line; all registers of the running thread are saved, edi is the vector, r15 the
// running thread. Conditions:
//   one thread is attached to the line, and has answered the last interrupt
//   it is in an open wait without special state
//   it has a greater priority than the running thread and any ready one
//   the running thread has no special state, neither delays preemption nor has a restartable
// sequence
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

// Reply of a driver whose caller r14 is an interrupt, and open wait. Its words are not saved:
// nobody will read them. Conditions:
//   the line is level-triggered, and nobody else has to answer
// and those of what follows: to take bits if there are any, else to wait. The C code, if it comes
// to that, finds the interrupt answered.
    .globl fast_irq_reply
    .balign 64
fast_irq_reply:
    mov A_IRQ(%r14), %rbp
    cmpl $1, IRQ_UNANSWERED(%rbp)
    jne fast_to_slow
    mov IRQ_LINE(%rbp), %ecx
    shl $LINE_SHIFT, %ecx
    add $irq_lines, %rcx
    mov LINE_REDIRECTION(%rcx), %r11d
    test $REDIRECTION_LEVEL, %r11d
    jz fast_to_slow

    mov LINE_SELECT(%rcx), %ecx
    mov ioapic, %rax
    mov %ecx, (%rax)
    mov %r11d, IOAPIC_DATA(%rax)
    movl $0, IRQ_UNANSWERED(%rbp)
    movq $WAIT_NONE, A_WAIT(%r14)
    movq $0, A_PARTNER(%r14)
    movq $nobody, T_CALLER(%r15)
    mov $L4_OP_REPLY_WAIT, %eax
    cmpl $0, T_ATTENTION(%r15)
    je wait_any
    mov T_BP(%r15), %rbp
    mov T_IP(%r15), %rcx
    mov T_FLAGS(%r15), %r11
    jmp take_bits

    .section .note.GNU-stack, "", @progbits
