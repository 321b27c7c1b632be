// SPDX-License-Identifier: BSD-2-Clause
//
// Root reads the stack of a dead program without touching it: through the VM server, which gives
// what is present and its own, or, for the two programs that were loaded by hand, in root's own
// mapping of the frames.
#include "report.h"

#include <l4/l4.h>
#include <rt/log.h>
#include <string.h>

#include "layout.h"
#include "memory.h"
#include "program.h"
#include "trace.h"
#include "vm_client.h"

enum { FRAMES_MAX = 16, STACK_WORDS_MAX = 1024, PAGE_FAULT = 14 };

static const char *const exception_names[] = {
    [0] = "division by zero", [1] = "debug exception",     [3] = "breakpoint",
    [4] = "overflow",         [6] = "invalid instruction", [7] = "FPU used without leave",
    [12] = "stack fault",     [13] = "protection fault",   [PAGE_FAULT] = "page fault",
    [16] = "FPU error",       [17] = "unaligned access",   [19] = "SSE error",
};

static void registers_log(const struct l4_exception *frame)
{
    log_line(NULL, "  ip %016lx sp %016lx bp %016lx flags %lx", frame->ip, frame->sp, frame->bp,
             frame->flags);
    log_line(NULL, "  ax %016lx bx %016lx cx %016lx dx %016lx", frame->ax, frame->bx, frame->cx,
             frame->dx);
    log_line(NULL, "  si %016lx di %016lx r8 %016lx r9 %016lx", frame->si, frame->di, frame->r8,
             frame->r9);
    log_line(NULL, "  10 %016lx 11 %016lx 12 %016lx 13 %016lx", frame->r10, frame->r11, frame->r12,
             frame->r13);
    log_line(NULL, "  14 %016lx 15 %016lx", frame->r14, frame->r15);
}

// How many words of the stack could be read; 0 where there are none.
static uint32_t stack_read(unsigned number, uint64_t address, uint64_t words[VM_PEEK_WORDS])
{
    const struct program_record *program = &programs[number];
    if (!program->stack)
        return vm_peek_for(program_task(number), address, words);
    uint64_t first = STACK_END - program->stack_bytes;
    if (address < first || address >= STACK_END)
        return 0;
    uint64_t bytes = STACK_END - address;
    if (bytes > VM_PEEK_WORDS * sizeof *words)
        bytes = VM_PEEK_WORDS * sizeof *words;
    memcpy(words, program->stack + (address - first), bytes);
    return (uint32_t)(bytes / sizeof *words);
}

// `lookup` is inside the function, `address` may already be behind it.
static void place_log(const struct trace_file *trace, uint64_t address, uint64_t lookup, bool sure)
{
    uint64_t start;
    const char *name = trace_function(trace, lookup, &start);
    if (name)
        log_line(NULL, "  %016lx %s+0x%lx%s", address, name, address - start, sure ? "" : " ?");
    else
        log_line(NULL, "  %016lx%s", address, sure ? "" : " ?");
}

static void backtrace_log(unsigned number, uint64_t ip, uint64_t sp)
{
    uint64_t physical, words[VM_PEEK_WORDS];
    size_t file_bytes;
    struct trace_file trace;
    struct trace_walk walk;
    const void *file = memory_module(programs[number].image->file, &file_bytes, &physical);
    if (!file || !trace_open(&trace, file, file_bytes))
        return;
    log_line(NULL, "  backtrace; `?`: a word of the stack that may be left over");
    place_log(&trace, ip, ip, true);
    trace_begin(&trace, &walk, ip);
    unsigned frames = 0, seen = 0;
    uint32_t count = 1;
    while (count && seen < STACK_WORDS_MAX) {
        count = sp % sizeof *words ? 0 : stack_read(number, sp + seen * sizeof *words, words);
        for (uint32_t i = 0; i < count; i++) {
            enum trace_verdict verdict = trace_word(&trace, &walk, words[i]);
            if (verdict == TRACE_NO_FRAME)
                continue;
            place_log(&trace, words[i], words[i] - 1, verdict == TRACE_SURE);
            if (++frames == FRAMES_MAX)
                return;
        }
        seen += count;
    }
}

// A page that could not be had for want of memory looks like any page fault. Not for the VM server
// itself, which has no limit and does not answer any more.
static void shortage_log(unsigned number)
{
    struct vm_usage usage;
    uint64_t limit = programs[number].image->memory_bytes & ~(PAGE_BYTES - 1);
    if (vm_usage(program_task(number), &usage) != 0)
        return;
    if (usage.used_bytes >= limit)
        log_line(NULL, "  its memory limit of %lu bytes is used up", limit);
    else if (vm_free_bytes() == 0)
        log_line(NULL, "  the machine's memory is used up");
}

void report_exception(unsigned number, const struct l4_exception *frame)
{
    const char *name = NULL;
    if (frame->vector < sizeof exception_names / sizeof exception_names[0])
        name = exception_names[frame->vector];
    log_line(NULL, "root: %s: %s (vector %lu, code %lx) at %lx, address %lx",
             programs[number].image->name, name ? name : "exception", frame->vector, frame->error,
             frame->ip, frame->address);
    if (frame->vector == PAGE_FAULT && number != PROGRAM_VM)
        shortage_log(number);
    registers_log(frame);
    backtrace_log(number, frame->ip, frame->sp);
}

void report_hang(unsigned number)
{
    struct l4_thread_state state;
    if (l4_thread_state(program_thread_slot(number), &state) != L4_STATUS_OK)
        return;
    log_line(NULL, "root: %s does not answer", programs[number].image->name);
    log_line(NULL, "  ip %016lx sp %016lx", state.ip, state.sp);
    backtrace_log(number, state.ip, state.sp);
}
