// SPDX-License-Identifier: BSD-2-Clause
//
// Where things are in the kernel's part of the address space, and other numbers that the assembler
// files share with C.
//
// The kernel maps its own image, its pool and three device pages, and nothing else: it cannot touch
// a user's memory even by mistake, apart from UTCBs, which are in the pool.
#ifndef KERNEL_LAYOUT_H
#define KERNEL_LAYOUT_H

#define KERNEL_BASE     0xffffffff80000000
#define KERNEL_PHYSICAL 0x100000
#define POOL_BASE       0xffff800000000000 // + physical address of the pool
#define DEVICE_BASE     0xffffffffbfe00000 // last 2 MiB of the kernel's gigabyte

// The interrupt controllers: where their pages are, and the registers that the fast paths use.
#define APIC               DEVICE_BASE
#define APIC_ACKNOWLEDGE   0xb0
#define IOAPIC             (DEVICE_BASE + 0x1000)
#define IOAPIC_DATA        0x10 // the register selected by a write to the first
#define REDIRECTION_LOW    0x2000
#define REDIRECTION_LEVEL  0x8000
#define REDIRECTION_MASKED 0x10000

#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TASK        0x28

#define VECTOR_DEBUG      1
#define VECTOR_NMI        2
#define VECTOR_BREAKPOINT 3
#define VECTOR_OVERFLOW   4
#define VECTOR_NO_FPU     7
#define VECTOR_DOUBLE     8
#define VECTOR_PROTECTION 13
#define VECTOR_PAGE       14
#define VECTOR_MACHINE    18
#define VECTOR_IRQ_FIRST  0x20 // + line
#define IRQ_LINES         24
#define VECTOR_TIMER      (VECTOR_IRQ_FIRST + IRQ_LINES)
#define VECTOR_SPURIOUS   0x3f
#define VECTORS           0x40
#define STUB_BYTES        16

#define TIME_SCALE_SHIFT 16

// What stands in registers.vector beside the vectors of interrupts.
#define ENTERED_BY_SYSCALL 0x100
#define ENTERED_NEVER      0x101 // idle: no user state to go back to

// Values of thread.wait, and bits of thread.attention, see thread.h.
#define WAIT_NONE         0
#define WAIT_ANY          2
#define WAIT_REPLY        4
#define WAIT_IRQ          6 // of an irq's virtual thread: waits for the driver's answer
#define WAIT_NOTIFICATION 8
#define WAIT_SLOW_BIT     1

#define ATTENTION_NOTIFICATION 0x80000000 // bits are set; the sign
#define ATTENTION_SENDER       2          // somebody is queued
#define ATTENTION_SPECIAL      4          // FPU or debug registers to switch

#endif
