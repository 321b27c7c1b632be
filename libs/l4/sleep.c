// SPDX-License-Identifier: BSD-2-Clause
//
// l4_sleep_restartable. Between l4_sleep_begin and l4_sleep_end the kernel may move the instruction
// pointer to l4_sleep_back, so nothing that is needed there is changed in between: rsp, and what is
// on the stack. The numbers are offsets in UTCB and message, operation WAIT and status AGAIN:
#include <l4/preempt.h>

_Static_assert(offsetof(struct l4_utcb, restart_begin) == 112, "see below");
_Static_assert(offsetof(struct l4_utcb, restart_end) == 120, "see below");
_Static_assert(offsetof(struct l4_utcb, restart_at) == 128, "see below");
_Static_assert(offsetof(struct l4_message, label) == 0, "see below");
_Static_assert(offsetof(struct l4_message, tag) == 8, "see below");
_Static_assert(offsetof(struct l4_message, w) == 16, "see below");
_Static_assert(L4_OP_WAIT == 5 && L4_STATUS_AGAIN == 21, "see below");

// clang-format off
__asm__(".pushsection .text\n"
        "    .globl l4_sleep_restartable, l4_sleep_begin, l4_sleep_end\n"
        "    .type l4_sleep_restartable, @function\n"
        "l4_sleep_restartable:\n"
        "    push %rbx\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    push %rcx\n"
        "    push %rdi\n"
        "    mov %fs:0, %rax\n"
        "    lea l4_sleep_begin(%rip), %rcx\n"
        "    mov %rcx, 112(%rax)\n"
        "    lea l4_sleep_back(%rip), %rcx\n"
        "    mov %rcx, 128(%rax)\n"
        "    lea l4_sleep_end(%rip), %rcx\n"
        "    mov %rcx, 120(%rax)\n"
        "l4_sleep_begin:\n"
        "    movl $1, (%rdi)\n"
        "    jmp 2f\n"
        "1:  dec %rdx\n"
        "    mov %rdx, %rax\n"
        "    shl $4, %rax\n"
        "    mov (%rsi, %rax), %rcx\n"
        "    mov (%rcx), %rcx\n"
        "    cmp %rcx, 8(%rsi, %rax)\n"
        "    jne l4_sleep_back\n"
        "2:  test %rdx, %rdx\n"
        "    jnz 1b\n"
        "    mov $-1, %rsi\n"
        "    mov $5, %eax\n"
        "    syscall\n"
        "l4_sleep_end:\n"
        "    mov %fs:0, %rcx\n"
        "    movq $0, 120(%rcx)\n"
        "    pop %rcx\n"
        "    movl $0, (%rcx)\n"
        "    pop %rcx\n"
        "    mov %rdi, 0(%rcx)\n"
        "    mov %rdx, 8(%rcx)\n"
        "    mov %r8, 16(%rcx)\n"
        "    mov %r9, 16 + 8(%rcx)\n"
        "    mov %r10, 16 + 16(%rcx)\n"
        "    mov %rbx, 16 + 24(%rcx)\n"
        "    mov %r12, 16 + 32(%rcx)\n"
        "    mov %r13, 16 + 40(%rcx)\n"
        "    jmp 3f\n"
        "l4_sleep_back:\n"
        "    mov %fs:0, %rax\n"
        "    movq $0, 120(%rax)\n"
        "    pop %rcx\n"
        "    movl $0, (%rcx)\n"
        "    pop %rcx\n"
        "    mov $21, %eax\n"
        "3:  pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbx\n"
        "    ret\n"
        ".popsection\n");
// clang-format on
