// SPDX-License-Identifier: BSD-2-Clause
//
// The VM server's first instructions. It is started before there is a start table, so it does not
// use the runtime's.
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp
    call vm_run
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
