/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The first instructions of a program. Root starts it with the start table's address in rdi and
 * the stack pointer aligned to 16.
 */
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp
    call rt_start
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
