// SPDX-License-Identifier: BSD-2-Clause
//
// The processor's tables: segments, task, interrupts, system call entry, protection features.
#include "cpu.h"

#define IST_NMI     1
#define IST_DOUBLE  2
#define IST_MACHINE 3
#define IST_DEBUG   4

#define GATE_INTERRUPT 0x8e
#define GATE_ANYBODY   0x60 // user programs may raise it

#define CPUID1_C_PCID    (1u << 17)
#define CPUID7_B_SMEP    (1u << 7)
#define CPUID7_B_INVPCID (1u << 10)
#define CPUID7_B_SMAP    (1u << 20)

// Memory types by the three page-table bits: 1 is write combining instead of write through.
#define PAT_VALUE 0x0007040600070106ull

struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};

struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static uint64_t gdt[7];
static struct gate idt[VECTORS];

extern const uint8_t interrupt_stubs[VECTORS][STUB_BYTES]; // in entry.S
extern char kernel_stack_top[], exception_stacks[];
extern void syscall_entry(void);
extern uint8_t clac_places[], clac_places_end[];

static void segments_init(struct cpu *cpu)
{
    uint64_t task = (uint64_t)&cpu->task, limit = sizeof cpu->task - 1;
    gdt[1] = 0x00209b0000000000; // kernel code
    gdt[2] = 0x0000930000000000; // kernel data
    gdt[3] = 0x0000f30000000000; // user data
    gdt[4] = 0x0020fb0000000000; // user code
    gdt[5] = (limit & 0xffff) | (task & 0xffffff) << 16 | 0x89ull << 40 | (limit >> 16) << 48 |
             (task >> 24 & 0xff) << 56;
    gdt[6] = task >> 32;
    struct table_pointer pointer = {sizeof gdt - 1, (uint64_t)gdt};
    __asm__ volatile("lgdt %0" : : "m"(pointer));
    __asm__ volatile("pushq %0; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:"
                     :
                     : "i"(SELECTOR_KERNEL_CODE)
                     : "rax", "memory");
    __asm__ volatile("mov %0, %%ss; mov %1, %%ds; mov %1, %%es; mov %1, %%fs; mov %1, %%gs"
                     :
                     : "r"(SELECTOR_KERNEL_DATA), "r"(0));
    cpu->task.io_base = IO_BASE_NONE;
    cpu->task.io_bitmap[sizeof cpu->task.io_bitmap - 1] = 0xff;
    cpu->task.ist[IST_NMI - 1] = (uint64_t)exception_stacks + 1 * 4096;
    cpu->task.ist[IST_DOUBLE - 1] = (uint64_t)exception_stacks + 2 * 4096;
    cpu->task.ist[IST_MACHINE - 1] = (uint64_t)exception_stacks + 3 * 4096;
    cpu->task.ist[IST_DEBUG - 1] = (uint64_t)exception_stacks + 4 * 4096;
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TASK));
    // Out of reset there is a local table, at address 0: a user's to fill, with gates to here.
    __asm__ volatile("lldt %w0" : : "r"(0));
    wrmsr(MSR_GS_BASE, (uint64_t)cpu);
    wrmsr(MSR_KERNEL_GS, 0);
    cpu->stack = (uint64_t)kernel_stack_top;
}

static void features_find(void)
{
    struct cpuid basic = cpuid(0), extended = cpuid(0x80000000);
    struct cpuid one = cpuid(1), seven = {0, 0, 0, 0};
    if (basic.a >= 7)
        seven = cpuid(7);
    unsigned bits = extended.a >= 0x80000008 ? cpuid(0x80000008).a & 0xff : 36;
    features.physical_limit = 1ull << (bits < 52 ? bits : 52);
    features.smep = seven.b & CPUID7_B_SMEP;
    features.smap = seven.b & CPUID7_B_SMAP;
    features.pcid = one.c & CPUID1_C_PCID && seven.b & CPUID7_B_INVPCID;
}

// Where SMAP is there, entries from user mode clear the flag that a user may have set to defeat it.
static void patch_clac(void)
{
    const uint64_t *places = (const uint64_t *)clac_places;
    uint64_t count = ((uint64_t)clac_places_end - (uint64_t)clac_places) / sizeof *places;
    for (uint64_t i = 0; i < count; i++) {
        uint8_t *code = (uint8_t *)places[i];
        code[0] = 0x0f;
        code[1] = 0x01;
        code[2] = 0xca;
    }
}

static void interrupts_init(void)
{
    static const uint8_t stacks[VECTORS] = {[VECTOR_DEBUG] = IST_DEBUG,
                                            [VECTOR_NMI] = IST_NMI,
                                            [VECTOR_DOUBLE] = IST_DOUBLE,
                                            [VECTOR_MACHINE] = IST_MACHINE};
    for (unsigned vector = 0; vector < VECTORS; vector++) {
        bool anybody = vector == VECTOR_BREAKPOINT || vector == VECTOR_OVERFLOW;
        uint64_t at = (uint64_t)&interrupt_stubs[vector];
        idt[vector] = (struct gate){
            .offset_low = (uint16_t)at,
            .selector = SELECTOR_KERNEL_CODE,
            .ist = stacks[vector],
            .type = anybody ? GATE_INTERRUPT | GATE_ANYBODY : GATE_INTERRUPT,
            .offset_middle = (uint16_t)(at >> 16),
            .offset_high = (uint32_t)(at >> 32),
        };
    }
    struct table_pointer pointer = {sizeof idt - 1, (uint64_t)idt};
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

void cpu_init(void)
{
    features_find();
    segments_init(&cpu0);
    wrmsr(MSR_PAT, PAT_VALUE);
    wrmsr(MSR_STAR,
          (uint64_t)(SELECTOR_USER_DATA - 8) << 48 | (uint64_t)SELECTOR_KERNEL_CODE << 32);
    wrmsr(MSR_LSTAR, (uint64_t)syscall_entry);
    wrmsr(MSR_FMASK,
          FLAG_TRAP | FLAG_INTERRUPT | FLAG_DIRECTION | FLAG_NESTED | FLAG_RESUME | FLAG_ALIGNMENT);
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SYSCALL | EFER_NX);
    // PCIDs from the start: naming one while they are off is an error.
    write_cr4(read_cr4() | CR4_MACHINE | CR4_OSFXSR | CR4_OSXMMEX | CR4_GLOBAL |
              (features.pcid ? CR4_PCID : 0));
    interrupts_init();
    write_cr0((read_cr0() | CR0_MONITOR | CR0_PROTECT | CR0_NUMERIC) & ~CR0_EMULATE);
}

void cpu_protect(void)
{
    if (features.smap) {
        write_cr0(read_cr0() & ~CR0_PROTECT);
        patch_clac();
        write_cr0(read_cr0() | CR0_PROTECT);
    }
    write_cr4(read_cr4() | (features.smep ? CR4_SMEP : 0) | (features.smap ? CR4_SMAP : 0));
}
