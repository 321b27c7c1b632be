// SPDX-License-Identifier: BSD-2-Clause
//
// Fast path of notify, in three cases: the thread does not wait, it waits and is less important
// than the running one, it waits and is more important. And of notify before a wait.
#include "fast_macros.inc"

// The waiting thread r14 gets the bits r8 and runs.
    .macro SWITCH_WITH_BITS
    movq $WAIT_NONE, T_WAIT(%r14)
    SWITCH
    xor %edi, %edi
    LEAVE_WITH_WORD TAG_NOTIFICATION
    .endm

// The waiting thread r14 gets `bits` as soon as it runs, else `otherwise`. Condition: no other of
// its priority is ready. Changes rax, rdx.
    .macro ENQUEUE_WITH_BITS bits, otherwise
    movzbl T_PRIORITY(%r14), %eax
    cmpq $0, %gs:CPU_FIRST(, %rax, 8)
    jne \otherwise
    ENQUEUE_ALONE %r14
    cmp %gs:CPU_READY_TOP, %eax
    jle 6f
    mov %eax, %gs:CPU_READY_TOP
6:  movq $WAIT_NONE, T_WAIT(%r14)
    movq $0, T_DI(%r14)
    movq $TAG_NOTIFICATION, T_DX(%r14)
    mov \bits, T_R8(%r14)
    movq $0, T_AX(%r14)
    .endm

// Conditions:
//   handle as in FIND_HANDLE; it allows some of the bits
//   the thread does not wait, or calls somebody, or is in an open wait without special state
// Setting bits twice does no harm, so the C code may do it all again.
    FAST_ENTRY fast_notify
    FIND_HANDLE %r14, T_SLOT_COUNT, L4_RIGHT_NOTIFY, syscall_slow
    and H_MASK(%r14), %rsi
    jz syscall_slow
    mov H_OBJECT(%r14), %r14
    cmpq $WAIT_NONE, T_WAIT(%r14)
    jne waits
1:  or %rsi, T_BITS(%r14)
    orl $ATTENTION_NOTIFICATION, T_ATTENTION(%r14)
    xor %eax, %eax
    RETURN

waits:
    cmpq $WAIT_REPLY, T_WAIT(%r14)
    je 1b
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne syscall_slow
    mov T_PRIORITY(%r15), %dl
    cmp %dl, T_PRIORITY(%r14)
    ja wake_and_switch
    je syscall_slow
    ENQUEUE_WITH_BITS %rsi, notify_by_c
    xor %eax, %eax
    xor %edx, %edx
    RETURN

// Conditions, beside the ones above:
//   the running thread has no special state and does not delay preemption
//   it has a greater priority than any ready thread
wake_and_switch:
    SAVE
    cmpq $0, T_FAST_COUNT(%r15)
    je fast_to_slow
    mov T_UTCB(%r15), %rbp
    cmpl $0, U_DELAY(%rbp)
    jne fast_to_slow
    DISPLACE %rbp, notify_by_c_saved
    movq $0, T_AX(%r15)
    mov %rsi, %r8
    SWITCH_WITH_BITS

notify_by_c_saved:
    mov T_BP(%r15), %rbp
notify_by_c:
    mov $L4_OP_NOTIFY, %eax
    jmp syscall_slow

// Notify with all bits of the handle, then what fast_reply_wait does. Conditions:
//   the running thread has no special state, no bits, nobody queued
//   its wait is for anybody and for ever
//   handle as in FIND_HANDLE; it allows some bit
//   the thread does not wait, or calls somebody, or is in an open wait and alone with its priority
//   it is not more important than the running thread, or that has nothing to answer but an
//     interrupt
    FAST_ENTRY fast_notify_wait
    cmpl $0, T_ATTENTION(%r15)
    jne syscall_slow
    cmp $-1, %rsi
    jne syscall_slow
    SAVE
    FIND_HANDLE %rbp, T_FAST_COUNT, L4_RIGHT_NOTIFY, fast_to_slow
    mov H_OBJECT(%rbp), %r14
    mov H_MASK(%rbp), %rbp
    test %rbp, %rbp
    jz fast_to_slow
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne keep_bits
    movzbl T_PRIORITY(%r14), %ecx
    cmpq $nobody, T_CALLER(%r15)
    jne 1f
    cmp %gs:CPU_READY_TOP, %ecx
    jle notify_and_queue

// There is nothing to answer and the other has a greater priority than any ready thread: one waits
// and the other runs.
    mov %rbp, %r8
wait_and_switch:
    movq $-1, T_TIMEOUT(%r15)
    movq $WAIT_ANY, T_WAIT(%r15)
    movq $0, T_DELAY_END(%r15)
    movq $0, %gs:CPU_SLICE_END
    SWITCH_WITH_BITS

// The same after an interrupt, whose answer has no words: their registers are free.
answer_irq_and_switch:
    mov %rbp, %r8
    mov %r14, %r9
    mov %r11, %r14
    ANSWER_IRQ fast_to_slow
    mov %r9, %r14
    jmp wait_and_switch

1:  mov T_CALLER(%r15), %r11
    cmpq $WAIT_IRQ, T_WAIT(%r11)
    jne 2f
    cmp %gs:CPU_READY_TOP, %ecx
    jg answer_irq_and_switch
2:  cmp %cl, T_PRIORITY(%r15)
    jb fast_to_slow
notify_and_queue:
    mov %rdx, %r11
    ENQUEUE_WITH_BITS %rbp, notify_wait_by_c
    mov %r11, %rdx
answer_and_wait:
    mov $L4_OP_REPLY_WAIT, %eax
    jmp fast_reply_wait_saved

keep_bits:
    cmpq $WAIT_REPLY, T_WAIT(%r14)
    je 1f
    cmpq $WAIT_NONE, T_WAIT(%r14)
    jne fast_to_slow
1:  or %rbp, T_BITS(%r14)
    orl $ATTENTION_NOTIFICATION, T_ATTENTION(%r14)
    cmp %r14, %r15
    jne answer_and_wait
    mov $L4_OP_REPLY_WAIT, %eax
    jmp fast_to_slow

notify_wait_by_c:
    mov %r11, %rdx
    mov $L4_OP_NOTIFY_WAIT, %eax
    jmp fast_to_slow
