// SPDX-License-Identifier: BSD-2-Clause
//
// The table of handlers, and page faults.
#include "serve.h"

#include "cache.h"

#include <idl/dataspace_server.h>

#include "errors.h"
#include "handlers.h"
#include "machine.h"
#include "page.h"

// Everybody may ask the first ones; the handlers in root.c refuse all but root.
static const struct dataspace_handlers handlers = {
    .create = serve_create,
    .delete = serve_delete,
    .attach = serve_attach,
    .permit = serve_permit,
    .detach = serve_detach,
    .info = serve_info,
    .limits = serve_limits,
    .touch = serve_touch,
    .move = serve_move,
    .reclaim = serve_reclaim,
    .manage = serve_manage,
    .announce = serve_announce,
    .supply = serve_supply,
    .memory_add = serve_memory_add,
    .task_create = serve_task_create,
    .task_delete = serve_task_delete,
    .attach_for = serve_attach_for,
    .detach_for = serve_detach_for,
    .create_for = serve_create_for,
    .owner_get = serve_owner_get,
    .share_frames = serve_share_frames,
    .unshare_frames = serve_unshare_frames,
    .overstayed = serve_overstayed,
    .create_copy_for = serve_create_copy_for,
    .usage = serve_usage,
    .peek_for = serve_peek_for,
};

bool serve(struct serve_request *request, struct l4_message *message)
{
    request->kept = false;
    if (message->label == SERVE_ROOT)
        cache_sweep();
    return dataspace_dispatch(&handlers, request, message);
}

// The page that the owner of the memory cannot or will not provide to somebody else.
static enum fault_result fault_blank(struct fault *fault, struct attachment *attachment)
{
    fault->rights = attachment->rights & (DATASPACE_READ | DATASPACE_WRITE);
    fault->page = fault->access & ~fault->rights ? NULL : task_blank_page(attachment);
    return fault->page ? FAULT_MAP : FAULT_REFUSED;
}

enum fault_result serve_fault(struct fault *fault)
{
    struct task *task = task_find(fault->task);
    struct attachment *attachment = task ? task_at(task, fault->address) : NULL;
    if (!attachment || (fault->access & ~attachment->rights))
        return FAULT_REFUSED;
    struct dataspace *dataspace = attachment->dataspace;
    if (!dataspace)
        return fault_blank(fault, attachment);
    uint64_t page = (attachment->offset + (fault->address - attachment->address)) >> PAGE_BITS;
    uint32_t error = page_provide(dataspace, page, &fault->dataspace, &fault->index);
    if (error == ERROR_ABSENT)
        return FAULT_ASK;
    if (error && dataspace->owner != task->number)
        return fault_blank(fault, attachment);
    if (error)
        return FAULT_REFUSED;
    fault->rights = attachment->rights;
    fault->page = page_bytes(dataspace, page);
    return FAULT_MAP;
}
