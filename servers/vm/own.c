// SPDX-License-Identifier: BSD-2-Clause
//
// What every task may ask about its own dataspaces.
#include <dataspace/translation.h>
#include <stddef.h>

#include "cache.h"
#include "errors.h"
#include "handlers.h"
#include "machine.h"
#include "page.h"
#include "pool.h"

struct task *task_named(uint64_t number)
{
    return number < TASKS ? task_find((uint32_t)number) : NULL;
}

struct dataspace *dataspace_owned(uint64_t sender, uint64_t number)
{
    struct dataspace *dataspace = space_find(number);
    bool allowed = dataspace && (sender == SERVE_ROOT || dataspace->owner == sender);
    return allowed ? dataspace : NULL;
}

static int make_device(uint64_t sender, uint32_t owner, uint64_t length_bytes, uint64_t address,
                       uint64_t *dataspace, uint64_t *physical)
{
    const struct task *asking = task_named(sender);
    bool allowed = sender == SERVE_ROOT || (asking && asking->devices);
    if (!allowed || (address & (PAGE_BYTES - 1)) || length_bytes == 0)
        return DATASPACE_ERROR_NOT_ALLOWED;
    uint64_t view = machine_device(address, length_bytes);
    if (!view)
        return DATASPACE_ERROR_NO_MEMORY;
    const struct dataspace *made =
        space_create_view(owner, view, length_bytes, DATASPACE_READ | DATASPACE_WRITE);
    if (!made)
        return DATASPACE_ERROR_TOO_MANY;
    *dataspace = space_number(made);
    *physical = address;
    return 0;
}

int dataspace_make(uint64_t sender, uint32_t owner, enum dataspace_memory_kind kind,
                   uint64_t length_bytes, uint64_t below, uint64_t *dataspace, uint64_t *physical)
{
    if (kind == DATASPACE_MEMORY_KIND_DEVICE)
        return make_device(sender, owner, length_bytes, below, dataspace, physical);
    struct task *task = task_find(owner);
    bool contiguous = kind == DATASPACE_MEMORY_KIND_CONTIGUOUS;
    uint32_t error;
    if (!task || (contiguous && sender != SERVE_ROOT && !task->runs))
        return DATASPACE_ERROR_NOT_ALLOWED;
    struct dataspace *made = space_create(
        task, contiguous ? DATASPACE_CONTIGUOUS : DATASPACE_ANONYMOUS, length_bytes, below, &error);
    if (!made)
        return (int)error;
    made->discardable = kind == DATASPACE_MEMORY_KIND_DISCARDABLE;
    *dataspace = space_number(made);
    *physical = contiguous ? made->table[0] & TRANSLATION_FRAME : 0;
    return 0;
}

int serve_create(void *context, uint64_t sender, enum dataspace_memory_kind kind,
                 uint64_t length_bytes, uint64_t below, uint64_t *dataspace, uint64_t *physical)
{
    (void)context;
    if (!task_named(sender))
        return DATASPACE_ERROR_NOT_ALLOWED;
    return dataspace_make(sender, (uint32_t)sender, kind, length_bytes, below, dataspace, physical);
}

int serve_delete(void *context, uint64_t sender, uint64_t number)
{
    (void)context;
    struct dataspace *dataspace = dataspace_owned(sender, number);
    if (!dataspace)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    // Views of shared tables are the server's own: they end with their cache.
    const struct task *task = task_named(sender);
    if (dataspace->kind == DATASPACE_VIEW && task && !task->devices)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    space_delete(dataspace);
    return 0;
}

int dataspace_place(struct task *task, struct dataspace *dataspace, uint64_t offset,
                    uint64_t length_bytes, uint64_t address, uint32_t rights, uint64_t *where)
{
    bool both = (rights & DATASPACE_WRITE) && (rights & DATASPACE_EXECUTE);
    if (!space_range(dataspace, offset, length_bytes) || (address & (PAGE_BYTES - 1)) ||
        rights == 0 || (rights & ~dataspace->rights) || both)
        return DATASPACE_ERROR_BAD_RANGE;
    uint32_t error;
    const struct attachment *attachment =
        task_attach(task, dataspace, offset, length_bytes, address, rights, &error);
    if (!attachment)
        return (int)error;
    *where = attachment->address;
    return 0;
}

int serve_attach(void *context, uint64_t sender, uint64_t number, uint64_t offset,
                 uint64_t length_bytes, uint64_t address, uint32_t rights, uint64_t *where)
{
    (void)context;
    struct task *task = task_named(sender);
    struct dataspace *dataspace = space_find(number);
    bool own = dataspace && dataspace->owner == sender;
    if (!task || !dataspace || !(own || dataspace->permitted >> sender & 1))
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    if (!own && rights & DATASPACE_WRITE)
        return DATASPACE_ERROR_BAD_RANGE;
    return dataspace_place(task, dataspace, offset, length_bytes, address, rights, where);
}

int serve_permit(void *context, uint64_t sender, uint64_t number, uint32_t task)
{
    (void)context;
    struct dataspace *dataspace = dataspace_owned(sender, number);
    if (!dataspace)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    if (!task_named(task))
        return DATASPACE_ERROR_NOT_ALLOWED;
    dataspace->permitted |= 1ull << task;
    return 0;
}

int serve_detach(void *context, uint64_t sender, uint64_t address)
{
    (void)context;
    struct task *task = task_named(sender);
    return task && task_detach(task, address) ? 0 : DATASPACE_ERROR_NO_ADDRESS;
}

int serve_info(void *context, uint64_t sender, uint64_t number, uint64_t *length_bytes,
               uint64_t *present_pages, uint32_t *generation)
{
    (void)context;
    const struct dataspace *dataspace = dataspace_owned(sender, number);
    if (!dataspace)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    *length_bytes = dataspace->page_count << PAGE_BITS;
    *present_pages = dataspace->present_count;
    *generation = dataspace->moves;
    return 0;
}

int serve_limits(void *context, uint64_t sender, uint64_t *limit_bytes, uint64_t *used_bytes,
                 uint64_t *free_bytes)
{
    (void)context;
    const struct task *task = task_named(sender);
    *limit_bytes = task ? task->limit_pages << PAGE_BITS : 0;
    *used_bytes = task ? task->used_pages << PAGE_BITS : 0;
    *free_bytes = pool_free_count() << PAGE_BITS;
    return 0;
}

// What touch, move and reclaim have in common: null, and a reason in `*error`. Whoever has work for
// long asks again and again, and others come in between.
static struct dataspace *range_owned(uint64_t sender, uint64_t number, uint64_t offset,
                                     uint64_t length_bytes, int *error)
{
    struct dataspace *dataspace = dataspace_owned(sender, number);
    *error = dataspace ? DATASPACE_ERROR_BAD_RANGE : DATASPACE_ERROR_NO_SUCH_DATASPACE;
    return dataspace && space_range(dataspace, offset, length_bytes) &&
                   length_bytes <= DATASPACE_PAGES_AT_ONCE * PAGE_BYTES
               ? dataspace
               : NULL;
}

int serve_touch(void *context, uint64_t sender, uint64_t number, uint64_t offset,
                uint64_t length_bytes)
{
    (void)context;
    int error;
    struct dataspace *dataspace = range_owned(sender, number, offset, length_bytes, &error);
    if (!dataspace)
        return error;
    uint64_t first = offset >> PAGE_BITS, count = length_bytes >> PAGE_BITS;
    for (uint64_t i = 0; i < count; i++) {
        struct dataspace *wanted;
        uint64_t wanted_page;
        uint32_t failure = page_provide(dataspace, first + i, &wanted, &wanted_page);
        if (failure)
            return failure == ERROR_ABSENT ? DATASPACE_ERROR_NO_MEMORY : (int)failure;
    }
    return 0;
}

static int displace(struct dataspace *dataspace, uint64_t offset, uint64_t length_bytes,
                    enum page_result (*act)(struct dataspace *, uint64_t), uint64_t *done,
                    uint64_t *pinned)
{
    uint64_t first = offset >> PAGE_BITS, count = length_bytes >> PAGE_BITS;
    for (uint64_t i = 0; i < count; i++) {
        enum page_result result = act(dataspace, first + i);
        *done += result == PAGE_DONE;
        *pinned += result == PAGE_PINNED;
    }
    if (*pinned)
        cache_audit(dataspace);
    return 0;
}

int serve_move(void *context, uint64_t sender, uint64_t number, uint64_t offset,
               uint64_t length_bytes, uint64_t *moved, uint64_t *pinned)
{
    (void)context;
    int error;
    struct dataspace *dataspace = range_owned(sender, number, offset, length_bytes, &error);
    return dataspace ? displace(dataspace, offset, length_bytes, page_move, moved, pinned) : error;
}

int serve_reclaim(void *context, uint64_t sender, uint64_t number, uint64_t offset,
                  uint64_t length_bytes, uint64_t *reclaimed, uint64_t *pinned)
{
    (void)context;
    int error;
    struct dataspace *dataspace = range_owned(sender, number, offset, length_bytes, &error);
    return dataspace ? displace(dataspace, offset, length_bytes, page_reclaim, reclaimed, pinned)
                     : error;
}
