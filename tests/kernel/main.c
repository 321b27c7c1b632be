// SPDX-License-Identifier: BSD-2-Clause
//
// Runs all cases; after each, the kernel memory that this program is charged for must be what it
// was.
#include "test.h"

static const struct test *const groups[] = {
    error_tests,  ipc_tests,     partner_tests, notify_tests,   handle_tests,
    memory_tests, fault_tests,   space_tests,   schedule_tests, irq_tests,
    port_tests,   preempt_tests, wait_tests,    hostile_tests,  state_tests,
    item_tests,   ending_tests,  log_tests,     dear_tests,
};

bool check_failed(const char *file, int line, const char *condition)
{
    print("# %s:%u: %s\n", file, (uint64_t)line, condition);
    return false;
}

void pause_us(uint32_t time_us)
{
    struct l4_message message = {0};
    l4_wait_notification(&message, time_us);
}

// Kernel memory in use, and the quota, which children return when they end.
static uint64_t kernel_bytes(void)
{
    struct l4_space_info info;
    l4_space_info(0, &info);
    return info.used_bytes + (1ull << 40) - info.quota_bytes;
}

// Slabs keep one empty frame each.
#define KEPT_BYTES (4 * 4096)

// Page tables and the memory of threads stay with a space until its end: what tests use of them is
// made first.
static void make_what_stays(void)
{
    static l4_handle_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = thread_unstarted(L4_SLOT_SPACE, LOWER);
    for (unsigned i = 0; i < THREADS; i++)
        thread_drop(threads[i]);
    uint64_t page = (uint64_t)page_new();
    for (uint64_t i = 0; i < FREE_TABLES; i++) {
        uint64_t address = FREE_ADDRESS + i * (2ull << 20);
        need(l4_space_map(0, page, address, 4096, L4_READ), "tables");
    }
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
}

int main(void)
{
    unsigned failed = 0, cases = 0;
    make_what_stays();
    for (unsigned group = 0; group < sizeof groups / sizeof *groups; group++)
        for (const struct test *test = groups[group]; test->claim; test++) {
            uint64_t before = kernel_bytes();
            bool holds = test->holds();
            uint64_t after = kernel_bytes();
            if (holds && after > before + KEPT_BYTES) {
                print("# kernel memory: %u bytes before, %u after\n", before, after);
                holds = false;
            }
            print("%sok - %s\n", holds ? "" : "not ", test->claim);
            failed += !holds;
            cases++;
        }
    print("1..%u\n", cases);
    return failed != 0;
}
