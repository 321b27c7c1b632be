// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths of call, reply-and-wait and exchange: the partner waits for exactly this, both are plain
// threads, nobody more important is ready. They switch directly, touch no queue, and leave the message
// words in the registers where both sides want them.
//
// Registers: r15 the running thread, r14 its partner, rbp the handle; r11 and rcx are free once saved.
// Until a path is committed nothing but saved registers of the running thread is written, so that it
// can hand the case to the C code at any point.
#include <abi/handle.h>
#include <abi/operation.h>
#include <kernel/offsets.h>

#include "fast_macros.inc"

#define HANDLE_SHIFT   6
#define REGISTER_WORDS 6
#define WORDS_MAX      64

    .text

    .macro SAVE
    mov %rsp, T_SP(%r15)
    mov %rcx, T_IP(%r15)
    mov %r11, T_FLAGS(%r15)
    mov %rbp, T_BP(%r15)
    .endm

// rbp: the handle that rdi names. Conditions:
//   the slot is in the table, and the running thread has no special state (its count is 0 then)
    .macro FIND_HANDLE
    cmp T_FAST_COUNT(%r15), %rdi
    jae fast_to_slow
    mov %rdi, %rbp
    shl $HANDLE_SHIFT, %rbp
    add T_SLOTS(%r15), %rbp
    .endm

// Condition: the partner has a greater priority than any ready thread.
    .macro CHECK_PRIORITY
    movzbl T_PRIORITY(%r14), %r11d
    cmp %gs:CPU_READY_TOP, %r11d
    jle fast_to_slow
    .endm

// Conditions:
//   no more words than fit registers, no items, no flags; or
//   no more words than there are, no items, no flags: copies what is beyond the registers
    .macro TRANSFER_WORDS
    movzwl %dx, %r11d
    cmp $REGISTER_WORDS, %r11d
    ja 2f
1:
    .pushsection .text.words, "ax"
2:  cmp $WORDS_MAX, %r11d
    ja fast_to_slow
    lea -REGISTER_WORDS(%r11), %ecx
    mov T_UTCB(%r15), %rsi
    mov T_UTCB(%r14), %rdi
    add $U_WORDS + 8 * REGISTER_WORDS, %rsi
    add $U_WORDS + 8 * REGISTER_WORDS, %rdi
    rep movsq
    jmp 1b
    .popsection
    .endm

// Call. Conditions:
//   handle and running thread as in FIND_HANDLE
//   the handle names a thread and carries SEND
//   the receiver is in an open wait, without timeout and special state, and so owes no answer
//   priority and words as above
    .globl fast_call
    .balign 64
fast_call:
    SAVE
    FIND_HANDLE
    testb $L4_RIGHT_SEND, H_RIGHTS(%rbp)
    jz fast_to_slow
    mov H_OBJECT(%rbp), %r14
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne fast_to_slow
    CHECK_PRIORITY
    TRANSFER_WORDS
    movq $WAIT_REPLY, T_WAIT(%r15)
    movq $WAIT_NONE, T_WAIT(%r14)
    mov %r14, T_PARTNER(%r15)
    mov %r15, T_CALLER(%r14)
    mov H_LABEL(%rbp), %rdi
    SWITCH_AND_LEAVE

// Exchange. Conditions:
//   handle and running thread as in FIND_HANDLE
//   the handle names a thread and carries SEND and RECEIVE
//   the receiver waits for the running thread alone, without timeout and special state
//   priority and words as above
    .globl fast_exchange
    .balign 64
fast_exchange:
    SAVE
    FIND_HANDLE
    mov H_RIGHTS(%rbp), %r11d
    not %r11d
    test $L4_RIGHT_SEND | L4_RIGHT_RECEIVE, %r11d
    jnz fast_to_slow
    mov H_OBJECT(%rbp), %r14
    cmp %r15, T_WAIT(%r14)
    jne fast_to_slow
    CHECK_PRIORITY
    TRANSFER_WORDS
    mov %r14, T_WAIT(%r15)
    movq $WAIT_NONE, T_WAIT(%r14)
    mov H_LABEL(%rbp), %rdi
    SWITCH_AND_LEAVE

// Reply and open wait. Conditions:
//   the caller waits for the answer, without timeout and special state, and is not the kernel
//   the wait is for anybody and for ever
//   the running thread has no special state, no notification bits, nobody queued
//   priority and words as above
    .globl fast_reply_wait
    .balign 64
fast_reply_wait:
    SAVE
    mov T_CALLER(%r15), %r14
    cmp $-1, %rsi
    jne fast_to_slow
    cmpl $0, T_ATTENTION(%r15)
    jne fast_to_slow
    cmpq $WAIT_REPLY, T_WAIT(%r14)
    jne reply_to_other
    CHECK_PRIORITY
    TRANSFER_WORDS
    movq $WAIT_ANY, T_WAIT(%r15)
    movq $WAIT_NONE, T_WAIT(%r14)
    movq $nobody, T_CALLER(%r15)
    xor %edi, %edi
    SWITCH_AND_LEAVE

reply_to_other:
    cmpq $WAIT_IRQ, T_WAIT(%r14)
    jne fast_to_slow
    jmp fast_irq_reply_wait

    .section .note.GNU-stack, "", @progbits
