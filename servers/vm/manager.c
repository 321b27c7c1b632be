// SPDX-License-Identifier: BSD-2-Clause
//
// What other managers ask, and who they are.
#include <stddef.h>

#include "handlers.h"
#include "machine.h"
#include "page.h"

static struct {
    bool used;
    uint32_t task;
    uint32_t handle;
} managers[MANAGERS];

static int manager_of(uint64_t task)
{
    for (int i = 0; i < MANAGERS; i++)
        if (managers[i].used && managers[i].task == task)
            return i;
    return -1;
}

uint32_t serve_manager(const struct dataspace *dataspace)
{
    int manager = manager_of(dataspace->owner);
    return manager < 0 ? 0 : managers[manager].handle;
}

void manager_end(const struct task *task)
{
    int manager = manager_of(task->number);
    if (manager < 0)
        return;
    managers[manager].used = false;
    machine_close(managers[manager].handle);
}

int serve_manage(void *context, uint64_t sender, l4_handle_t endpoint)
{
    struct serve_request *request = context;
    if (!task_named(sender) || manager_of(sender) >= 0)
        return DATASPACE_ERROR_TOO_MANY;
    for (int i = 0; i < MANAGERS; i++) {
        if (managers[i].used)
            continue;
        managers[i].used = true;
        managers[i].task = (uint32_t)sender;
        managers[i].handle = endpoint;
        request->kept = true;
        return 0;
    }
    return DATASPACE_ERROR_TOO_MANY;
}

int serve_announce(void *context, uint64_t sender, uint64_t cookie, uint64_t length_bytes,
                   uint32_t rights, uint64_t *dataspace)
{
    (void)context;
    struct task *task = task_named(sender);
    uint32_t all = DATASPACE_READ | DATASPACE_WRITE | DATASPACE_EXECUTE;
    if (!task || manager_of(sender) < 0 || rights == 0 || (rights & ~all))
        return DATASPACE_ERROR_NOT_ALLOWED;
    uint32_t error;
    struct dataspace *made = space_create(task, DATASPACE_MANAGED, length_bytes, 0, &error);
    if (!made)
        return DATASPACE_ERROR_TOO_MANY;
    made->cookie = cookie;
    made->rights = rights;
    *dataspace = space_number(made);
    return 0;
}

int serve_supply(void *context, uint64_t sender, uint64_t number, uint64_t offset,
                 const struct interface_memory *page)
{
    struct serve_request *request = context;
    struct dataspace *dataspace = space_find(number);
    if (!dataspace || dataspace->owner != sender)
        return DATASPACE_ERROR_NO_SUCH_DATASPACE;
    if (!space_range(dataspace, offset, PAGE_BYTES))
        return DATASPACE_ERROR_BAD_RANGE;
    // Whoever may do more than the page allows would fault again and again.
    if (dataspace->rights & ~page->rights)
        return DATASPACE_ERROR_RIGHTS_MISSING;
    uint32_t error = page_supply(dataspace, offset >> PAGE_BITS, request->frame);
    request->kept = error == 0;
    return (int)error;
}
