// SPDX-License-Identifier: BSD-2-Clause
//
// Spaces: quotas, limits, and the end of everything in them.
#include "test.h"

static uint64_t used(l4_handle_t space)
{
    struct l4_space_info info;
    l4_space_info(space, &info);
    return info.used_bytes;
}

static void spin(uint64_t unused)
{
    (void)unused;
    for (;;)
        ;
}

static void wait_for_ever(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    for (;;)
        l4_wait(&message);
}

static bool quota_bounds_threads(void)
{
    l4_handle_t space = slot_new();
    static l4_handle_t threads[64];
    unsigned count = 0;
    enum l4_status status = L4_STATUS_OK;
    need(l4_space_create(space, 100 * 1024, 64, 0, 255), "space");
    while (count < 64 && status == L4_STATUS_OK) {
        threads[count] = slot_new();
        status = l4_thread_create(space, threads[count], 1, 0, 0);
        count++;
    }
    CHECK(status == L4_STATUS_QUOTA && count > 5);
    struct l4_space_info info;
    l4_space_info(space, &info);
    CHECK(info.used_bytes <= info.quota_bytes && info.threads == count - 1);
    CHECK(l4_space_add_quota(space, 16 * 1024) == L4_STATUS_OK);
    CHECK(l4_thread_create(space, threads[count - 1], 1, 0, 0) == L4_STATUS_OK);
    // The memory of threads stays with the space: as many again need no more.
    uint64_t full = used(space);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < count; i++)
            l4_thread_delete(threads[i]);
        CHECK(used(space) <= full);
        for (unsigned i = 0; i < count; i++)
            CHECK(l4_thread_create(space, threads[i], 1, 0, 0) == L4_STATUS_OK);
        CHECK(used(space) == full);
    }
    for (unsigned i = 0; i < count; i++)
        slot_free(threads[i]);
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static bool quota_bounds_mappings(void)
{
    l4_handle_t space = slot_new();
    uint64_t page = (uint64_t)page_new(), at = FREE_ADDRESS;
    enum l4_status status = L4_STATUS_OK;
    need(l4_space_create(space, 100 * 1024, 64, 0, 255), "space");
    while (status == L4_STATUS_OK && at < FREE_ADDRESS + 16384 * 4096) {
        status = l4_space_map(space, page, at, 4096, L4_READ);
        at += 4096;
    }
    CHECK(status == L4_STATUS_QUOTA);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    return true;
}

static bool quota_bounds_tables(void)
{
    l4_handle_t space = slot_new();
    uint64_t page = (uint64_t)page_new(), at = 1ull << 30;
    enum l4_status status = L4_STATUS_OK;
    need(l4_space_create(space, 200 * 1024, 64, 0, 255), "space");
    while (status == L4_STATUS_OK && at < L4_USER_MAP_END / 2) {
        status = l4_space_map(space, page, at, 4096, L4_READ);
        at += 1ull << 39;
    }
    CHECK(status == L4_STATUS_QUOTA);
    uint64_t before = l4_tsc();
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(l4_tsc() - before < 1000000);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    return true;
}

#define SLOT_LINES 9
#define CLOCK_PORT 0x70

static volatile enum l4_status poor_line, poor_space;

static void make_what_costs(uint64_t unused)
{
    (void)unused;
    poor_line = l4_irq_create(SLOT_LINES, 10, 13, 0, 0);
    poor_space = l4_space_create(11, 32 * 1024, 8, 0, 1);
    wait_for_ever(0);
}

// Nothing that costs the kernel memory is to be had when the quota is used up.
static bool quota_is_asked_by_every_call(void)
{
    uint64_t page = (uint64_t)page_new(), at = FREE_ADDRESS;
    l4_handle_t space = space_new(), slot = slot_new();
    l4_handle_t thread = thread_new(space, LOWER, make_what_costs, 0);
    need(l4_handle_copy(space, L4_SLOT_IRQS, SLOT_LINES, L4_RIGHT_CONTROL), "lines");
    need(l4_ports_map(L4_SLOT_PORTS, CLOCK_PORT, 2), "ports");
    while (l4_space_map(space, page, at, 4096, L4_READ) == L4_STATUS_OK)
        at += 4096;
    struct l4_space_info info;
    CHECK(l4_space_info(space, &info) == L4_STATUS_OK);
    CHECK(info.quota_bytes - info.used_bytes < 4 * 4096);
    // What is left of a frame of small things, or of threads, may serve a few more.
    enum l4_status status = L4_STATUS_OK;
    for (unsigned i = 0; i < 8 && status == L4_STATUS_OK; i++) {
        status = l4_thread_create(space, slot, 1, 0, 0);
        l4_handle_move(space, slot, 20 + i);
    }
    CHECK(status == L4_STATUS_QUOTA);
    // The first of three tables takes what is left.
    CHECK(l4_space_map(space, page, 1ull << 40, 4096, L4_READ) == L4_STATUS_QUOTA);
    CHECK(l4_thread_control(thread, L4_THREAD_FPU, 1, 0) == L4_STATUS_QUOTA);
    CHECK(l4_ports_give(space, CLOCK_PORT, 2) == L4_STATUS_QUOTA);
    poor_line = poor_space = L4_STATUS_OK;
    pause_us(1000);
    CHECK(poor_line == L4_STATUS_QUOTA && poor_space == L4_STATUS_QUOTA);
    // More quota helps.
    CHECK(l4_space_add_quota(space, 64 * 1024) == L4_STATUS_OK);
    CHECK(l4_thread_control(thread, L4_THREAD_FPU, 1, 0) == L4_STATUS_OK);
    CHECK(l4_ports_give(space, CLOCK_PORT, 2) == L4_STATUS_OK);
    CHECK(l4_space_map(space, page, at, 4096, L4_READ) == L4_STATUS_OK);
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(l4_ports_unmap(CLOCK_PORT, 2, 1) == L4_STATUS_OK);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    thread_drop(thread);
    slot_free(slot);
    slot_free(space);
    return true;
}

static bool quota_comes_back(void)
{
    struct l4_space_info before, during, after;
    l4_space_info(0, &before);
    l4_handle_t space = space_new();
    l4_space_info(0, &during);
    CHECK(during.quota_bytes == before.quota_bytes - SPACE_QUOTA);
    l4_space_delete(space);
    slot_free(space);
    l4_space_info(0, &after);
    CHECK(after.quota_bytes == before.quota_bytes);
    return true;
}

static volatile enum l4_status inner;

#define SLOT_OWN  5 // in the child: its own space, its thread
#define SLOT_ELSE 6

static void make_children(uint64_t unused)
{
    (void)unused;
    inner = L4_STATUS_OK;
    for (l4_handle_t slot = 10; slot < 14; slot++) {
        inner = l4_space_create(slot, 60 * 1024, 8, 0, 100);
        if (inner == L4_STATUS_OK)
            inner = l4_thread_create(slot, slot + 10, 1, 0, 0);
        if (inner != L4_STATUS_OK)
            break;
    }
    wait_for_ever(0);
}

static bool children_end_with_their_parent(void)
{
    l4_handle_t space = space_new_with(600 * 1024, 64);
    l4_handle_t thread = thread_new(space, HIGHER, make_children, 0);
    CHECK(inner == L4_STATUS_OK);
    uint64_t before = l4_tsc();
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    CHECK(l4_tsc() - before < 2000000);
    thread_drop(thread);
    slot_free(space);
    return true;
}

#define NEST_QUOTA (8 * 1024 * 1024)
#define NEST_LEVEL (128 * 1024) // what a level leaves for itself

static l4_handle_t nest_spaces[2 * L4_SPACE_DEPTH_MAX], nest_threads[2 * L4_SPACE_DEPTH_MAX];
static volatile unsigned nest_count;

// In a space: makes one inside, where the same happens.
static void nest(uint64_t quota)
{
    l4_handle_t space = slot_new();
    inner = nest_count < 2 * L4_SPACE_DEPTH_MAX ? l4_space_create(space, quota, 8, 0, 255)
                                                : L4_STATUS_OPERATION;
    if (inner == L4_STATUS_OK)
        need(l4_space_delete(space), "end of a space");
    slot_free(space);
    if (inner == L4_STATUS_OK) {
        unsigned level = nest_count;
        nest_spaces[level] = space_new_with(quota, 256);
        nest_count = level + 1;
        nest_threads[level] = thread_new(nest_spaces[level], HIGHER, nest, quota - NEST_LEVEL);
    }
    wait_for_ever(0);
}

static bool nests_are_bounded(void)
{
    nest_count = 0;
    l4_handle_t thread = thread_new(L4_SLOT_SPACE, HIGHER, nest, NEST_QUOTA);
    CHECK(inner == L4_STATUS_ARGUMENT && nest_count == L4_SPACE_DEPTH_MAX);
    CHECK(l4_space_delete(nest_spaces[0]) == L4_STATUS_OK);
    for (unsigned i = 0; i < nest_count; i++) {
        thread_drop(nest_threads[i]);
        slot_free(nest_spaces[i]);
    }
    thread_drop(thread);
    return true;
}

static void try_priorities(uint64_t unused)
{
    (void)unused;
    inner = l4_thread_create(SLOT_OWN, SLOT_ELSE, 101, 0, 0);
    if (inner == L4_STATUS_PRIORITY)
        inner = l4_thread_create(SLOT_OWN, SLOT_ELSE, 100, 0, 0);
    if (inner == L4_STATUS_OK)
        inner = l4_thread_control(SLOT_ELSE, L4_THREAD_PRIORITY, 101, 0);
    if (inner == L4_STATUS_PRIORITY)
        inner = l4_space_create(20, 60 * 1024, 8, 0, 101);
    wait_for_ever(0);
}

static bool greatest_priority_holds(void)
{
    l4_handle_t space = slot_new();
    extern char image_text[], image_rodata[], image_data[], image_end[];
    uint64_t text = (uint64_t)image_text, rodata = (uint64_t)image_rodata;
    uint64_t data = (uint64_t)image_data, end = (uint64_t)image_end;
    need(l4_space_create(space, SPACE_QUOTA, 64, 0, 100), "space");
    need(l4_space_map(space, text, text, rodata - text, L4_READ | L4_EXECUTE), "text");
    need(l4_space_map(space, rodata, rodata, data - rodata, L4_READ), "constants");
    need(l4_space_map(space, data, data, end - data, L4_READ | L4_WRITE), "data");
    l4_handle_t slot = slot_new();
    CHECK(l4_thread_create(space, slot, 101, 0, 0) == L4_STATUS_PRIORITY);
    need(l4_handle_copy(space, space, SLOT_OWN, L4_RIGHT_CONTROL), "own space");
    l4_handle_t thread = thread_new(space, 100, try_priorities, 0);
    pause_us(1000);
    CHECK(inner == L4_STATUS_PRIORITY);
    l4_space_delete(space);
    thread_drop(thread);
    slot_free(slot);
    slot_free(space);
    return true;
}

static bool one_call_ends_a_space(void)
{
    struct l4_message message = {0};
    uint64_t page = (uint64_t)page_new();
    l4_handle_t space = space_new_with(600 * 1024, 64), threads[20];
    need(l4_handle_copy(space, L4_SLOT_THREAD, 9, L4_RIGHT_ALL), "handle");
    for (unsigned i = 0; i < 20; i++)
        threads[i] = thread_new(space, i % 2 ? HIGHER : LOWER, i % 4 ? wait_for_ever : spin, 0);
    l4_handle_t client = thread_new(L4_SLOT_SPACE, HIGHER, wait_for_ever, 0);
    for (uint64_t at = 0; at < 200; at++)
        need(l4_space_map(space, page, FREE_ADDRESS + at * 4096, 4096, L4_READ), "page");
    CHECK(l4_space_delete(space) == L4_STATUS_OK);
    struct l4_space_info info;
    CHECK(l4_space_info(space, &info) == L4_STATUS_HANDLE);
    for (unsigned i = 0; i < 20; i++) {
        CHECK(l4_call(threads[i], &message) == L4_STATUS_HANDLE);
        thread_drop(threads[i]);
    }
    thread_drop(client);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    slot_free(space);
    return true;
}

static void take_own_life(uint64_t unused)
{
    (void)unused;
    inner = L4_STATUS_OK;
    l4_exit();
}

static void call_test(uint64_t unused)
{
    struct l4_message message = {0};
    (void)unused;
    inner = l4_call(9, &message);
}

static bool threads_end_themselves(void)
{
    l4_handle_t space = space_new();
    struct l4_thread_state state;
    inner = L4_STATUS_STATE;
    l4_handle_t thread = thread_new(space, HIGHER, take_own_life, 0);
    CHECK(inner == L4_STATUS_OK);
    CHECK(l4_thread_state(thread, &state) == L4_STATUS_HANDLE);
    struct l4_space_info info;
    CHECK(l4_space_info(space, &info) == L4_STATUS_OK && info.threads == 0);
    thread_drop(thread);
    l4_space_delete(space);
    slot_free(space);
    return true;
}

static bool callers_in_a_dead_space_are_gone(void)
{
    struct l4_message message = {0};
    l4_handle_t space = space_new();
    need(l4_handle_copy(space, L4_SLOT_THREAD, 9, L4_RIGHT_ALL), "handle");
    l4_handle_t thread = thread_new(space, HIGHER, call_test, 0);
    CHECK(l4_wait_timeout(&message, 100) == L4_STATUS_OK);
    l4_space_delete(space);
    CHECK(l4_reply(&message) == L4_STATUS_NO_CALLER);
    thread_drop(thread);
    slot_free(space);
    return true;
}

static bool handles_out_of_a_dead_space_are_gone(void)
{
    struct l4_handle_info info;
    l4_handle_t space = space_new(), copy = slot_new();
    // A handle that went through the space and was derived there ends with it.
    need(l4_handle_copy(space, L4_SLOT_LOG, 9, L4_RIGHT_CONTROL), "handle");
    l4_space_delete(space);
    CHECK(l4_handle_info(L4_SLOT_LOG, &info) == L4_STATUS_OK);
    slot_free(copy);
    slot_free(space);
    return true;
}

static bool many_spaces_come_and_go(void)
{
    l4_handle_t space = slot_new();
    for (unsigned i = 0; i < 200; i++) {
        CHECK(l4_space_create(space, SPACE_QUOTA, 64, 0, 255) == L4_STATUS_OK);
        CHECK(l4_space_delete(space) == L4_STATUS_OK);
    }
    slot_free(space);
    return true;
}

const struct test space_tests[] = {
    {"threads beyond the quota are refused, and more quota helps", quota_bounds_threads},
    {"mappings beyond the quota are refused", quota_bounds_mappings},
    {"page tables beyond the quota are refused", quota_bounds_tables},
    {"every call that costs kernel memory asks the quota", quota_is_asked_by_every_call},
    {"a space's quota comes from its creator and returns there", quota_comes_back},
    {"spaces end with the space that created them", children_end_with_their_parent},
    {"spaces within spaces are bounded, and end with the outermost", nests_are_bounded},
    {"a space's greatest priority holds for all it creates", greatest_priority_holds},
    {"one call ends a space with threads, mappings and handles", one_call_ends_a_space},
    {"a thread can end itself", threads_end_themselves},
    {"a caller whose space ended needs no answer", callers_in_a_dead_space_are_gone},
    {"the end of a space leaves the handles of others", handles_out_of_a_dead_space_are_gone},
    {"spaces can be created and deleted without end", many_spaces_come_and_go},
    {0, 0},
};
