// SPDX-License-Identifier: BSD-2-Clause
//
// Interrupts: the way in, and the fast path from a line to its waiting driver.
#include "fast_macros.inc"

#define TAG_IRQ    0x4001 // one word, flag L4_TAG_IRQ
#define LINE_SHIFT 5

    .if LINE_BYTES != 1 << LINE_SHIFT
    .error "struct irq_line is not what fast_irq.S thinks"
    .endif

// Finds line rbx of the vector edi, the attachment r12 and the thread r14 that gets the message.
// Conditions:
//   one thread is attached to the line, and has answered the last interrupt
//   it is in an open wait without special state
//   the running thread r15 has no special state
    .macro FIND_DRIVER
    lea -VECTOR_IRQ_FIRST(%rdi), %ebx
    shl $LINE_SHIFT, %ebx
    add $irq_lines, %rbx
    mov LINE_READY(%rbx), %r12
    test %r12, %r12
    jz irq_slow
    mov A_THREAD(%r12), %r14
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne irq_slow
    testb $ATTENTION_SPECIAL, T_ATTENTION(%r15)
    jnz irq_slow
    .endm

// All vectors of interrupts; those that are no line's look like lines that nobody is attached to.
// Beside those above, the conditions of the fast path are:
//   the driver has a greater priority than the running thread, and that than any ready one
//   the running thread neither delays preemption nor has a restartable sequence
    FAST_ENTRY interrupt_entry
    testb $3, 24(%rsp) // saved code segment
    jz interrupt_of_idle
    PUSH_REGISTERS
    swapgs
    mov %gs:CPU_CURRENT, %r15
    mov T_VECTOR(%r15), %edi
    FIND_DRIVER
    mov T_PRIORITY(%r15), %al
    cmp T_PRIORITY(%r14), %al
    jae irq_slow
    mov T_UTCB(%r15), %rcx
    mov U_DELAY(%rcx), %eax
    or U_RESTART_END(%rcx), %rax
    jnz irq_slow
    DISPLACE %rcx, irq_slow
deliver:
    mov LINE_REDIRECTION(%rbx), %eax
    test $REDIRECTION_LEVEL, %eax
    jz 1f
    mov LINE_SELECT(%rbx), %edx
    or $REDIRECTION_MASKED, %eax
    mov %edx, IOAPIC
    mov %eax, IOAPIC + IOAPIC_DATA
1:  movl $0, APIC + APIC_ACKNOWLEDGE
    movq $0, LINE_READY(%rbx)
    movq $WAIT_IRQ, A_WAIT(%r12)
    mov %r12, T_CALLER(%r14)
    movq $WAIT_NONE, T_WAIT(%r14)
    SWITCH
    lea -VECTOR_IRQ_FIRST(%rdi), %r8d
    mov A_LABEL(%r12), %rdi
    LEAVE_WITH_WORD TAG_IRQ

// Only the idle loop is interrupted in the kernel. There is nothing in it worth keeping.
interrupt_of_idle:
    mov (%rsp), %edi
    mov %gs:CPU_CURRENT, %r15
    FIND_DRIVER
    jmp deliver

irq_slow:
    ENTER_C
    call interrupt_enter
    jmp exit_to_current
