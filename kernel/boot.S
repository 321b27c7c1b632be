// SPDX-License-Identifier: BSD-2-Clause
//
// Entry from the boot loader: 32 bits, no paging, eax tells which loader, ebx points to what it
// says. GRUB loads the image by its multiboot 2 header; QEMU's -kernel option knows the first
// version only, and with the addresses given in that header it accepts a 64-bit image.
//
// The first 4 GiB are mapped one to one until the first program is ready; the kernel's own
// addresses are mapped writable and executable only until boot.c has made the real tables.
#include "layout.h"

#define MULTIBOOT1_HEADER 0x1badb002
#define MULTIBOOT1_FLAGS  0x00010003 // addresses given, modules on page boundaries, memory map
#define MULTIBOOT2_HEADER 0xe85250d6

#define PHYSICAL(symbol) ((symbol)-KERNEL_BASE)

    .section .boot, "awx"
    .code32
    .balign 8
multiboot1:
    .long MULTIBOOT1_HEADER
    .long MULTIBOOT1_FLAGS
    .long -(MULTIBOOT1_HEADER + MULTIBOOT1_FLAGS)
    .long multiboot1
    .long KERNEL_PHYSICAL
    .long boot_load_end
    .long boot_bss_end
    .long boot_entry

    .balign 8
multiboot2:
    .long MULTIBOOT2_HEADER
    .long 0
    .long multiboot2_end - multiboot2
    .long -(MULTIBOOT2_HEADER + (multiboot2_end - multiboot2))
    .balign 8
    .short 6, 0 // modules on page boundaries
    .long 8
    .balign 8
    .short 0, 0
    .long 8
multiboot2_end:

    .globl boot_entry
boot_entry:
    cli
    cld
    mov %eax, %esi
    mov %ebx, %edi
    rdtsc
    mov %eax, PHYSICAL(boot_tsc)
    mov %edx, PHYSICAL(boot_tsc) + 4

    // Level 4: entry 0 for one to one, 511 for the kernel. Both go through one level 3 table:
    // entries 0 … 3 and 510.
    mov $PHYSICAL(early_level3), %eax
    or $3, %eax
    mov %eax, PHYSICAL(boot_top)
    mov %eax, PHYSICAL(boot_top) + 511 * 8
    mov $PHYSICAL(early_level2), %eax
    or $3, %eax
    mov %eax, PHYSICAL(early_level3) + 510 * 8
    mov $PHYSICAL(early_level3), %ebx
    mov $4, %ecx
1:  mov %eax, (%ebx)
    add $0x1000, %eax
    add $8, %ebx
    loop 1b
    mov $PHYSICAL(early_level2), %ebx
    mov $0x83, %eax
    mov $4 * 512, %ecx
2:  mov %eax, (%ebx)
    add $0x200000, %eax
    add $8, %ebx
    loop 2b

    mov $0x20, %eax // physical address extension, and nothing that a loader may have left
    mov %eax, %cr4
    mov $PHYSICAL(boot_top), %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx
    rdmsr
    or $0x901, %eax // system calls, long mode, no-execute
    wrmsr
    mov %cr0, %eax
    and $~0x60000000, %eax // caches on
    or $0x80010001, %eax
    mov %eax, %cr0
    lgdt early_gdt_pointer
    ljmp $8, $boot_long

    .balign 8
early_gdt:
    .quad 0
    .quad 0x00209a0000000000
    .quad 0x0000920000000000
early_gdt_pointer:
    .short . - early_gdt - 1
    .long early_gdt

    .code64
boot_long:
    mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    movabs $kernel_stack_top, %rsp
    xor %ebp, %ebp
    mov %esi, %esi
    mov %edi, %edi
    xchg %rsi, %rdi // loader's number, its information
    // boot_main makes the first thread current and unmaps the code we are in: it returns to an
    // ordinary way out.
    movabs $exit_to_current, %rax
    push %rax
    movabs $boot_main, %rax
    jmp *%rax

    .section .bss
    .balign 4096
    .globl boot_top
boot_top:
    .skip 4096
early_level3:
    .skip 4096
early_level2:
    .skip 4 * 4096
    .globl kernel_stack_top
    .skip 8192
kernel_stack_top:
    .globl exception_stacks
exception_stacks:
    .skip 4 * 4096
    .globl boot_tsc
boot_tsc:
    .skip 8

    .section .note.GNU-stack, "", @progbits
