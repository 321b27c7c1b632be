// SPDX-License-Identifier: BSD-2-Clause
//
// A plugin for QEMU's translator: the longest stretch of instructions with interrupts off. The
// kernel runs with interrupts off throughout, so a stretch begins with the first instruction at a
// kernel address and ends at a user's, with the return to a user, or where the idle loop halts.
// Booting, until the first user instruction, does not count.
//
// Option `symbols=FILE` (as nm -n writes it) names the functions of the longest stretch.
#include <inttypes.h>
#include <qemu-plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

#define KERNEL_ADDRESSES 0xffff800000000000ull
#define HALT             0xf4
#define PREFIX           0x48 // of the returns, which are `iretq` and `sysretq`
#define INTERRUPT_RETURN 0xcf
#define CALL_RETURN_0    0x0f
#define CALL_RETURN_1    0x07
#define TRAIL            64

struct block {
    uint64_t address;
    uint64_t instructions;
    int leaves; // ends by halting or returning to a user
};

static int kernel_seen, started;
static uint64_t stretch, longest, stretches;
static uint64_t trail[TRAIL], longest_trail[TRAIL]; // the last blocks of a stretch
static char *symbols;

static void stretch_ends(void)
{
    if (stretch > longest) {
        longest = stretch;
        memcpy(longest_trail, trail, sizeof trail);
    }
    stretches += stretch != 0;
    stretch = 0;
}

static void block_executed(unsigned cpu, void *data)
{
    const struct block *block = data;
    (void)cpu;
    if (block->address < KERNEL_ADDRESSES) {
        started = kernel_seen;
        stretch_ends();
        return;
    }
    kernel_seen = 1;
    if (!started)
        return;
    trail[stretch % TRAIL] = block->address;
    stretch += block->instructions;
    if (block->leaves)
        stretch_ends();
}

static int leaves(const uint8_t *code, size_t size)
{
    if (size == 1)
        return code[0] == HALT;
    if (size == 2)
        return code[0] == PREFIX && code[1] == INTERRUPT_RETURN;
    return size == 3 && code[0] == PREFIX && code[1] == CALL_RETURN_0 && code[2] == CALL_RETURN_1;
}

static void block_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    struct block *block = calloc(1, sizeof *block);
    (void)id;
    if (!block)
        abort();
    block->address = qemu_plugin_tb_vaddr(tb);
    block->instructions = qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < block->instructions; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        const uint8_t *bytes = qemu_plugin_insn_data(insn);
        block->leaves |= leaves(bytes, qemu_plugin_insn_size(insn));
    }
    qemu_plugin_register_vcpu_tb_exec_cb(tb, block_executed, QEMU_PLUGIN_CB_NO_REGS, block);
}

// The name of the function at an address, out of the symbol file.
static void print_function(uint64_t address)
{
    char line[256], name[200] = "?", found[200] = "?";
    uint64_t at;
    FILE *file = symbols ? fopen(symbols, "r") : NULL;
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "%" SCNx64 " %*c %199s", &at, name) == 2 && at <= address)
            strcpy(found, name);
    }
    if (file)
        fclose(file);
    fprintf(stderr, " %s", found);
}

static void at_exit(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    fprintf(stderr,
            "# %" PRIu64 " stretches with interrupts off, the longest of %" PRIu64
            " instructions, among others in",
            stretches, longest);
    for (unsigned i = 0; i < TRAIL; i += TRAIL / 8)
        print_function(longest_trail[i]);
    fprintf(stderr, "\nlongest %" PRIu64 "\n", longest);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                           char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++)
        if (!strncmp(argv[i], "symbols=", 8))
            symbols = strdup(argv[i] + 8);
    qemu_plugin_register_vcpu_tb_trans_cb(id, block_translated);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
