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
#include "fast_macros.inc"

#define MSR_GS_BASE 0xc0000101
#define ERROR_CODES 0x227d00 // bit n: vector n comes with an error code

// What a slow system call saves and loads beside stack, instruction pointer and flags.
#define EACH_ARGUMENT(DO)                                                                          \
    DO(AX, %rax) DO(DI, %rdi) DO(SI, %rsi) DO(DX, %rdx) DO(R8, %r8) DO(R9, %r9) DO(R10, %r10)      \
    DO(BX, %rbx) DO(R12, %r12) DO(R13, %r13) DO(BP, %rbp)

    ENTRY syscall_entry
    swapgs
    mov %gs:CPU_CURRENT, %r15
    and $L4_OP_MASK, %eax
    jmp *syscall_table(, %rax, 8)

fast_null:
    xor %eax, %eax
    RETURN

// A fast path had saved what the next lines save and found that the case is not its own.
    ENTRY fast_to_slow
    mov T_BP(%r15), %rbp
    mov T_IP(%r15), %rcx
    mov T_FLAGS(%r15), %r11

    ENTRY syscall_slow
    mov %rsp, T_SP(%r15)
    mov %rcx, T_IP(%r15)
    mov %r11, T_FLAGS(%r15)
    EACH_ARGUMENT(STORE)
    mov %gs:CPU_STACK, %rsp
    xor %ebp, %ebp
    mov %r15, %rdi
    call call_slow

    ENTRY exit_to_current
    mov %gs:CPU_CURRENT, %r15
    cmpl $ENTERED_BY_SYSCALL, T_VECTOR(%r15)
    jne exit_interrupted
    ENTRY exit_to_syscall
    EACH_ARGUMENT(LOAD)
    // The instruction pointer is below the end of user space, which nothing can be mapped at:
    // sysret never sees an address that is not canonical.
    mov T_IP(%r15), %rcx
    mov T_FLAGS(%r15), %r11
    mov T_SP(%r15), %rsp
    RETURN

exit_interrupted:
    ja idle // ENTERED_NEVER
    LEAVE_TO_INTERRUPTED %r15

    ENTRY idle
    mov %gs:CPU_STACK, %rsp
    sti
    hlt
    cli
    jmp idle

exception_entry:
    testb $3, 24(%rsp)
    jz exception_in_kernel
    PUSH_REGISTERS
    swapgs
    mov %cr2, %rsi
exception_of_user:
    mov %gs:CPU_CURRENT, %r15
    mov %r15, %rdi
    ENTER_C
    call fault_enter
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

nmi_entry:
    PARANOID_ENTRY
    call nmi_enter
    PARANOID_EXIT

fatal_entry: // double fault, machine check
    PARANOID_ENTRY
    mov %rsp, %rdi
    mov %cr2, %rsi
    call panic_exception

debug_entry:
    testb $3, 24(%rsp)
    jz debug_in_kernel
    PUSH_REGISTERS
    swapgs
    mov %gs:CPU_CURRENT, %r15
    lea T_REGISTERS(%r15), %rdi
    mov %rsp, %rsi
    mov $(T_REGISTERS_END - T_REGISTERS) / 8, %ecx
    cld
    rep movsq
    mov %dr6, %rsi
    xor %eax, %eax
    mov %rax, %dr6
    jmp exception_of_user

// A breakpoint on the operand of `mov ss` is reported behind the system call that follows it. The
// user did that to nobody but itself; gs may still be the user's and is not used.
debug_in_kernel:
    push %rax
    xor %eax, %eax
    mov %rax, %dr6
    pop %rax
    add $16, %rsp
    iretq

// Stubs, STUB_BYTES each. What the processor does not push as error code is pushed as zero.
    .balign STUB_BYTES
    ENTRY interrupt_stubs
    .set vector, 0
    .rept VECTORS
    .balign STUB_BYTES
    .if !(ERROR_CODES >> vector & 1)
    push $0
    .endif
    push $vector
    .if vector >= VECTOR_IRQ_FIRST
    jmp interrupt_entry
    .elseif vector == VECTOR_DEBUG
    jmp debug_entry
    .elseif vector == VECTOR_NMI
    jmp nmi_entry
    .elseif vector == VECTOR_DOUBLE || vector == VECTOR_MACHINE
    jmp fatal_entry
    .else
    jmp exception_entry
    .endif
    .set vector, vector + 1
    .endr

    .section .rodata.clac, "a"
    ENTRY clac_places

    .section .rodata
    .balign 8
syscall_table:
    .quad fast_null
    .quad fast_call
    .quad fast_reply_wait
    .quad fast_exchange
    .quad fast_notify
    .quad fast_wait
    .rept L4_OP_NOTIFY_WAIT - 6
    .quad syscall_slow
    .endr
    .quad fast_notify_wait
    .rept L4_OP_MASK - L4_OP_NOTIFY_WAIT
    .quad syscall_slow
    .endr
