// SPDX-License-Identifier: BSD-2-Clause
//
// What only root asks.
#include <stddef.h>
#include <string.h>

#include "cache.h"
#include "handlers.h"
#include "machine.h"
#include "page.h"
#include "pool.h"
#include "space.h"

#define PEEK_WORDS 48

int serve_memory_add(void *context, uint64_t sender, uint64_t start, uint64_t end)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    return pool_add(start, end) ? 0 : DATASPACE_ERROR_TOO_MANY;
}

int serve_task_create(void *context, uint64_t sender, uint32_t number, uint64_t limit_bytes,
                      uint32_t may, l4_handle_t space)
{
    struct serve_request *request = context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = NULL;
    if (number > SERVE_ROOT && number < TASKS)
        task = task_create(number, limit_bytes, space);
    if (!task)
        return DATASPACE_ERROR_TOO_MANY;
    task->devices = may & DATASPACE_MAY_MAKE_DEVICES;
    task->runs = may & DATASPACE_MAY_MAKE_RUNS;
    request->kept = true;
    return 0;
}

int serve_task_delete(void *context, uint64_t sender, uint32_t number)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    if (!task)
        return 0;
    cache_delete_at(task);
    space_delete_all(task->number);
    manager_end(task);
    task_delete(task);
    return 0;
}

int serve_attach_for(void *context, uint64_t sender, uint32_t number, uint64_t dataspace_number,
                     uint64_t offset, uint64_t length_bytes, uint64_t address, uint32_t rights,
                     uint64_t *where)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    struct dataspace *dataspace = space_find(dataspace_number);
    if (!task || !dataspace)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    return dataspace_place(task, dataspace, offset, length_bytes, address, rights, where);
}

int serve_detach_for(void *context, uint64_t sender, uint32_t number, uint64_t address)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    return task && task_detach(task, address) ? 0 : DATASPACE_ERROR_NO_ADDRESS;
}

int serve_create_for(void *context, uint64_t sender, uint32_t task, enum dataspace_memory_kind kind,
                     uint64_t length_bytes, uint64_t below, uint64_t *dataspace, uint64_t *physical)
{
    (void)context;
    if (sender != SERVE_ROOT || !task_named(task))
        return DATASPACE_ERROR_NOT_ALLOWED;
    return dataspace_make(sender, task, kind, length_bytes, below, dataspace, physical);
}

int serve_owner_get(void *context, uint64_t sender, uint64_t number, uint32_t *task,
                    uint64_t *length_bytes, bool *managed)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    const struct dataspace *dataspace = space_find(number);
    if (!dataspace)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    *task = dataspace->owner;
    *length_bytes = dataspace->page_count << PAGE_BITS;
    *managed = dataspace->kind == DATASPACE_MANAGED;
    return 0;
}

int serve_share_frames(void *context, uint64_t sender, uint32_t number, uint64_t dataspace_number,
                       uint32_t pins_max, uint32_t expiry_us, uint64_t *table, uint64_t *marks)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    struct dataspace *dataspace = space_find(dataspace_number);
    if (!task || !dataspace)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    uint32_t error;
    const struct cache *cache = cache_create(dataspace, task, pins_max, expiry_us, &error);
    if (!cache)
        return (int)error;
    *table = cache->table_address;
    *marks = cache->marks_address;
    return 0;
}

int serve_unshare_frames(void *context, uint64_t sender, uint32_t number, uint64_t dataspace_number)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    const struct dataspace *dataspace = space_find(dataspace_number);
    struct cache *cache = task && dataspace ? cache_find(dataspace, task) : NULL;
    if (!cache)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    cache_end(cache);
    return 0;
}

int serve_overstayed(void *context, uint64_t sender, uint32_t *task, uint64_t *dataspace)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    const struct cache *cache = cache_overstayed();
    *task = cache ? cache->task->number : 0;
    *dataspace = cache && !cache->ending ? space_number(cache->dataspace) : 0;
    return 0;
}

int serve_create_copy_for(void *context, uint64_t sender, uint32_t number, uint64_t source_number,
                          uint64_t source_offset, uint64_t source_bytes, uint64_t length_bytes,
                          uint64_t *dataspace)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    const struct dataspace *source = space_find(source_number);
    if (!task || !source)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    uint64_t source_length = source->page_count << PAGE_BITS;
    // A copy of a copy would make the way to the first page as long as somebody likes.
    if (source->source || (source_offset & (PAGE_BYTES - 1)) || source_offset > source_length ||
        source_bytes > source_length - source_offset || source_bytes > length_bytes)
        return DATASPACE_ERROR_BAD_RANGE;
    uint32_t error;
    struct dataspace *copy = space_create(task, DATASPACE_ANONYMOUS, length_bytes, 0, &error);
    if (!copy)
        return (int)error;
    copy->source = source_number;
    copy->source_offset = source_offset;
    copy->source_bytes = source_bytes;
    *dataspace = space_number(copy);
    return 0;
}

// A device would notice that it is read, and a manager may take its page away meanwhile.
static bool readable_here(const struct dataspace *dataspace)
{
    return dataspace->kind == DATASPACE_ANONYMOUS || dataspace->kind == DATASPACE_CONTIGUOUS;
}

int serve_peek_for(void *context, uint64_t sender, uint32_t number, uint64_t address,
                   uint64_t contents[PEEK_WORDS], uint32_t *count)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct task *task = task_named(number);
    const struct attachment *at = task ? task_at(task, address) : NULL;
    *count = 0;
    if (!at || !at->dataspace || !readable_here(at->dataspace) || address % sizeof *contents)
        return 0;
    uint64_t offset = at->offset + (address - at->address);
    const uint8_t *page = page_bytes(at->dataspace, offset >> PAGE_BITS);
    uint64_t left = (PAGE_BYTES - offset % PAGE_BYTES) / sizeof *contents;
    if (!page)
        return 0;
    *count = left < PEEK_WORDS ? (uint32_t)left : PEEK_WORDS;
    memcpy(contents, page + offset % PAGE_BYTES, *count * sizeof *contents);
    return 0;
}

int serve_usage(void *context, uint64_t sender, uint32_t number, uint64_t *used_bytes,
                uint32_t *dataspaces, uint32_t *attachments, uint32_t *pins, uint64_t *total_bytes)
{
    (void)context;
    if (sender != SERVE_ROOT)
        return DATASPACE_ERROR_NOT_ALLOWED;
    const struct task *task = task_named(number);
    if (!task)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    *used_bytes = task->used_pages << PAGE_BITS;
    *dataspaces = 0;
    for (uint32_t i = 0; i < DATASPACES; i++) {
        const struct dataspace *dataspace = space_at(i);
        *dataspaces += dataspace && dataspace->owner == number;
    }
    *attachments = task->attachment_count;
    *pins = cache_pins_at(task);
    uint64_t first, count;
    *total_bytes = 0;
    for (unsigned region = 0; pool_region(region, &first, &count); region++)
        *total_bytes += count << PAGE_BITS;
    return 0;
}
