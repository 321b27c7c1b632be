// SPDX-License-Identifier: BSD-2-Clause
//
// Panic: registers, and the return addresses on the stack for `tools/backtrace` to name.
#include "panic.h"

#include "layout.h"
#include "log.h"
#include "thread.h"
#include "x86.h"

#define BACKTRACE_DEPTH 16

extern const char image_start[], image_end[];

static void backtrace(const uint64_t *frame)
{
    log_print("kernel: backtrace");
    for (unsigned i = 0; i < BACKTRACE_DEPTH; i++) {
        const char *at = (const char *)frame;
        if (at < image_start || at >= image_end || (uint64_t)at % 8)
            break;
        log_print(" %x", frame[1]);
        frame = (const uint64_t *)frame[0];
    }
    log_print("\n");
}

static __attribute__((noreturn)) void halt(void)
{
    log_print("kernel: halted\n");
    for (;;)
        __asm__ volatile("cli; hlt");
}

void panic(const char *why)
{
    log_print("kernel: panic: %s\n", why);
    backtrace(__builtin_frame_address(0));
    halt();
}

void panic_exception(const struct registers *r, uint64_t address)
{
    log_print("kernel: panic: vector %x error %x address %x\n", r->vector, r->error, address);
    log_print("kernel: ip %x cs %x flags %x sp %x\n", r->ip, r->cs, r->flags, r->sp);
    log_print("kernel: ax %x bx %x cx %x dx %x\n", r->ax, r->bx, r->cx, r->dx);
    log_print("kernel: si %x di %x bp %x\n", r->si, r->di, r->bp);
    log_print("kernel: r8 %x r9 %x r10 %x r11 %x\n", r->r8, r->r9, r->r10, r->r11);
    log_print("kernel: r12 %x r13 %x r14 %x r15 %x\n", r->r12, r->r13, r->r14, r->r15);
    backtrace((const uint64_t *)r->bp);
    halt();
}
