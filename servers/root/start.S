// SPDX-License-Identifier: BSD-2-Clause
//
// Root's first instructions. The kernel gives it no stack.
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    lea stack_end(%rip), %rsp
    xor %ebp, %ebp
    call root_main
    ud2
    .size _start, . - _start

    .bss
    .balign 16
    .skip 16384
stack_end:

    .section .note.GNU-stack, "", @progbits
