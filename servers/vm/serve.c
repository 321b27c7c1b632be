// SPDX-License-Identifier: BSD-2-Clause
//
// The operations of dataspace.idl: one function each, in the order of their numbers.
#include "serve.h"

#include <stddef.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "pool.h"

#define RIGHT_WRITE   2u
#define RIGHT_EXECUTE 4u

static struct {
    bool used;
    uint32_t task;
    uint32_t handle;
} managers[SERVE_MANAGERS];

// The dataspace, if the caller is its owner or root.
static struct dataspace *owned(uint32_t caller, uint64_t number)
{
    struct dataspace *dataspace = space_find(number);
    return dataspace && (caller == SERVE_ROOT || dataspace->owner == caller) ? dataspace : NULL;
}

static uint32_t create(uint32_t caller, uint32_t owner, uint64_t words[])
{
    struct task *task = task_find(owner);
    uint64_t kind = words[0], length = words[1], below = words[2];
    uint32_t error = ERROR_NONE;
    struct dataspace *dataspace = NULL;
    if (kind == 2) {
        const struct task *asking = task_find(caller);
        bool allowed = caller == SERVE_ROOT || (asking && asking->devices);
        if (!allowed || (below & (PAGE_BYTES - 1)) || length == 0)
            return ERROR_NOT_ALLOWED;
        uint64_t view = machine_device(below, length);
        dataspace = view ? space_create_view(owner, view, length, 3) : NULL;
        error = view ? ERROR_TOO_MANY : ERROR_NO_MEMORY;
    } else if (task && kind < 2) {
        dataspace = space_create(task, kind ? DATASPACE_CONTIGUOUS : DATASPACE_ANONYMOUS, length,
                                 below, &error);
    } else {
        return ERROR_NOT_ALLOWED;
    }
    if (!dataspace)
        return error;
    words[0] = space_number(dataspace);
    words[1] = kind == 2 ? below : 0;
    if (kind == 1)
        words[1] = dataspace->table[0] & 0x000ffffffffff000;
    return ERROR_NONE;
}

static uint32_t op_create(struct serve_request *request)
{
    return create(request->caller, request->caller, request->words);
}

static uint32_t op_delete(struct serve_request *request)
{
    struct dataspace *dataspace = owned(request->caller, request->words[0]);
    if (!dataspace)
        return ERROR_NO_SUCH_DATASPACE;
    // Views of shared tables are the server's own: they end with their cache.
    const struct task *task = task_find(request->caller);
    if (dataspace->kind == DATASPACE_VIEW && task && !task->devices)
        return ERROR_NO_SUCH_DATASPACE;
    space_delete(dataspace);
    return ERROR_NONE;
}

static uint32_t attach(struct task *task, struct dataspace *dataspace, const uint64_t words[],
                       uint64_t *where)
{
    uint64_t offset = words[0], length = words[1], address = words[2], rights = words[3];
    bool both = (rights & RIGHT_WRITE) && (rights & RIGHT_EXECUTE);
    if (!space_range(dataspace, offset, length) || (address & (PAGE_BYTES - 1)) || rights == 0 ||
        (rights & ~(uint64_t)dataspace->rights) || both)
        return ERROR_BAD_RANGE;
    uint32_t error;
    struct attachment *attachment =
        task_attach(task, dataspace, offset, length, address, (uint32_t)rights, &error);
    if (!attachment)
        return error;
    *where = attachment->address;
    return ERROR_NONE;
}

static uint32_t op_attach(struct serve_request *request)
{
    struct task *task = task_find(request->caller);
    struct dataspace *dataspace = owned(request->caller, request->words[0]);
    if (!task || !dataspace)
        return ERROR_NO_SUCH_DATASPACE;
    return attach(task, dataspace, request->words + 1, request->words);
}

static uint32_t op_detach(struct serve_request *request)
{
    struct task *task = task_find(request->caller);
    return task && task_detach(task, request->words[0]) ? ERROR_NONE : ERROR_NO_ADDRESS;
}

static uint32_t op_info(struct serve_request *request)
{
    struct dataspace *dataspace = owned(request->caller, request->words[0]);
    if (!dataspace)
        return ERROR_NO_SUCH_DATASPACE;
    request->words[0] = dataspace->page_count << PAGE_BITS;
    request->words[1] = dataspace->present_count;
    request->words[2] = dataspace->moves;
    return ERROR_NONE;
}

static uint32_t op_limits(struct serve_request *request)
{
    struct task *task = task_find(request->caller);
    request->words[0] = task ? task->limit_pages << PAGE_BITS : 0;
    request->words[1] = task ? task->used_pages << PAGE_BITS : 0;
    request->words[2] = pool_free_count() << PAGE_BITS;
    return ERROR_NONE;
}

// What touch, move and reclaim have in common. Null, and a reason in `*error`.
static struct dataspace *range_of(const struct serve_request *request, uint32_t *error)
{
    struct dataspace *dataspace = owned(request->caller, request->words[0]);
    *error = dataspace ? ERROR_BAD_RANGE : ERROR_NO_SUCH_DATASPACE;
    if (!dataspace || !space_range(dataspace, request->words[1], request->words[2]))
        return NULL;
    return dataspace;
}

static uint32_t op_touch(struct serve_request *request)
{
    uint32_t error;
    struct dataspace *dataspace = range_of(request, &error);
    if (!dataspace)
        return error;
    uint64_t first = request->words[1] >> PAGE_BITS, count = request->words[2] >> PAGE_BITS;
    for (uint64_t i = 0; i < count; i++) {
        struct dataspace *wanted;
        uint64_t wanted_page;
        error = space_provide(dataspace, first + i, &wanted, &wanted_page);
        if (error)
            return error == ERROR_ABSENT ? ERROR_NO_MEMORY : error;
    }
    return ERROR_NONE;
}

static uint32_t displace(struct serve_request *request,
                         enum page_result (*act)(struct dataspace *, uint64_t))
{
    uint32_t error;
    struct dataspace *dataspace = range_of(request, &error);
    if (!dataspace)
        return error;
    uint64_t first = request->words[1] >> PAGE_BITS, count = request->words[2] >> PAGE_BITS;
    uint64_t done = 0, pinned = 0;
    for (uint64_t i = 0; i < count; i++) {
        enum page_result result = act(dataspace, first + i);
        done += result == PAGE_DONE;
        pinned += result == PAGE_PINNED;
    }
    if (pinned)
        cache_audit(dataspace);
    if (pinned && cache_overstayed())
        machine_report();
    request->words[0] = done;
    request->words[1] = pinned;
    return ERROR_NONE;
}

static uint32_t op_move(struct serve_request *request)
{
    return displace(request, space_move);
}

static uint32_t op_reclaim(struct serve_request *request)
{
    return displace(request, space_reclaim);
}

static int manager_of(uint32_t task)
{
    for (int i = 0; i < SERVE_MANAGERS; i++)
        if (managers[i].used && managers[i].task == task)
            return i;
    return -1;
}

uint32_t serve_manager(const struct dataspace *dataspace)
{
    int manager = manager_of(dataspace->owner);
    return manager < 0 ? 0 : managers[manager].handle;
}

static uint32_t op_manage(struct serve_request *request)
{
    if (manager_of(request->caller) >= 0)
        return ERROR_TOO_MANY;
    for (int i = 0; i < SERVE_MANAGERS; i++) {
        if (managers[i].used)
            continue;
        managers[i].used = true;
        managers[i].task = request->caller;
        managers[i].handle = request->handle;
        request->kept = true;
        return ERROR_NONE;
    }
    return ERROR_TOO_MANY;
}

static uint32_t op_announce(struct serve_request *request)
{
    struct task *task = task_find(request->caller);
    uint64_t rights = request->words[2];
    if (!task || manager_of(request->caller) < 0 || rights == 0 || rights > 7)
        return ERROR_NOT_ALLOWED;
    uint32_t error;
    struct dataspace *dataspace =
        space_create(task, DATASPACE_MANAGED, request->words[1], 0, &error);
    if (!dataspace)
        return ERROR_TOO_MANY;
    dataspace->cookie = request->words[0];
    dataspace->rights = (uint32_t)rights;
    request->words[0] = space_number(dataspace);
    return ERROR_NONE;
}

static uint32_t op_supply(struct serve_request *request)
{
    struct dataspace *dataspace = space_find(request->words[0]);
    if (!dataspace || dataspace->owner != request->caller)
        return ERROR_NO_SUCH_DATASPACE;
    if (!space_range(dataspace, request->words[1], PAGE_BYTES))
        return ERROR_BAD_RANGE;
    uint32_t error = space_supply(dataspace, request->words[1] >> PAGE_BITS, request->frame);
    request->kept = error == ERROR_NONE;
    return error;
}

static uint32_t op_memory_add(struct serve_request *request)
{
    return pool_add(request->words[0], request->words[1]) ? ERROR_NONE : ERROR_TOO_MANY;
}

static uint32_t op_task_create(struct serve_request *request)
{
    uint64_t number = request->words[0];
    struct task *task = NULL;
    if (number > SERVE_ROOT && number < TASKS)
        task = task_create((uint32_t)number, request->words[1], request->handle);
    if (!task)
        return ERROR_TOO_MANY;
    task->devices = request->words[2];
    request->kept = true;
    return ERROR_NONE;
}

static uint32_t op_task_delete(struct serve_request *request)
{
    uint64_t number = request->words[0];
    struct task *task = number < TASKS ? task_find((uint32_t)number) : NULL;
    if (!task)
        return ERROR_NONE;
    cache_delete_at(task);
    space_delete_all(task->number);
    int manager = manager_of(task->number);
    if (manager >= 0) {
        managers[manager].used = false;
        machine_close(managers[manager].handle);
    }
    task_delete(task);
    return ERROR_NONE;
}

static struct task *task_named(uint64_t number)
{
    return number < TASKS ? task_find((uint32_t)number) : NULL;
}

static uint32_t op_attach_for(struct serve_request *request)
{
    struct task *task = task_named(request->words[0]);
    struct dataspace *dataspace = space_find(request->words[1]);
    if (!task || !dataspace)
        return ERROR_NO_SUCH_DATASPACE;
    return attach(task, dataspace, request->words + 2, request->words);
}

static uint32_t op_detach_for(struct serve_request *request)
{
    struct task *task = task_named(request->words[0]);
    return task && task_detach(task, request->words[1]) ? ERROR_NONE : ERROR_NO_ADDRESS;
}

static uint32_t op_create_for(struct serve_request *request)
{
    uint64_t number = request->words[0];
    if (number >= TASKS)
        return ERROR_NOT_ALLOWED;
    uint64_t words[3] = {request->words[1], request->words[2], request->words[3]};
    uint32_t error = create(SERVE_ROOT, (uint32_t)number, words);
    request->words[0] = words[0];
    request->words[1] = words[1];
    return error;
}

static uint32_t op_owner_get(struct serve_request *request)
{
    struct dataspace *dataspace = space_find(request->words[0]);
    if (!dataspace)
        return ERROR_NO_SUCH_DATASPACE;
    request->words[0] = dataspace->owner;
    request->words[1] = dataspace->page_count << PAGE_BITS;
    return ERROR_NONE;
}

static uint32_t op_share_frames(struct serve_request *request)
{
    struct task *task = task_named(request->words[0]);
    struct dataspace *dataspace = space_find(request->words[1]);
    if (!task || !dataspace)
        return ERROR_NO_SUCH_DATASPACE;
    uint32_t error;
    struct cache *cache = cache_create(dataspace, task, (uint32_t)request->words[2],
                                       (uint32_t)request->words[3], &error);
    if (!cache)
        return error;
    request->words[0] = cache->table_address;
    request->words[1] = cache->marks_address;
    return ERROR_NONE;
}

static uint32_t op_unshare_frames(struct serve_request *request)
{
    struct task *task = task_named(request->words[0]);
    struct dataspace *dataspace = space_find(request->words[1]);
    struct cache *cache = task && dataspace ? cache_find(dataspace, task) : NULL;
    if (!cache)
        return ERROR_NO_SUCH_DATASPACE;
    cache_delete(cache);
    return ERROR_NONE;
}

static uint32_t op_overstayed(struct serve_request *request)
{
    struct cache *cache = cache_overstayed();
    request->words[0] = cache ? cache->task->number : 0;
    request->words[1] = cache ? space_number(cache->dataspace) : 0;
    return ERROR_NONE;
}

static uint32_t op_create_copy_for(struct serve_request *request)
{
    struct task *task = task_named(request->words[0]);
    struct dataspace *source = space_find(request->words[1]);
    uint64_t offset = request->words[2], bytes = request->words[3], length = request->words[4];
    if (!task || !source)
        return ERROR_NO_SUCH_DATASPACE;
    uint64_t source_bytes = source->page_count << PAGE_BITS;
    // A copy of a copy would make the way to the first page as long as somebody likes.
    if (source->source || (offset & (PAGE_BYTES - 1)) || offset > source_bytes ||
        bytes > source_bytes - offset || bytes > length)
        return ERROR_BAD_RANGE;
    uint32_t error;
    struct dataspace *copy = space_create(task, DATASPACE_ANONYMOUS, length, 0, &error);
    if (!copy)
        return error;
    copy->source = request->words[1];
    copy->source_offset = offset;
    copy->source_bytes = bytes;
    request->words[0] = space_number(copy);
    return ERROR_NONE;
}

enum { BRINGS_NOTHING, BRINGS_HANDLE, BRINGS_PAGE };

static const struct operation {
    uint32_t (*act)(struct serve_request *request);
    uint8_t words_in;
    uint8_t words_out;
    uint8_t brings;
    bool root_only;
} operations[] = {
    [1] = {op_create, 3, 2, BRINGS_NOTHING, false},
    [2] = {op_delete, 1, 0, BRINGS_NOTHING, false},
    [3] = {op_attach, 5, 1, BRINGS_NOTHING, false},
    [4] = {op_detach, 1, 0, BRINGS_NOTHING, false},
    [5] = {op_info, 1, 3, BRINGS_NOTHING, false},
    [6] = {op_limits, 0, 3, BRINGS_NOTHING, false},
    [7] = {op_touch, 3, 0, BRINGS_NOTHING, false},
    [8] = {op_move, 3, 2, BRINGS_NOTHING, false},
    [9] = {op_reclaim, 3, 2, BRINGS_NOTHING, false},
    [16] = {op_manage, 0, 0, BRINGS_HANDLE, false},
    [17] = {op_announce, 3, 1, BRINGS_NOTHING, false},
    [18] = {op_supply, 2, 0, BRINGS_PAGE, false},
    [32] = {op_memory_add, 2, 0, BRINGS_NOTHING, true},
    [33] = {op_task_create, 3, 0, BRINGS_HANDLE, true},
    [34] = {op_task_delete, 1, 0, BRINGS_NOTHING, true},
    [35] = {op_attach_for, 6, 1, BRINGS_NOTHING, true},
    [36] = {op_detach_for, 2, 0, BRINGS_NOTHING, true},
    [37] = {op_create_for, 4, 2, BRINGS_NOTHING, true},
    [38] = {op_owner_get, 1, 2, BRINGS_NOTHING, true},
    [39] = {op_share_frames, 4, 2, BRINGS_NOTHING, true},
    [40] = {op_unshare_frames, 2, 0, BRINGS_NOTHING, true},
    [41] = {op_overstayed, 0, 2, BRINGS_NOTHING, true},
    [42] = {op_create_copy_for, 5, 1, BRINGS_NOTHING, true},
};

uint32_t serve(struct serve_request *request)
{
    request->kept = false;
    request->words_out = 0;
    if (request->operation >= sizeof operations / sizeof operations[0])
        return ERROR_MALFORMED;
    const struct operation *operation = &operations[request->operation];
    if (!operation->act || request->words_in != operation->words_in ||
        !!request->handle != (operation->brings == BRINGS_HANDLE) ||
        !!request->frame != (operation->brings == BRINGS_PAGE))
        return ERROR_MALFORMED;
    if (operation->root_only && request->caller != SERVE_ROOT)
        return ERROR_NOT_ALLOWED;
    uint32_t error = operation->act(request);
    request->words_out = error ? 0 : operation->words_out;
    return error;
}

enum fault_result serve_fault(struct fault *fault)
{
    struct task *task = task_find(fault->task);
    struct attachment *attachment = task ? task_at(task, fault->address) : NULL;
    if (!attachment || (fault->access & ~attachment->rights))
        return FAULT_REFUSED;
    struct dataspace *dataspace = attachment->dataspace;
    uint64_t page = (attachment->offset + (fault->address - attachment->address)) >> PAGE_BITS;
    uint32_t error = space_provide(dataspace, page, &fault->dataspace, &fault->index);
    if (error == ERROR_ABSENT)
        return FAULT_ASK;
    if (error)
        return FAULT_REFUSED;
    fault->rights = attachment->rights;
    fault->page = space_page(dataspace, page);
    return FAULT_MAP;
}
