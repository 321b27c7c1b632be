// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/kernel/check.h"

#include <stdbool.h>
#include <string.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "machine_host.h"
#include "pool.h"
#include "serve.h"
#include "vm_bench.h"

struct last last;
unsigned page_rights = L4_READ | L4_EXECUTE;
uint64_t free_at_start;

int ask_with(uint32_t caller, uint32_t operation, unsigned count, const uint64_t words[],
             uint32_t handle, uint64_t frame)
{
    unsigned items = handle || frame;
    struct serve_request request = {.frame = frame};
    struct l4_message message = {
        .label = caller,
        .tag = L4_TAG(MESSAGE_LABEL(DATASPACE_INTERFACE, operation), count, items)};
    for (unsigned i = 0; i < count; i++)
        message.w[i] = words[i];
    if (handle)
        l4_utcb()->items[0] =
            (struct l4_item){L4_ITEM_WORD(L4_ITEM_HANDLE, 0, L4_RIGHT_ALL), handle, 0};
    if (frame)
        l4_utcb()->items[0] = (struct l4_item){L4_ITEM_WORD(L4_ITEM_MAP, PAGE_BITS, page_rights),
                                               (uintptr_t)machine_frame(frame), PAGE_BYTES};
    assert_true(serve(&request, &message));
    memcpy(last.words, message.w, sizeof last.words);
    return (int16_t)l4_tag_label(message.tag);
}

int set_up(void **state)
{
    (void)state;
    static bool memory_there;
    if (!memory_there)
        assert_true(pool_add(0, HOST_FRAMES * PAGE_BYTES));
    memory_there = true;
    free_at_start = pool_free_count();
    for (uint32_t task = 1; task <= 4; task++)
        assert_int_equal(ask_with(0, TASK_CREATE, 3,
                                  (uint64_t[]){task, 1 << 20, DATASPACE_MAY_MAKE_RUNS}, 200 + task,
                                  0),
                         0);
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    for (uint64_t task = 1; task <= 4; task++)
        assert_int_equal(ask(0, TASK_DELETE, task), 0);
    assert_int_equal(pool_free_count(), free_at_start);
    return 0;
}

uint64_t create(uint32_t task, uint64_t kind, uint64_t bytes)
{
    assert_int_equal(ask(task, CREATE, kind, bytes, 0), 0);
    return last.words[0];
}

uint64_t attach(uint32_t task, uint64_t dataspace, uint64_t bytes, uint64_t rights)
{
    assert_int_equal(ask(task, ATTACH, dataspace, 0, bytes, 0, rights), 0);
    return last.words[0];
}

uint8_t *touch(uint32_t task, uint64_t address, uint32_t access)
{
    struct fault fault = {.task = task, .address = address, .access = access};
    if (serve_fault(&fault) != FAULT_MAP)
        return NULL;
    return (uint8_t *)fault.page + (address & (PAGE_BYTES - 1));
}

struct translation translation_of(uint64_t number, uint32_t task)
{
    struct cache *cache = cache_find(space_find(number), task_find(task));
    return (struct translation){.entries = cache->dataspace->table,
                                .marks = cache->marks,
                                .page_count = cache->dataspace->page_count,
                                .expiry_us = cache->expiry_us,
                                .pins_max = cache->pins_max};
}
