// SPDX-License-Identifier: BSD-2-Clause
//
// One function per operation: words in, words out.
#include "vm_client.h"

#include <l4/l4.h>
#include <string.h>

enum {
    DATASPACE_INTERFACE = 3,
    FILE_INTERFACE = 4,
    INTERFACE_SHIFT = 16,
    FILES_TIMEOUT_US = 1000000, // it is not as trusted as the VM server
    NAME_BYTES = 40,
};

static uint32_t vm_slot, files_slot;

void vm_client_init(uint32_t vm, uint32_t files)
{
    vm_slot = vm;
    files_slot = files;
}

static uint32_t call(unsigned number, struct l4_message *message, unsigned words, unsigned items)
{
    message->tag = L4_TAG((uint64_t)DATASPACE_INTERFACE << INTERFACE_SHIFT | number, words, items);
    if (l4_call(vm_slot, message) != L4_STATUS_OK)
        return VM_UNREACHABLE;
    return (uint32_t)l4_tag_label(message->tag);
}

uint32_t vm_memory_add(uint64_t start, uint64_t end)
{
    struct l4_message message = {.w = {start, end}};
    return call(32, &message, 2, 0);
}

uint32_t vm_task_create(uint32_t task, uint64_t limit_bytes, bool devices, uint32_t space_slot)
{
    struct l4_message message = {.w = {task, limit_bytes, devices}};
    l4_item_handle(0, space_slot, L4_RIGHT_CONTROL);
    return call(33, &message, 3, 1);
}

uint32_t vm_task_delete(uint32_t task)
{
    struct l4_message message = {.w = {task}};
    return call(34, &message, 1, 0);
}

uint32_t vm_create_for(uint32_t task, enum vm_kind kind, uint64_t length_bytes, uint64_t below,
                       uint64_t *dataspace)
{
    struct l4_message message = {.w = {task, kind, length_bytes, below}};
    uint32_t error = call(37, &message, 4, 0);
    *dataspace = message.w[0];
    return error;
}

uint32_t vm_create_copy_for(uint32_t task, uint64_t source, uint64_t source_offset,
                            uint64_t source_bytes, uint64_t length_bytes, uint64_t *dataspace)
{
    struct l4_message message = {.w = {task, source, source_offset, source_bytes, length_bytes}};
    uint32_t error = call(42, &message, 5, 0);
    *dataspace = message.w[0];
    return error;
}

uint32_t vm_delete(uint64_t dataspace)
{
    struct l4_message message = {.w = {dataspace}};
    return call(2, &message, 1, 0);
}

uint32_t vm_attach_for(uint32_t task, uint64_t dataspace, uint64_t offset, uint64_t length_bytes,
                       uint64_t *address, uint32_t rights)
{
    struct l4_message message = {.w = {task, dataspace, offset, length_bytes, *address, rights}};
    uint32_t error = call(35, &message, 6, 0);
    *address = message.w[0];
    return error;
}

uint32_t vm_detach_for(uint32_t task, uint64_t address)
{
    struct l4_message message = {.w = {task, address}};
    return call(36, &message, 2, 0);
}

uint32_t vm_owner_get(uint64_t dataspace, uint32_t *task, uint64_t *length_bytes)
{
    struct l4_message message = {.w = {dataspace}};
    uint32_t error = call(38, &message, 1, 0);
    *task = (uint32_t)message.w[0];
    *length_bytes = message.w[1];
    return error;
}

uint32_t vm_share_frames(uint32_t task, uint64_t dataspace, uint32_t pins_max, uint32_t expiry_us,
                         uint64_t *table, uint64_t *marks)
{
    struct l4_message message = {.w = {task, dataspace, pins_max, expiry_us}};
    uint32_t error = call(39, &message, 4, 0);
    *table = message.w[0];
    *marks = message.w[1];
    return error;
}

uint32_t vm_unshare_frames(uint32_t task, uint64_t dataspace)
{
    struct l4_message message = {.w = {task, dataspace}};
    return call(40, &message, 2, 0);
}

uint32_t vm_overstayed(uint32_t *task, uint64_t *dataspace)
{
    struct l4_message message = {0};
    uint32_t error = call(41, &message, 0, 0);
    *task = (uint32_t)message.w[0];
    *dataspace = message.w[1];
    return error;
}

uint32_t files_open(const char *name, uint64_t *dataspace, uint64_t *bytes)
{
    size_t length = strlen(name);
    if (length > NAME_BYTES)
        return VM_UNREACHABLE;
    struct l4_message message = {.w = {length}};
    memcpy(&message.w[1], name, length);
    unsigned words = 1 + (unsigned)(length + 7) / 8;
    message.tag = L4_TAG((uint64_t)FILE_INTERFACE << INTERFACE_SHIFT | 1, words, 0);
    if (l4_call_timeout(files_slot, &message, FILES_TIMEOUT_US) != L4_STATUS_OK)
        return VM_UNREACHABLE;
    *dataspace = message.w[0];
    *bytes = message.w[1];
    return (uint32_t)l4_tag_label(message.tag);
}
