/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin for QEMU's translator that counts how often every instruction of the guest is executed.
 *
 * Counting is exact: each instruction adds one to a counter of its address when it is executed. The
 * load generator, which lives in the same process, says when a measurement begins and ends; the
 * counts of that window are written as "OUTPUT.N", N from 0, and those of the time until the first
 * echo as "OUTPUT.boot". Without a load generator there is one window, the whole run.
 *
 * Written are, one a line:
 *   window INSTRUCTIONS NS         what QEMU counted between begin and end, to check the rest
 *   event NAME COUNT               executed instructions of a special kind
 *   masked INSTRUCTIONS BEGIN END  the longest stretch of kernel code without a chance for an
 *                                  interrupt, and the addresses where it began and ended
 *   pc ADDRESS COUNT
 *
 * With trace=N the first N instructions of a window are written as well, in order, as
 * "OUTPUT.N.trace":
 *   pc ADDRESS           one instruction
 *   read|write ADDRESS   it accessed a device at that physical address
 *
 * The kernel runs with interrupts masked from entry to exit, so a stretch is what is executed at
 * kernel addresses until the next instruction of a user program, `sti` or `hlt`.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qemu-plugin.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

enum event {
    EVENT_NONE,
    EVENT_SYSCALL,
    EVENT_SYSRET,
    EVENT_IRET,
    EVENT_CR3_WRITE,
    EVENT_HALT,
    EVENT_STI,
    EVENTS,
};

static const char *const event_names[EVENTS] = {
    [EVENT_SYSCALL] = "syscall", [EVENT_SYSRET] = "sysret", [EVENT_IRET] = "iret",
    [EVENT_CR3_WRITE] = "cr3",   [EVENT_HALT] = "halt",     [EVENT_STI] = "sti",
};

enum { BUCKETS = 1 << 16 };

struct instruction {
    struct instruction *next;
    uint64_t address, count;
    enum event event;
};

/* A translated block, for the stretches with interrupts masked. */
struct block {
    uint64_t address, last;
    uint32_t instructions;
    bool kernel, opens; /* `sti` or `hlt` is among the instructions */
};

static const uint64_t kernel_begin = UINT64_C(1) << 63;

static struct instruction *bucket[BUCKETS];
static const char *output = "profile";
static unsigned window;
static bool window_open = true, masked_wanted;
static uint64_t window_instructions;
static uint64_t trace_wanted, trace_left;
static FILE *trace;
static int64_t window_ns;
static struct {
    uint64_t instructions, begin, end;
} stretch, longest;

static enum event event_of(const uint8_t *code, size_t size)
{
    size_t at = 0;

    while (at < size && (code[at] & 0xf0) == 0x40) {
        at++; /* REX */
    }
    size_t left = size - at;
    if (left >= 1 && code[at] == 0xf4) {
        return EVENT_HALT;
    }
    if (left >= 1 && code[at] == 0xfb) {
        return EVENT_STI;
    }
    if (left >= 1 && code[at] == 0xcf) {
        return EVENT_IRET;
    }
    if (left < 2 || code[at] != 0x0f) {
        return EVENT_NONE;
    }
    switch (code[at + 1]) {
    case 0x05:
        return EVENT_SYSCALL;
    case 0x07:
        return EVENT_SYSRET;
    case 0x22:
        return left >= 3 && (code[at + 2] >> 3 & 7) == 3 ? EVENT_CR3_WRITE : EVENT_NONE;
    default:
        return EVENT_NONE;
    }
}

static struct instruction *instruction_at(uint64_t address, enum event event)
{
    struct instruction **head = &bucket[(address ^ address >> 16) % BUCKETS], *i;

    for (i = *head; i != NULL; i = i->next) {
        if (i->address == address && i->event == event) {
            return i;
        }
    }
    i = calloc(1, sizeof(*i));
    if (i == NULL) {
        abort();
    }
    i->address = address;
    i->event = event;
    i->next = *head;
    *head = i;
    return i;
}

static void block_executed(unsigned int cpu, void *data)
{
    const struct block *block = data;

    (void)cpu;
    if (block->kernel) {
        if (stretch.instructions == 0) {
            stretch.begin = block->address;
        }
        stretch.instructions += block->instructions;
        stretch.end = block->last;
    }
    if (!block->kernel || block->opens) {
        if (window_open && stretch.instructions > longest.instructions) {
            longest = stretch;
        }
        stretch.instructions = 0;
    }
}

static void traced(unsigned int cpu, void *data)
{
    const struct instruction *instruction = data;

    (void)cpu;
    if (trace_left != 0) {
        trace_left--;
        fprintf(trace, "pc %" PRIx64 "\n", instruction->address);
    }
}

static void memory_traced(unsigned int cpu, qemu_plugin_meminfo_t access, uint64_t address,
                          void *data)
{
    struct qemu_plugin_hwaddr *place;

    (void)cpu;
    (void)data;
    if (trace_left == 0) {
        return;
    }
    place = qemu_plugin_get_hwaddr(access, address);
    if (place != NULL && qemu_plugin_hwaddr_is_io(place)) {
        fprintf(trace, "%s %" PRIx64 "\n", qemu_plugin_mem_is_store(access) ? "write" : "read",
                qemu_plugin_hwaddr_phys_addr(place));
    }
}

static void block_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    size_t instructions = qemu_plugin_tb_n_insns(tb);
    struct block *block = calloc(1, sizeof(*block));

    (void)id;
    if (block == NULL) {
        abort();
    }
    block->address = qemu_plugin_tb_vaddr(tb);
    block->kernel = block->address >= kernel_begin;
    block->instructions = (uint32_t)instructions;
    for (size_t i = 0; i < instructions; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        enum event event = event_of(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn));
        struct instruction *counted = instruction_at(qemu_plugin_insn_vaddr(insn), event);

        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
                                                   &counted->count, 1);
        if (trace_wanted != 0) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, traced, QEMU_PLUGIN_CB_NO_REGS, counted);
            qemu_plugin_register_vcpu_mem_cb(insn, memory_traced, QEMU_PLUGIN_CB_NO_REGS,
                                             QEMU_PLUGIN_MEM_RW, NULL);
        }
        block->last = counted->address;
        block->opens |= event == EVENT_STI || event == EVENT_HALT;
    }
    if (masked_wanted) {
        qemu_plugin_register_vcpu_tb_exec_cb(tb, block_executed, QEMU_PLUGIN_CB_NO_REGS, block);
    } else {
        free(block);
    }
}

static void counts_write(FILE *file)
{
    uint64_t events[EVENTS] = {0};

    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct instruction *at = bucket[i]; at != NULL; at = at->next) {
            events[at->event] += at->count;
            if (at->count != 0) {
                fprintf(file, "pc %" PRIx64 " %" PRIu64 "\n", at->address, at->count);
            }
        }
    }
    for (int event = EVENT_NONE + 1; event < EVENTS; event++) {
        fprintf(file, "event %s %" PRIu64 "\n", event_names[event], events[event]);
    }
    if (masked_wanted) {
        fprintf(file, "masked %" PRIu64 " %" PRIx64 " %" PRIx64 "\n", longest.instructions,
                longest.begin, longest.end);
    }
}

static FILE *output_open(const char *suffix)
{
    char name[4096];
    FILE *file;

    snprintf(name, sizeof(name), "%s.%s", output, suffix);
    file = fopen(name, "w");
    if (file == NULL) {
        perror(name);
    }
    return file;
}

static void profile_write(const char *suffix, uint64_t instructions, int64_t time_ns)
{
    FILE *file = output_open(suffix);

    if (file == NULL) {
        return;
    }
    fprintf(file, "window %" PRIu64 " %" PRId64 "\n", instructions, time_ns);
    counts_write(file);
    fclose(file);
}

static void window_begin(uint64_t instructions, int64_t time_ns)
{
    char suffix[32];

    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct instruction *at = bucket[i]; at != NULL; at = at->next) {
            at->count = 0;
        }
    }
    memset(&longest, 0, sizeof(longest));
    if (trace_wanted != 0) {
        snprintf(suffix, sizeof(suffix), "%u.trace", window);
        trace = output_open(suffix);
        trace_left = trace != NULL ? trace_wanted : 0;
    }
    window_instructions = instructions;
    window_ns = time_ns;
    window_open = true;
}

static void window_end(uint64_t instructions, int64_t time_ns)
{
    char number[16];

    window_open = false;
    trace_left = 0;
    if (trace != NULL) {
        fclose(trace);
        trace = NULL;
    }
    snprintf(number, sizeof(number), "%u", window++);
    profile_write(number, instructions - window_instructions, time_ns - window_ns);
}

static void on_stage(int stage, uint64_t instructions, int64_t time_ns)
{
    switch (stage) {
    case 0:
        profile_write("boot", instructions, time_ns);
        break;
    case 1:
        window_begin(instructions, time_ns);
        break;
    default:
        window_end(instructions, time_ns);
        break;
    }
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    if (window == 0) {
        window_end(0, 0);
    }
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv)
{
    void (*observe)(void (*)(int, uint64_t, int64_t));

    (void)info;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "output=", 7) == 0) {
            output = strdup(argv[i] + 7);
        } else if (strcmp(argv[i], "masked=on") == 0) {
            masked_wanted = true;
        } else if (strncmp(argv[i], "trace=", 6) == 0) {
            trace_wanted = strtoull(argv[i] + 6, NULL, 10);
        } else {
            fprintf(stderr, "profile plugin: want output=FILE, trace=N or masked=on, not %s\n",
                    argv[i]);
            return -1;
        }
    }
    *(void **)&observe = dlsym(RTLD_DEFAULT, "udpload_observe");
    if (observe != NULL) {
        observe(on_stage);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, block_translated);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
