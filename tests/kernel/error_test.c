// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel refuses, and with which status.
#include "test.h"

#include <version.h>

#define HASH_CHARACTERS 40

#define NOWHERE 4000 // a free slot

static enum l4_status raw(uint64_t operation, uint64_t first, uint64_t second, uint64_t third,
                          uint64_t w0, uint64_t w1)
{
    struct l4_message message = {.w = {w0, w1}};
    return l4_system_call(operation, first, second, third, &message);
}

static bool unknown_operation(void)
{
    CHECK(raw(L4_OP_COUNT, 0, 0, 0, 0, 0) == L4_STATUS_OPERATION);
    CHECK(raw(~0ull, 0, 0, 0, 0, 0) == L4_STATUS_OPERATION);
    CHECK(raw(L4_OP_MASK, 0, 0, 0, 0, 0) == L4_STATUS_OPERATION);
    // Further bits are ignored, by fast paths and others.
    CHECK(raw(~(uint64_t)L4_OP_MASK | L4_OP_NULL, 0, 0, 0, 0, 0) == L4_STATUS_OK);
    CHECK(raw(~(uint64_t)L4_OP_MASK | L4_OP_CLOCK, 0, 0, 0, 0, 0) == L4_STATUS_OK);
    CHECK(raw(~(uint64_t)L4_OP_MASK | L4_OP_LOG_WRITE, 0, 0, 0, 0, 0) == L4_STATUS_HANDLE);
    return true;
}

// Every operation that takes a handle, with the argument that it is.
static const struct {
    uint8_t operation;
    bool second;
} with_handle[] = {
    {L4_OP_CALL, 0},           {L4_OP_EXCHANGE, 0},      {L4_OP_NOTIFY, 0},
    {L4_OP_NOTIFY_WAIT, 0},    {L4_OP_SEND, 0},          {L4_OP_SEND_RECEIVE, 0},
    {L4_OP_YIELD, 0},          {L4_OP_THREAD_CREATE, 0}, {L4_OP_THREAD_START, 0},
    {L4_OP_THREAD_CONTROL, 0}, {L4_OP_THREAD_STATE, 0},  {L4_OP_THREAD_CANCEL, 0},
    {L4_OP_THREAD_DELETE, 0},  {L4_OP_SPACE_CONTROL, 0}, {L4_OP_SPACE_INFO, 0},
    {L4_OP_SPACE_MAP, 0},      {L4_OP_SPACE_DELETE, 0},  {L4_OP_HANDLE_COPY, 0},
    {L4_OP_HANDLE_MOVE, 0},    {L4_OP_HANDLE_CLOSE, 0},  {L4_OP_HANDLE_REVOKE, 1},
    {L4_OP_HANDLE_INFO, 1},    {L4_OP_MEMORY_MAP, 0},    {L4_OP_UNMAP, 0},
    {L4_OP_IRQ_CREATE, 0},     {L4_OP_IRQ_ATTACH, 0},    {L4_OP_IRQ_DETACH, 0},
    {L4_OP_PORTS_MAP, 0},      {L4_OP_LOG_WRITE, 0},     {L4_OP_WAIT, 1},
};

#define WITH_HANDLE (sizeof with_handle / sizeof *with_handle)

static enum l4_status with(unsigned index, uint64_t slot)
{
    bool second = with_handle[index].second;
    return raw(with_handle[index].operation, second ? 0 : slot, second ? slot : 0, 0, 0, 0);
}

static bool missing_handles(void)
{
    static const uint64_t slots[] = {NOWHERE, 4096, 0xfffffff0, 1ull << 40, ~0ull << 32};
    for (unsigned i = 0; i < WITH_HANDLE; i++)
        for (unsigned j = 0; j < sizeof slots / sizeof *slots; j++) {
            bool narrow = with_handle[i].operation == L4_OP_WAIT;
            if (narrow && slots[j] > 0xffffffff)
                continue;
            CHECK(with(i, slots[j]) == L4_STATUS_HANDLE);
        }
    return true;
}

static bool wrong_kinds(void)
{
    for (unsigned i = 0; i < WITH_HANDLE; i++) {
        unsigned operation = with_handle[i].operation;
        if (operation == L4_OP_HANDLE_INFO || operation == L4_OP_HANDLE_REVOKE)
            continue;
        bool log = operation == L4_OP_LOG_WRITE;
        CHECK(with(i, log ? L4_SLOT_MEMORY : L4_SLOT_LOG) == L4_STATUS_KIND);
    }
    return true;
}

static bool missing_rights(void)
{
    static const uint8_t slots[] = {
        [L4_OP_CALL] = L4_SLOT_THREAD,
        [L4_OP_EXCHANGE] = L4_SLOT_THREAD,
        [L4_OP_NOTIFY] = L4_SLOT_THREAD,
        [L4_OP_NOTIFY_WAIT] = L4_SLOT_THREAD,
        [L4_OP_SEND] = L4_SLOT_THREAD,
        [L4_OP_SEND_RECEIVE] = L4_SLOT_THREAD,
        [L4_OP_YIELD] = L4_SLOT_THREAD,
        [L4_OP_THREAD_START] = L4_SLOT_THREAD,
        [L4_OP_THREAD_CONTROL] = L4_SLOT_THREAD,
        [L4_OP_THREAD_STATE] = L4_SLOT_THREAD,
        [L4_OP_THREAD_CANCEL] = L4_SLOT_THREAD,
        [L4_OP_THREAD_DELETE] = L4_SLOT_THREAD,
        [L4_OP_WAIT] = L4_SLOT_THREAD,
        [L4_OP_THREAD_CREATE] = L4_SLOT_SPACE,
        [L4_OP_SPACE_CONTROL] = L4_SLOT_SPACE,
        [L4_OP_SPACE_INFO] = L4_SLOT_SPACE,
        [L4_OP_SPACE_MAP] = L4_SLOT_SPACE,
        [L4_OP_SPACE_DELETE] = L4_SLOT_SPACE,
        [L4_OP_HANDLE_COPY] = L4_SLOT_SPACE,
        [L4_OP_HANDLE_MOVE] = L4_SLOT_SPACE,
        [L4_OP_HANDLE_CLOSE] = L4_SLOT_SPACE,
        [L4_OP_UNMAP] = L4_SLOT_SPACE,
        [L4_OP_MEMORY_MAP] = L4_SLOT_MEMORY,
        [L4_OP_IRQ_CREATE] = L4_SLOT_IRQS,
        [L4_OP_PORTS_MAP] = L4_SLOT_PORTS,
        [L4_OP_LOG_WRITE] = L4_SLOT_LOG,
        [L4_OP_COUNT] = 0,
    };
    for (unsigned i = 0; i < WITH_HANDLE; i++) {
        unsigned source = slots[with_handle[i].operation];
        if (!source)
            continue;
        l4_handle_t powerless = slot_new();
        CHECK(l4_handle_copy(0, source, powerless, 0) == L4_STATUS_OK);
        CHECK(with(i, powerless) == L4_STATUS_RIGHTS);
        slot_free(powerless);
    }
    return true;
}

static bool occupied_slots(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    const l4_handle_t bad[] = {0, thread, 4096, ~0u};
    for (unsigned i = 0; i < 4; i++) {
        CHECK(l4_thread_create(L4_SLOT_SPACE, bad[i], 1, 0, 0) == L4_STATUS_SLOT);
        CHECK(l4_space_create(bad[i], SPACE_QUOTA, 1, 0, 1) == L4_STATUS_SLOT);
        CHECK(l4_handle_copy(0, L4_SLOT_THREAD, bad[i], 1) == L4_STATUS_SLOT);
        CHECK(l4_handle_move(0, L4_SLOT_THREAD, bad[i]) == L4_STATUS_SLOT);
        CHECK(l4_irq_create(L4_SLOT_IRQS, bad[i], 5, 0, 0) == L4_STATUS_SLOT);
    }
    thread_drop(thread);
    return true;
}

static bool malformed_messages(void)
{
    l4_handle_t thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    struct l4_message message = {.tag = L4_TAG(0, 65, 0)};
    CHECK(l4_call(thread, &message) == L4_STATUS_MESSAGE);
    message.tag = L4_TAG(0, 127, 0);
    CHECK(l4_send(thread, &message) == L4_STATUS_MESSAGE);
    message.tag = L4_TAG(0, 0, 9);
    CHECK(l4_exchange(thread, &message) == L4_STATUS_MESSAGE);
    thread_drop(thread);
    return true;
}

static bool nobody_to_answer(void)
{
    struct l4_message message = {0};
    l4_handle_t slot = slot_new();
    CHECK(l4_reply(&message) == L4_STATUS_NO_CALLER);
    CHECK(l4_reply_save(slot) == L4_STATUS_NO_CALLER);
    slot_free(slot);
    return true;
}

static bool thread_arguments(void)
{
    l4_handle_t slot = slot_new(), thread = thread_unstarted(L4_SLOT_SPACE, LOWER);
    CHECK(l4_thread_create(L4_SLOT_SPACE, slot, 256, 0, 0) == L4_STATUS_PRIORITY);
    CHECK(l4_thread_control(thread, L4_THREAD_PRIORITY, 256, 0) == L4_STATUS_PRIORITY);
    CHECK(l4_thread_control(thread, 99, 0, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_thread_control(thread, L4_THREAD_SLICE, 1, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_thread_control(thread, L4_THREAD_DELAY, L4_DELAY_LIMIT_US + 1, 0) ==
          L4_STATUS_ARGUMENT);
    CHECK(l4_thread_control(thread, L4_THREAD_PAGER, L4_SLOT_SPACE, 0) == L4_STATUS_KIND);
    CHECK(l4_thread_control(thread, L4_THREAD_HANDLER, NOWHERE, 0) == L4_STATUS_HANDLE);
    CHECK(l4_thread_control(thread, L4_THREAD_BREAKPOINT0, 1ull << 63, 0) == L4_STATUS_ADDRESS);
    CHECK(l4_thread_control(thread, L4_THREAD_BREAKPOINTS, 0x20001, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_thread_start(thread, 1ull << 63, 0, 0) == L4_STATUS_ADDRESS);
    CHECK(l4_thread_start(thread, L4_USER_END, 0, 0) == L4_STATUS_ADDRESS);
    CHECK(l4_thread_cancel(thread, 0, 0) == L4_STATUS_STATE);
    CHECK(l4_thread_start(L4_SLOT_THREAD, 0x400000, 0, 0) == L4_STATUS_STATE);
    CHECK(l4_thread_cancel(L4_SLOT_THREAD, 1ull << 63, 0) == L4_STATUS_ADDRESS);
    CHECK(l4_yield(thread) == L4_STATUS_STATE);
    thread_drop(thread);
    slot_free(slot);
    return true;
}

static bool space_arguments(void)
{
    l4_handle_t slot = slot_new();
    CHECK(l4_space_create(slot, 1ull << 60, 64, 0, 255) == L4_STATUS_QUOTA);
    CHECK(l4_space_create(slot, 4096, 64, 0, 255) == L4_STATUS_QUOTA);
    CHECK(l4_space_create(slot, SPACE_QUOTA, L4_HANDLES_MAX + 1, 0, 255) == L4_STATUS_ARGUMENT);
    CHECK(l4_space_create(slot, SPACE_QUOTA, 64, 0, 256) == L4_STATUS_PRIORITY);
    CHECK(l4_space_create(slot, 1 << 20, L4_HANDLES_MAX, 0, 255) == L4_STATUS_OK);
    CHECK(l4_space_delete(slot) == L4_STATUS_OK);
    CHECK(l4_space_delete(L4_SLOT_SPACE) == L4_STATUS_STATE);
    CHECK(l4_space_create(slot, SPACE_QUOTA, 64, 0, 10) == L4_STATUS_OK);
    CHECK(l4_short_call(L4_OP_SPACE_CONTROL, slot, 7, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_space_add_quota(slot, 1ull << 60) == L4_STATUS_QUOTA);
    CHECK(l4_space_add_quota(L4_SLOT_SPACE, 4096) == L4_STATUS_RIGHTS);
    CHECK(l4_space_delete(slot) == L4_STATUS_OK);
    slot_free(slot);
    return true;
}

static bool memory_arguments(void)
{
    uint64_t page = (uint64_t)page_new();
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1001, FREE_ADDRESS, 4096, 1) == L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, FREE_ADDRESS + 1, 4096, 1) == L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, FREE_ADDRESS, 4095, 1) == L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 1ull << 60, FREE_ADDRESS, 4096, 1) == L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, FREE_ADDRESS, 4096, 1 | L4_CACHE_MASK) ==
          L4_STATUS_ARGUMENT);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, L4_USER_MAP_END, 4096, 1) == L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, ~0xfffull, 4096, 1) == L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, page, 4096, 1) == L4_STATUS_OCCUPIED);
    const unsigned rights[] = {0, L4_WRITE, L4_EXECUTE, L4_READ | L4_WRITE | L4_EXECUTE, 8, 9};
    for (unsigned i = 0; i < sizeof rights / sizeof *rights; i++) {
        CHECK(l4_memory_map(L4_SLOT_MEMORY, 0x1000, FREE_ADDRESS, 4096, rights[i]) ==
              L4_STATUS_RIGHTS);
        CHECK(l4_space_map(0, page, FREE_ADDRESS, 4096, rights[i]) == L4_STATUS_RIGHTS);
    }
    // Messages carry other kinds of items; this call only pages and ports.
    const unsigned kinds[] = {L4_ITEM_NONE, L4_ITEM_HANDLE, L4_ITEM_MOVE, L4_ITEM_PORTS + 1, 255};
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        CHECK(raw(L4_OP_SPACE_MAP, 0, L4_ITEM_WORD(kinds[i], 0, L4_READ), page, FREE_ADDRESS,
                  4096) == L4_STATUS_ARGUMENT);
    CHECK(l4_unmap(0, page, 4096, 0, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_unmap(0, page, 4096, 8, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_unmap(0, page, 4096, 1, 2) == L4_STATUS_ARGUMENT);
    CHECK(l4_unmap(0, page + 1, 4096, 1, 0) == L4_STATUS_ADDRESS);
    CHECK(l4_unmap(0, L4_UTCB_FIRST, 4096, 1, L4_UNMAP_SELF) == L4_STATUS_ADDRESS);
    l4_unmap(0, page, 4096, L4_READ, L4_UNMAP_SELF);
    return true;
}

static bool kernel_memory_is_safe(void)
{
    const struct l4_info *info = l4_info();
    unsigned found = 0;
    for (unsigned i = 0; i < info->region_count; i++) {
        const struct l4_region *region = &info->regions[i];
        if (region->kind != L4_REGION_KERNEL)
            continue;
        found++;
        CHECK(l4_memory_map(L4_SLOT_MEMORY, region->start, FREE_ADDRESS, 4096, L4_READ) ==
              L4_STATUS_ADDRESS);
        CHECK(l4_memory_map(L4_SLOT_MEMORY, region->end - 4096, FREE_ADDRESS, 4096, L4_READ) ==
              L4_STATUS_ADDRESS);
        uint64_t before = (region->start - 1) & ~0xfffull;
        CHECK(l4_memory_map(L4_SLOT_MEMORY, before, FREE_ADDRESS, 8192, L4_READ) ==
              L4_STATUS_ADDRESS);
    }
    CHECK(found >= 2);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0xfee00000, FREE_ADDRESS, 4096, L4_READ) ==
          L4_STATUS_ADDRESS);
    CHECK(l4_memory_map(L4_SLOT_MEMORY, 0xfec00000, FREE_ADDRESS, 4096, L4_READ) ==
          L4_STATUS_ADDRESS);
    return true;
}

static bool other_arguments(void)
{
    l4_handle_t irq = slot_new();
    CHECK(l4_irq_create(L4_SLOT_IRQS, irq, 24, 0, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_irq_create(L4_SLOT_IRQS, irq, 5, 4, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_ports_map(L4_SLOT_PORTS, 0, 0) == L4_STATUS_ARGUMENT);
    CHECK(l4_ports_map(L4_SLOT_PORTS, 0xffff, 2) == L4_STATUS_ARGUMENT);
    CHECK(l4_ports_unmap(0, 0, 0) == L4_STATUS_ARGUMENT);
    CHECK(raw(L4_OP_LOG_WRITE, L4_SLOT_LOG, 49, 0, 0, 0) == L4_STATUS_ARGUMENT);
    CHECK(raw(L4_OP_SEND_RECEIVE, NOWHERE, L4_FROM_REPLY, 0, 0, 0) == L4_STATUS_HANDLE);
    slot_free(irq);
    return true;
}

static bool texts_are_there(void)
{
    for (unsigned i = 0; i < L4_STATUS_COUNT; i++)
        CHECK(l4_status_text((enum l4_status)i) && l4_status_text((enum l4_status)i)[0]);
    CHECK(l4_status_text(L4_STATUS_COUNT)[0]);
    return true;
}

// As the build asked git, or "unknown".
static bool hash_right(const char *hash)
{
    unsigned i = 0;
    while (hash[i] && hash[i] == KERNEL_HASH[i])
        i++;
    return !hash[i] && !KERNEL_HASH[i] && (i == HASH_CHARACTERS || KERNEL_HASH[0] == 'u');
}

// Every module lies in a region that says so, and what is free overlaps nothing else.
static bool memory_map_right(const struct l4_info *info)
{
    uint64_t free = 0;
    for (unsigned i = 0; i < info->module_count; i++) {
        bool found = false;
        for (unsigned j = 0; j < info->region_count; j++)
            found |= info->regions[j].kind == L4_REGION_MODULE &&
                     info->regions[j].start <= info->modules[i].start &&
                     info->regions[j].end >= info->modules[i].start + info->modules[i].bytes;
        CHECK(found && info->modules[i].bytes > 0 && info->modules[i].name[0]);
    }
    for (unsigned i = 0; i < info->region_count; i++)
        if (info->regions[i].kind == L4_REGION_FREE)
            free += info->regions[i].end - info->regions[i].start;
    // The machine has 128 or 256 MiB.
    CHECK(free > 64ull << 20 && free < 256ull << 20);
    return true;
}

static bool information_page(void)
{
    const struct l4_info *info = l4_info();
    CHECK(info->magic == L4_INFO_MAGIC && info->version == L4_INFO_VERSION);
    CHECK(info->tsc_khz == 1000000);
    CHECK(info->module_count == 1 && info->region_count >= 3);
    CHECK(hash_right(info->kernel_hash) && info->kernel_version[0]);
    CHECK(memory_map_right(info));
    for (unsigned i = 0; i < info->region_count; i++) {
        CHECK(info->regions[i].start < info->regions[i].end);
        for (unsigned j = 0; j < i; j++)
            CHECK(info->regions[i].end <= info->regions[j].start ||
                  info->regions[i].start >= info->regions[j].end);
    }
    return true;
}

const struct test error_tests[] = {
    {"the information page describes machine and kernel", information_page},
    {"every status has its sentence", texts_are_there},
    {"unknown operations are refused", unknown_operation},
    {"handles that are not there are refused by every operation", missing_handles},
    {"handles of another kind are refused by every operation", wrong_kinds},
    {"handles without the right are refused by every operation", missing_rights},
    {"occupied slots, slot 0 and slots beyond the table are refused", occupied_slots},
    {"messages with too many words or items are refused", malformed_messages},
    {"answering nobody is refused", nobody_to_answer},
    {"arguments of thread operations are checked", thread_arguments},
    {"arguments of space operations are checked", space_arguments},
    {"arguments of memory operations are checked", memory_arguments},
    {"kernel memory and interrupt controllers cannot be mapped", kernel_memory_is_safe},
    {"arguments of interrupt, port and log operations are checked", other_arguments},
    {0, 0},
};
