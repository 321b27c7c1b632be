// SPDX-License-Identifier: BSD-2-Clause
//
// Fast paths of call, reply-and-wait and exchange: the partner waits for exactly this, both are
// plain threads, nobody more important is ready. They switch directly, touch no queue, and leave
// the message words in the registers where both sides want them. And of waits with nothing to
// answer, or only an interrupt: they take notification bits, or let the next ready thread run.
//
// Registers: r15 the running thread, r14 its partner, rbp the handle; r11 and rcx are free once
// saved. Until a path is committed nothing but saved registers of the running thread is written, so
// that it can hand the case to the C code at any point.
#include "fast_macros.inc"

#define REGISTER_WORDS 6
#define WORDS_MAX      64

// Condition: the partner has a greater priority than any ready thread.
    .macro CHECK_PRIORITY
    movzbl T_PRIORITY(%r14), %r11d
    cmp %gs:CPU_READY_TOP, %r11d
    jle fast_to_slow
    .endm

// Carries out the only item of the message, if that is easy. Flag z: it is not, and nothing has been
// done. Keeps all registers of the system call but rcx and r11. For `anywhere` see item.h.
#define EACH_CHANGED(DO) \
    DO(AX, %rax) DO(DI, %rdi) DO(SI, %rsi) DO(DX, %rdx) DO(R8, %r8) DO(R9, %r9) DO(R10, %r10)
    .macro TRANSFER_ITEM anywhere
    EACH_CHANGED(STORE)
    mov %gs:CPU_STACK, %rsp
    mov %r15, %rdi
    mov %r14, %rsi
    mov $\anywhere, %edx
    call item_transfer_easy
    test %al, %al
    EACH_CHANGED(LOAD) LOAD(SP, %rsp)
    .endm

// Conditions:
//   no more words than fit registers, no items, no flags; or
//   no more words than there are, no items, no flags: copies what is beyond the registers; or
//   no more words than fit registers, one item, which is easy to map, no flags
    .macro TRANSFER_WORDS
    movzwl %dx, %r11d
    cmp $REGISTER_WORDS, %r11d
    ja 2f
1:
    .pushsection .text.words, "ax"
2:  cmp $WORDS_MAX, %r11d
    ja 3f
    lea -REGISTER_WORDS(%r11), %ecx
    mov T_UTCB(%r15), %rsi
    mov T_UTCB(%r14), %rdi
    add $U_WORDS + 8 * REGISTER_WORDS, %rsi
    add $U_WORDS + 8 * REGISTER_WORDS, %rdi
    rep movsq
    xor %esi, %esi // where the words were is nobody's business
    jmp 1b
3:  lea -(1 << L4_TAG_ITEMS_SHIFT)(%r11), %ecx
    cmp $REGISTER_WORDS, %ecx
    ja fast_to_slow
    TRANSFER_ITEM 0
    jnz 1b
    jmp fast_to_slow
    .popsection
    .endm

// The running thread begins `wait`, the partner goes on with the message in the registers.
    .macro SWITCH_WITH_WORDS wait
    movq \wait, T_WAIT(%r15)
    movq $-1, T_TIMEOUT(%r15)
    movq $WAIT_NONE, T_WAIT(%r14)
    mov %rdx, %r11
    SWITCH
    mov %r11, %rdx
    LEAVE_TO_NEXT
    .endm

// Call. Conditions:
//   handle as in FIND_HANDLE
//   the receiver is in an open wait, without special state, and so owes no answer
//   priority and words as above
    FAST_ENTRY fast_call
    SAVE
    FIND_HANDLE %rbp, T_FAST_COUNT, L4_RIGHT_SEND, fast_to_slow
    mov H_OBJECT(%rbp), %r14
    cmpq $WAIT_ANY, T_WAIT(%r14)
    jne fast_to_slow
    CHECK_PRIORITY
    TRANSFER_WORDS
    mov %r14, T_PARTNER(%r15)
    mov %r15, T_CALLER(%r14)
    mov H_LABEL(%rbp), %rdi
    SWITCH_WITH_WORDS $WAIT_REPLY

// Exchange. Conditions:
//   handle as in FIND_HANDLE; it carries RECEIVE too
//   the receiver waits for the running thread alone, without special state
//   priority and words as above
    FAST_ENTRY fast_exchange
    SAVE
    FIND_HANDLE %rbp, T_FAST_COUNT, L4_RIGHT_SEND, fast_to_slow
    testb $L4_RIGHT_RECEIVE, H_RIGHTS(%rbp)
    jz fast_to_slow
    mov H_OBJECT(%rbp), %r14
    cmp %r15, T_WAIT(%r14)
    jne fast_to_slow
    CHECK_PRIORITY
    TRANSFER_WORDS
    mov H_LABEL(%rbp), %rdi
    SWITCH_WITH_WORDS %r14

// Reply and open wait. Conditions:
//   the wait is for anybody
//   the running thread has no special state, no notification bits, nobody queued
//   the caller is a thread that waits for the answer, without special state; or an interrupt; or
//     nobody
// If it is a thread, also:
//   the wait is for ever
//   priority and words as above; if the thread has a page fault, one item alone, which is easy
    FAST_ENTRY fast_reply_wait
    cmpl $0, T_ATTENTION(%r15)
    jne attention
    SAVE
    ENTRY fast_reply_wait_saved
    mov T_CALLER(%r15), %r14
    cmpq $WAIT_REPLY, T_WAIT(%r14)
    jne reply_to_other
    cmp $-1, %rsi
    jne fast_to_slow
    CHECK_PRIORITY
    TRANSFER_WORDS
    movq $nobody, T_CALLER(%r15)
    xor %edi, %edi
    SWITCH_WITH_WORDS $WAIT_ANY

reply_to_other:
    cmpq $WAIT_IRQ, T_WAIT(%r14)
    je answer_irq
    cmpq $WAIT_REPLY | WAIT_SLOW_BIT, T_WAIT(%r14)
    je answer_page_fault
    cmp $nobody, %r14
    jne fast_to_slow
    jmp wait_any

answer_page_fault:
    cmpb $MESSAGE_PAGE_FAULT, T_MESSAGE(%r14)
    jne fast_to_slow
    testb $ATTENTION_SPECIAL, T_ATTENTION(%r14)
    jnz fast_to_slow
    cmp $-1, %rsi
    jne fast_to_slow
    CHECK_PRIORITY
    cmp $1 << L4_TAG_ITEMS_SHIFT, %rdx
    jne fast_to_slow
    TRANSFER_ITEM 1
    jz fast_to_slow
    movb $MESSAGE_USER, T_MESSAGE(%r14)
    movq $WAIT_NONE, T_WAIT(%r14)
    movq $nobody, T_CALLER(%r15)
    movq $-1, T_TIMEOUT(%r15)
    movq $WAIT_ANY, T_WAIT(%r15)
    jmp switch_and_exit

// The running thread has something to take, or special state. Conditions:
//   it has notification bits and the wait is for anybody
//   it owes no answer, or it replies to an interrupt
attention: // flag s: bits are set
    jns syscall_slow
    cmp $-1, %esi
    jne syscall_slow
    cmpq $nobody, T_CALLER(%r15)
    je take_bits
    cmp $L4_OP_REPLY_WAIT, %eax
    jne syscall_slow
    mov T_CALLER(%r15), %r14
    cmpq $WAIT_IRQ, T_WAIT(%r14)
    jne syscall_slow
    SAVE
    ANSWER_IRQ fast_to_slow
    mov T_BP(%r15), %rbp
    mov T_IP(%r15), %rcx
    mov T_FLAGS(%r15), %r11
    xor %r14d, %r14d
take_bits:
    mov T_BITS(%r15), %r8
    movq $0, T_BITS(%r15)
    andl $~ATTENTION_NOTIFICATION, T_ATTENTION(%r15)
    xor %eax, %eax
    xor %edi, %edi
    mov $TAG_NOTIFICATION, %edx
    RETURN_R14

// Open wait. Conditions:
//   it is for anybody, and the running thread owes no answer
//   the running thread has no special state and nobody queued, or it has notification bits
    FAST_ENTRY fast_wait
    cmpl $0, T_ATTENTION(%r15)
    jne attention
    SAVE
    cmpq $nobody, T_CALLER(%r15)
    je wait_any
    jmp fast_to_slow

answer_irq:
    ANSWER_IRQ fast_to_slow

// Open wait of the running thread, which has no special state, nothing to answer and nothing to
// take. Its words are not saved: nobody will read them. Conditions:
//   the wait is for anybody
//   the timeout is not zero
wait_any:
    cmp $-1, %rsi
    jne wait_limited
    movq $-1, T_TIMEOUT(%r15)
wait_commit:
    movq $WAIT_ANY, T_WAIT(%r15)
    movq $0, T_DELAY_END(%r15)
    movq $0, %gs:CPU_SLICE_END

// Lets the next ready thread run, or nobody. Conditions:
//   it is alone with its priority and has no special state
    mov %gs:CPU_READY_TOP, %ecx
    test %ecx, %ecx
    js nobody_ready
    mov %gs:CPU_FIRST(, %rcx, 8), %rbp
    cmp %rbp, LINK_NEXT(%rbp)
    jne next_by_c
    testb $ATTENTION_SPECIAL, T_ATTENTION - T_RUN(%rbp)
    jnz next_by_c
    lea -T_RUN(%rbp), %r14
    movq $0, LINK_NEXT(%rbp)
    movq $0, %gs:CPU_FIRST(, %rcx, 8)
    btr %rcx, %gs:CPU_BITS
    decl %gs:CPU_COUNT
    jnz others_ready
    movl $-1, %gs:CPU_READY_TOP
switch_and_exit:
    SWITCH
    cmpl $ENTERED_BY_SYSCALL, T_VECTOR(%r14)
    je 3f
    LEAVE_TO_INTERRUPTED %r14
3:  mov %r14, %r15
    jmp exit_to_syscall

others_ready:
    shr $6, %ecx
1:  bsr %gs:CPU_BITS(, %rcx, 8), %rax
    jz 2f
    shl $6, %ecx
    or %ecx, %eax
    mov %eax, %gs:CPU_READY_TOP
    jmp switch_and_exit
2:  dec %ecx // one below is not empty
    jmp 1b

nobody_ready:
    mov $cpu0 + CPU_IDLE, %r14
    mov %r14, %gs:CPU_CURRENT
    CHARGE
    jmp idle

next_by_c:
    mov %gs:CPU_STACK, %rsp
    xor %ebp, %ebp
    call schedule
    jmp exit_to_current

wait_limited:
    cmp $-1, %esi
    jne fast_to_slow
    shr $32, %rsi
    jz wait_not_at_all
    imul time_scale, %rsi
    shr $TIME_SCALE_SHIFT, %rsi
    rdtsc
    shl $32, %rdx
    or %rdx, %rax
    add %rax, %rsi
    mov %rsi, T_TIMEOUT(%r15)
    add time_late, %rsi
    cmp %rsi, T_TIMER_DEADLINE(%r15)
    jbe wait_commit
    mov %gs:CPU_STACK, %rsp
    xor %ebp, %ebp
    mov %r15, %rdi
    call time_requeue
    jmp wait_commit

wait_not_at_all: // whoever fast_notify_wait woke may be more important
    mov $-1, %esi // whom to wait for; 0 µs
    movb $1, %gs:CPU_RESCHEDULE
    jmp fast_to_slow
