// SPDX-License-Identifier: BSD-2-Clause
//
// Ways into the kernel and out of it.
//
// The task segment points the processor's stack at the end of the running thread's saved registers,
// so an interrupt writes them where they belong, and only then moves to the kernel's stack. While a
// thread runs in user mode its `vector` says ENTERED_BY_SYSCALL; interrupts overwrite it, and the
// way back restores it. It tells the way out which of the two ways to take.
//
// gs: swapped on every change between user and kernel. Interrupts know from the saved code segment
// where they come from. Non-maskable interrupts, machine checks and debug exceptions may come
// between a change of mode and its swap: they have stacks of their own and look at the base
// register.
#include <kernel/offsets.h>

#include "layout.h"

#define MSR_GS_BASE 0xc0000101

    .text

// A place where `clac` is written if the processor has it.
    .macro CLAC
1:  .byte 0x0f, 0x1f, 0x00 // a no-operation of three bytes
    .pushsection .rodata.clac, "a"
    .quad 1b
    .popsection
    .endm

    .macro PUSH_REGISTERS
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %rax
    push %r8
    push %r9
    push %r10
    push %r11
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

    .macro POP_REGISTERS
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rax
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    add $16, %rsp // vector, error
    .endm

    .globl syscall_entry
syscall_entry:
    swapgs
    mov %gs:CPU_CURRENT, %r15
    cmp $L4_OP_COUNT, %rax
    jae syscall_slow
    jmp *syscall_table(, %rax, 8)

fast_null:
    xor %eax, %eax
    xor %r15d, %r15d
    swapgs
    sysretq

// A fast path had saved what the next lines save and found that the case is not its own.
    .globl fast_to_slow
fast_to_slow:
    mov T_BP(%r15), %rbp
    mov T_IP(%r15), %rcx
    mov T_FLAGS(%r15), %r11

    .globl syscall_slow
syscall_slow:
    mov %rsp, T_SP(%r15)
    mov %rcx, T_IP(%r15)
    mov %r11, T_FLAGS(%r15)
    mov %rax, T_AX(%r15)
    mov %rdi, T_DI(%r15)
    mov %rsi, T_SI(%r15)
    mov %rdx, T_DX(%r15)
    mov %r8, T_R8(%r15)
    mov %r9, T_R9(%r15)
    mov %r10, T_R10(%r15)
    mov %rbx, T_BX(%r15)
    mov %r12, T_R12(%r15)
    mov %r13, T_R13(%r15)
    mov %rbp, T_BP(%r15)
    mov %gs:CPU_STACK, %rsp
    xor %ebp, %ebp
    mov %r15, %rdi
    call call_slow

    .globl exit_to_current
exit_to_current:
    mov %gs:CPU_CURRENT, %r15
    mov T_VECTOR(%r15), %eax
    cmp $ENTERED_BY_SYSCALL, %eax
    jne exit_interrupted
    mov T_AX(%r15), %rax
    mov T_DI(%r15), %rdi
    mov T_SI(%r15), %rsi
    mov T_DX(%r15), %rdx
    mov T_R8(%r15), %r8
    mov T_R9(%r15), %r9
    mov T_R10(%r15), %r10
    mov T_BX(%r15), %rbx
    mov T_R12(%r15), %r12
    mov T_R13(%r15), %r13
    mov T_BP(%r15), %rbp
    // The instruction pointer is below the end of user space, which nothing can be mapped at:
    // sysret never sees an address that is not canonical.
    mov T_IP(%r15), %rcx
    mov T_FLAGS(%r15), %r11
    mov T_SP(%r15), %rsp
    xor %r14d, %r14d
    xor %r15d, %r15d
    swapgs
    sysretq

exit_interrupted:
    cmp $ENTERED_NEVER, %eax
    je idle
    movl $ENTERED_BY_SYSCALL, T_VECTOR(%r15)
    lea T_REGISTERS(%r15), %rsp
    swapgs
    POP_REGISTERS
    iretq

    .globl idle
idle:
    mov %gs:CPU_STACK, %rsp
    sti
    hlt
    cli
    jmp idle

    .globl interrupt_common
interrupt_common:
    testb $3, 24(%rsp) // saved code segment
    jz interrupt_in_kernel
    PUSH_REGISTERS
    swapgs
    CLAC
    cld
    mov %gs:CPU_CURRENT, %r15
    mov %gs:CPU_STACK, %rsp
    mov T_VECTOR(%r15), %edi
    xor %ebp, %ebp
    cmp $32, %edi
    jb exception
    cmp $VECTOR_IRQ_FIRST + IRQ_LINES, %edi
    jb fast_irq
    call interrupt_enter
    jmp exit_to_current

exception:
    mov %r15, %rdi
    mov %cr2, %rsi
    call fault_enter
    jmp exit_to_current

// Only the idle loop is interrupted in the kernel. There is nothing in it worth keeping.
interrupt_in_kernel:
    cmpl $32, (%rsp)
    jb exception_in_kernel
    mov (%rsp), %edi
    mov %gs:CPU_STACK, %rsp
    mov %gs:CPU_CURRENT, %r15
    cld
    xor %ebp, %ebp
    cmp $VECTOR_IRQ_FIRST + IRQ_LINES, %edi
    jb fast_irq
    call interrupt_enter
    jmp exit_to_current

exception_in_kernel:
    PUSH_REGISTERS
    cld
    mov %rsp, %rdi
    mov %cr2, %rsi
    call panic_exception

// Looks at the base of gs and swaps if it is a user's. ebx: whether it did.
    .macro PARANOID_ENTRY
    PUSH_REGISTERS
    cld
    xor %ebx, %ebx
    mov $MSR_GS_BASE, %ecx
    rdmsr
    test %edx, %edx
    js 1f
    swapgs
    inc %ebx
1:  CLAC
    .endm

    .macro PARANOID_EXIT
    test %ebx, %ebx
    jz 1f
    swapgs
1:  POP_REGISTERS
    iretq
    .endm

    .globl nmi_entry
nmi_entry:
    push $0
    push $2
    PARANOID_ENTRY
    call nmi_enter
    PARANOID_EXIT

fatal_entry: // double fault, machine check: vector and error are pushed
    PARANOID_ENTRY
    mov %rsp, %rdi
    mov %cr2, %rsi
    call panic_exception

    .globl debug_entry
debug_entry:
    push $0
    push $1
    testb $3, 24(%rsp)
    jz debug_in_kernel
    PUSH_REGISTERS
    swapgs
    CLAC
    cld
    mov %gs:CPU_CURRENT, %r15
    lea T_REGISTERS(%r15), %rdi
    mov %rsp, %rsi
    mov $(T_REGISTERS_END - T_REGISTERS) / 8, %ecx
    rep movsq
    mov %gs:CPU_STACK, %rsp
    mov %dr6, %rsi
    xor %eax, %eax
    mov %rax, %dr6
    xor %ebp, %ebp
    mov %r15, %rdi
    call fault_enter
    jmp exit_to_current

// A breakpoint on the operand of `mov ss` is reported behind the system call that follows it. The
// user did that to nobody but itself; gs may still be the user's and is not used.
debug_in_kernel:
    push %rax
    xor %eax, %eax
    mov %rax, %dr6
    pop %rax
    add $16, %rsp
    iretq

    .globl double_fault_entry
double_fault_entry:
    push $8
    jmp fatal_entry

    .globl machine_check_entry
machine_check_entry:
    push $0
    push $18
    jmp fatal_entry

// Stubs. What the processor does not push as error code is pushed as zero.
    .macro STUB vector
stub_\vector:
    .if \vector != 10 && \vector != 11 && \vector != 12 && \vector != 13 && \vector != 14 && \vector != 17 && \vector != 21
    push $0
    .endif
    push $\vector
    jmp interrupt_common
    .pushsection .rodata.stubs, "a"
    .quad stub_\vector
    .popsection
    .endm

    .pushsection .rodata.stubs, "a"
    .balign 8
    .globl interrupt_stubs
interrupt_stubs:
    .popsection

    .altmacro
    .set number, 0
    .rept VECTORS
    STUB %number
    .set number, number + 1
    .endr
    .noaltmacro

    .section .rodata.clac, "a"
    .globl clac_places
clac_places:

    .section .rodata
    .balign 8
syscall_table:
    .quad fast_null
    .quad fast_call
    .quad fast_reply_wait
    .quad fast_exchange
    .quad fast_notify
    .quad fast_wait
    .rept L4_OP_COUNT - 7
    .quad syscall_slow
    .endr
    .quad fast_notify_wait

    .section .note.GNU-stack, "", @progbits
