// SPDX-License-Identifier: BSD-2-Clause
//
// Instructions and fixed numbers of the processor.
#ifndef KERNEL_X86_H
#define KERNEL_X86_H

#include <stdint.h>

#define MSR_APIC_BASE 0x1b
#define MSR_PAT       0x277
#define MSR_EFER      0xc0000080
#define MSR_STAR      0xc0000081
#define MSR_LSTAR     0xc0000082
#define MSR_FMASK     0xc0000084
#define MSR_FS_BASE   0xc0000100
#define MSR_GS_BASE   0xc0000101
#define MSR_KERNEL_GS 0xc0000102

#define EFER_SYSCALL 1ull
#define EFER_NX      (1ull << 11)

#define CR0_MONITOR  (1ull << 1)
#define CR0_EMULATE  (1ull << 2)
#define CR0_SWITCHED (1ull << 3)
#define CR0_NUMERIC  (1ull << 5)
#define CR0_PROTECT  (1ull << 16)

#define CR4_MACHINE (1ull << 6) // machine checks are exceptions, not resets
#define CR4_GLOBAL  (1ull << 7)
#define CR4_OSFXSR  (1ull << 9)
#define CR4_OSXMMEX (1ull << 10)
#define CR4_PCID    (1ull << 17)
#define CR4_SMEP    (1ull << 20)
#define CR4_SMAP    (1ull << 21)

#define FLAG_ALWAYS    0x2ull
#define FLAG_TRAP      0x100ull
#define FLAG_INTERRUPT 0x200ull
#define FLAG_DIRECTION 0x400ull
#define FLAG_NESTED    0x4000ull
#define FLAG_RESUME    0x10000ull
#define FLAG_ALIGNMENT 0x40000ull

// What a user program may have set by others in its flags: arithmetic, direction, trap, resume.
#define FLAGS_OF_USER 0x10dd5ull

#define PAGE_BYTES  4096ull
#define LARGE_BYTES (2ull << 20)

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static inline uint64_t rdtsc(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

// read_cr0, write_cr0, …
#define CONTROL_REGISTER(name)                                                                     \
    static inline uint64_t read_##name(void)                                                       \
    {                                                                                              \
        uint64_t value;                                                                            \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));                                     \
        return value;                                                                              \
    }                                                                                              \
    static inline void write_##name(uint64_t value)                                                \
    {                                                                                              \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory");                            \
    }
CONTROL_REGISTER(cr0)
CONTROL_REGISTER(cr3)
CONTROL_REGISTER(cr4)
#undef CONTROL_REGISTER

static inline void invalidate_page(uint64_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

// `kind` 0: one address of one PCID, 1: all of one PCID.
static inline void invalidate_pcid(uint64_t kind, uint64_t pcid, uint64_t address)
{
    struct {
        uint64_t pcid, address;
    } what = {pcid, address};
    __asm__ volatile("invpcid %0, %1" : : "m"(what), "r"(kind) : "memory");
}

struct cpuid {
    uint32_t a, b, c, d;
};

static inline struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid result;
    __asm__ volatile("cpuid"
                     : "=a"(result.a), "=b"(result.b), "=c"(result.c), "=d"(result.d)
                     : "a"(leaf), "c"(0));
    return result;
}

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void fill_words(void *memory, uint64_t value, uint64_t words)
{
    __asm__ volatile("rep stosq" : "+D"(memory), "+c"(words) : "a"(value) : "memory");
}

static inline void zero_words(void *memory, uint64_t words)
{
    fill_words(memory, 0, words);
}

// How many words are zero before one that is not; at least one is looked at.
static inline uint64_t count_zero_words(const uint64_t *words, uint64_t limit)
{
    const uint64_t *end = words;
    bool other;
    __asm__ volatile("repe scasq" : "+D"(end), "+c"(limit), "=@ccne"(other) : "a"(0ull) : "memory");
    return (uint64_t)(end - words) - other;
}

static inline void copy_words(void *to, const void *from, uint64_t words)
{
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

#endif
