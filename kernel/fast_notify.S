// SPDX-License-Identifier: BSD-2-Clause
//
// Fast path of notify, in three cases: the thread does not wait, it waits and is less important
// than the running one, it waits and is more important. And of notify before a wait.
#include <abi/handle.h>
#include "fast_macros.inc"

#define HANDLE_SHIFT 6

    .text

// The waiting thread r14 gets the bits r8 and runs.
    .macro LEAVE_WITH_BITS
    movq $WAIT_NONE, T_WAIT(%r14)
    mov $TAG_NOTIFICATION, %edx
    xor %edi, %edi
    xor %esi, %esi
    xor %r9d, %r9d
    xor %r10d, %r10d
    xor %ebx, %ebx
    xor %r12d, %r12d
    xor %r13d, %r13d
    SWITCH_AND_LEAVE
    .endm

// Conditions:
//   the slot is in the table
//   the handle names a thread and carries NOTIFY
//   it allows some of the bits
//   the thread does not wait, or calls somebody, or is in an open wait without special state
// Setting bits twice does no harm, so the C code may do it all again.
    .globl fast_notify
    .balign 64
fast_notify:
    cmp T_SLOT_COUNT(%r15), %rdi
    jae syscall_slow
    mov %rdi, %r14
    shl $HANDLE_SHIFT, %r14
    add T_SLOTS(%r15), %r14
    testb $L4_RIGHT_NOTIFY, H_RIGHTS(%r14)
    jz syscall_slow
    and H_MASK(%r14), %rsi
    jz syscall_slow
    mov H_OBJECT(%r14), %r14
    cmpq $WAIT_NONE, T_WAIT(%r14)
    jne waits
1:  or %rsi, T_BITS(%r14)
    orl $ATTENTION_NOTIFICATION, T_ATTENTION(%r14)
    xor %eax, %eax
    xor %r14d, %r14d
    xor %r15d, %r15d
    swapgs
    sysretq

waits:
    cmpq $WAIT_REPLY, T_WAIT(%r14)
    je 1b
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne syscall_slow
    mov T_PRIORITY(%r15), %al
    cmp %al, T_PRIORITY(%r14)
    mov $L4_OP_NOTIFY, %eax
    ja wake_and_switch
    je syscall_slow

// The thread gets its bits as soon as it runs. Condition: no other of its priority is ready.
    ENQUEUE %r14, queue_occupied
    movq $WAIT_NONE, T_WAIT(%r14)
    movq $0, T_DI(%r14)
    movq $TAG_NOTIFICATION, T_DX(%r14)
    mov %rsi, T_R8(%r14)
    movq $0, T_AX(%r14)
    xor %eax, %eax
    xor %edx, %edx
    xor %r14d, %r14d
    xor %r15d, %r15d
    swapgs
    sysretq

// Conditions, beside the ones above:
//   the running thread has no special state and does not delay preemption
//   the other has a greater priority than any ready thread
wake_and_switch:
    cmpq $0, T_FAST_COUNT(%r15)
    je syscall_slow
    movzbl T_PRIORITY(%r14), %edx
    cmp %gs:CPU_READY_TOP, %edx
    jle syscall_slow
    mov %rbp, T_BP(%r15)
    mov T_UTCB(%r15), %rbp
    cmpl $0, U_DELAY(%rbp)
    jne notify_delayed
    mov %rsp, T_SP(%r15)
    mov %rcx, T_IP(%r15)
    mov %r11, T_FLAGS(%r15)
    movq $0, T_AX(%r15)
    mov %rsi, %r12
    mov %gs:CPU_STACK, %rsp
    DISPLACE
    mov %r12, %r8
    LEAVE_WITH_BITS

// Notify with all bits of the handle, then what fast_reply_wait does. Conditions:
//   the running thread has no special state, no bits, nobody queued; its wait is for anybody
//   the slot is in the table, the handle names a thread, carries NOTIFY and allows some bit
//   the thread does not wait, or calls somebody, or is in an open wait and alone with its priority
//   it is not more important than the running thread, or that has nothing to answer
    .globl fast_notify_wait
    .balign 64
fast_notify_wait:
    cmpl $0, T_ATTENTION(%r15)
    jne syscall_slow
    cmp $-1, %esi
    jne syscall_slow
    cmp T_FAST_COUNT(%r15), %rdi
    jae syscall_slow
    mov %rdi, %r14
    shl $HANDLE_SHIFT, %r14
    add T_SLOTS(%r15), %r14
    testb $L4_RIGHT_NOTIFY, H_RIGHTS(%r14)
    jz syscall_slow
    cmpq $0, H_MASK(%r14)
    je syscall_slow
    mov %rbp, T_BP(%r15)
    mov %rdx, T_DX(%r15)
    mov H_MASK(%r14), %rbp
    mov H_OBJECT(%r14), %r14
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne keep_bits
    cmpq $nobody, T_CALLER(%r15)
    je notify_and_switch
    mov T_PRIORITY(%r15), %al
    cmp %al, T_PRIORITY(%r14)
    ja notify_wait_by_c
notify_and_queue:
    ENQUEUE %r14, notify_wait_by_c
    movq $WAIT_NONE, T_WAIT(%r14)
    movq $0, T_DI(%r14)
    movq $TAG_NOTIFICATION, T_DX(%r14)
    mov %rbp, T_R8(%r14)
    movq $0, T_AX(%r14)
2:  mov T_BP(%r15), %rbp
    mov T_DX(%r15), %rdx
    mov $L4_OP_REPLY_WAIT, %eax
    jmp fast_reply_wait

// There is nothing to answer, so one waits and the other runs. Conditions, else through the queue:
//   the wait is for ever
//   the other has a greater priority than any ready thread
notify_and_switch:
    movzbl T_PRIORITY(%r14), %eax
    cmp %gs:CPU_READY_TOP, %eax
    jle notify_and_queue
    cmp $-1, %rsi
    jne notify_and_queue
    mov %rsp, T_SP(%r15)
    mov %rcx, T_IP(%r15)
    mov %r11, T_FLAGS(%r15)
    movq $-1, T_TIMEOUT(%r15)
    movq $WAIT_ANY, T_WAIT(%r15)
    movq $0, T_DELAY_END(%r15)
    movq $0, %gs:CPU_SLICE_END
    mov %rbp, %r8
    LEAVE_WITH_BITS

keep_bits:
    cmpq $WAIT_REPLY, T_WAIT(%r14)
    je 3f
    cmpq $WAIT_NONE, T_WAIT(%r14)
    jne notify_wait_by_c
3:  or %rbp, T_BITS(%r14)
    orl $ATTENTION_NOTIFICATION, T_ATTENTION(%r14)
    jmp 2b

notify_wait_by_c:
    mov T_BP(%r15), %rbp
    mov T_DX(%r15), %rdx
    mov $L4_OP_NOTIFY_WAIT, %eax
    jmp syscall_slow

queue_occupied:
    mov $L4_OP_NOTIFY, %eax
    xor %edx, %edx
    jmp syscall_slow

notify_delayed:
    mov T_BP(%r15), %rbp
    jmp syscall_slow

    .section .note.GNU-stack, "", @progbits
