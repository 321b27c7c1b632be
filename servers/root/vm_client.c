// SPDX-License-Identifier: BSD-2-Clause
//
// Root's view of the two servers: stubs without the results that root has no use for.
#include "vm_client.h"

#include <idl/dataspace_client.h>
#include <idl/file_client.h>

enum { FILES_TIMEOUT_US = 1000000 }; // it is not as trusted as the VM server

static struct endpoint vm, files;

void vm_client_init(uint32_t vm_slot, uint32_t files_slot)
{
    vm = (struct endpoint){.handle = vm_slot};
    files = (struct endpoint){
        .handle = files_slot, .serve = endpoint_timed, .timeout_us = FILES_TIMEOUT_US};
}

// What is no error of the interface has one cause for root: it cannot be asked.
static uint32_t error_of(int status)
{
    return status < 0 ? VM_UNREACHABLE : (uint32_t)status;
}

uint32_t vm_memory_add(uint64_t start, uint64_t end)
{
    return error_of(dataspace_memory_add(&vm, start, end));
}

uint32_t vm_task_create(uint32_t task, uint64_t limit_bytes, uint32_t may, uint32_t space_slot)
{
    return error_of(dataspace_task_create(&vm, task, limit_bytes, may, space_slot));
}

uint32_t vm_task_delete(uint32_t task)
{
    return error_of(dataspace_task_delete(&vm, task));
}

uint32_t vm_create_for(uint32_t task, enum dataspace_memory_kind kind, uint64_t length_bytes,
                       uint64_t below, uint64_t *dataspace)
{
    uint64_t physical;
    return error_of(
        dataspace_create_for(&vm, task, kind, length_bytes, below, dataspace, &physical));
}

uint32_t vm_create_copy_for(uint32_t task, uint64_t source, uint64_t source_offset,
                            uint64_t source_bytes, uint64_t length_bytes, uint64_t *dataspace)
{
    return error_of(dataspace_create_copy_for(&vm, task, source, source_offset, source_bytes,
                                              length_bytes, dataspace));
}

uint32_t vm_delete(uint64_t dataspace)
{
    return error_of(dataspace_delete(&vm, dataspace));
}

uint32_t vm_attach_for(uint32_t task, uint64_t dataspace, uint64_t offset, uint64_t length_bytes,
                       uint64_t *address, uint32_t rights)
{
    return error_of(dataspace_attach_for(&vm, task, dataspace, offset, length_bytes, *address,
                                         rights, address));
}

uint32_t vm_detach_for(uint32_t task, uint64_t address)
{
    return error_of(dataspace_detach_for(&vm, task, address));
}

uint32_t vm_owner_get(uint64_t dataspace, uint32_t *task, uint64_t *length_bytes)
{
    bool managed = false;
    uint32_t error = error_of(dataspace_owner_get(&vm, dataspace, task, length_bytes, &managed));
    return !error && managed ? DATASPACE_ERROR_NOT_ALLOWED : error;
}

uint32_t vm_share_frames(uint32_t task, uint64_t dataspace, uint32_t pins_max, uint32_t expiry_us,
                         uint64_t *table, uint64_t *marks)
{
    return error_of(
        dataspace_share_frames(&vm, task, dataspace, pins_max, expiry_us, table, marks));
}

uint32_t vm_unshare_frames(uint32_t task, uint64_t dataspace)
{
    return error_of(dataspace_unshare_frames(&vm, task, dataspace));
}

uint32_t vm_overstayed(uint32_t *task, uint64_t *dataspace)
{
    return error_of(dataspace_overstayed(&vm, task, dataspace));
}

uint32_t vm_peek_for(uint32_t task, uint64_t address, uint64_t words[VM_PEEK_WORDS])
{
    uint32_t count = 0;
    return dataspace_peek_for(&vm, task, address, words, &count) == 0 ? count : 0;
}

uint64_t vm_free_bytes(void)
{
    uint64_t limit = 0, used = 0, left = 0;
    return dataspace_limits(&vm, &limit, &used, &left) == 0 ? left : 0;
}

uint32_t vm_usage(uint32_t task, struct vm_usage *usage)
{
    *usage = (struct vm_usage){0};
    return error_of(dataspace_usage(&vm, task, &usage->used_bytes, &usage->dataspaces,
                                    &usage->attachments, &usage->pins, &usage->total_bytes));
}

uint32_t files_open(const char *name, uint64_t *dataspace, uint64_t *bytes)
{
    return error_of(file_open(&files, name, dataspace, bytes));
}
