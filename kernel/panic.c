// SPDX-License-Identifier: BSD-2-Clause
//
// Panic: registers, and the names of the functions that were under way. The table of names is made
// by the build out of a first link of the kernel (tools/build/kernel-symbols).
#include "log.h"

#include "thread.h"
#include "x86.h"

#define BACKTRACE_DEPTH 16

extern const char image_start[], image_rodata[], image_end[];

// Ascending. Of an address the low half, of a name the distance from the table's beginning.
extern const struct symbol {
    uint32_t address, name;
} symbols[], symbols_end[];

// A return address may already be the next function's: it stands `behind` the call.
static void place_print(uint64_t address, unsigned behind)
{
    const struct symbol *at = symbols;
    log_print("kernel:   %x", address);
    if (address >= (uint64_t)image_start && address < (uint64_t)image_rodata) {
        while (at + 1 != symbols_end && at[1].address <= (uint32_t)(address - behind))
            at++;
        log_print(" %s+0x%x", (const char *)symbols + at->name,
                  (uint64_t)((uint32_t)address - at->address));
    }
    log_print("\n");
}

static void backtrace(const uint64_t *frame)
{
    for (unsigned i = 0; i < BACKTRACE_DEPTH; i++) {
        const char *at = (const char *)frame;
        if (at < image_start || at >= image_end || (uint64_t)at % 8)
            break;
        place_print(frame[1], 1);
        frame = (const uint64_t *)frame[0];
    }
}

static __attribute__((noreturn)) void halt(void)
{
    log_print("kernel: halted\n");
    for (;;)
        __asm__ volatile("cli; hlt");
}

void panic(const char *why)
{
    log_flush();
    log_print("kernel: panic: %s\n", why);
    backtrace(__builtin_frame_address(0));
    halt();
}

void panic_exception(const struct registers *r, uint64_t address)
{
    log_flush();
    log_print("kernel: panic: vector %x error %x address %x\n", r->vector, r->error, address);
    log_print("kernel: ip %x cs %x flags %x sp %x\n", r->ip, r->cs, r->flags, r->sp);
    log_print("kernel: ax %x bx %x cx %x dx %x\n", r->ax, r->bx, r->cx, r->dx);
    log_print("kernel: si %x di %x bp %x\n", r->si, r->di, r->bp);
    log_print("kernel: r8 %x r9 %x r10 %x r11 %x\n", r->r8, r->r9, r->r10, r->r11);
    log_print("kernel: r12 %x r13 %x r14 %x r15 %x\n", r->r12, r->r13, r->r14, r->r15);
    place_print(r->ip, 0);
    backtrace((const uint64_t *)r->bp);
    halt();
}
