// SPDX-License-Identifier: BSD-2-Clause
//
// Root's calls of the VM server (idl/dataspace.idl) and of the boot-file server (idl/file.idl). All
// return the error of the interface, or VM_UNREACHABLE.
#ifndef ROOT_VM_CLIENT_H
#define ROOT_VM_CLIENT_H

#include <idl/dataspace.h>
#include <stdbool.h>
#include <stdint.h>

#define VM_UNREACHABLE 0xfffdu
#define VM_PEEK_WORDS  48

// Slots of the endpoints, set once they exist.
void vm_client_init(uint32_t vm_slot, uint32_t files_slot);

uint32_t vm_memory_add(uint64_t start, uint64_t end);
uint32_t vm_task_create(uint32_t task, uint64_t limit_bytes, uint32_t may, uint32_t space_slot);
uint32_t vm_task_delete(uint32_t task);
uint32_t vm_create_for(uint32_t task, enum dataspace_memory_kind kind, uint64_t length_bytes,
                       uint64_t below, uint64_t *dataspace);
uint32_t vm_create_copy_for(uint32_t task, uint64_t source, uint64_t source_offset,
                            uint64_t source_bytes, uint64_t length_bytes, uint64_t *dataspace);
uint32_t vm_delete(uint64_t dataspace);
uint32_t vm_attach_for(uint32_t task, uint64_t dataspace, uint64_t offset, uint64_t length_bytes,
                       uint64_t *address, uint32_t rights);
uint32_t vm_detach_for(uint32_t task, uint64_t address);
// Fails for a dataspace of another manager: nobody may be made to wait for one.
uint32_t vm_owner_get(uint64_t dataspace, uint32_t *task, uint64_t *length_bytes);
uint32_t vm_share_frames(uint32_t task, uint64_t dataspace, uint32_t pins_max, uint32_t expiry_us,
                         uint64_t *table, uint64_t *marks);
uint32_t vm_unshare_frames(uint32_t task, uint64_t dataspace);
uint32_t vm_overstayed(uint32_t *task, uint64_t *dataspace);

// Words of a task's memory from a multiple of 8 on; returns how many there are, 0 on any error.
uint32_t vm_peek_for(uint32_t task, uint64_t address, uint64_t words[VM_PEEK_WORDS]);

// What the VM server has left to hand out.
uint64_t vm_free_bytes(void);

// What a task has. `total_bytes`: all memory that the VM server was given.
struct vm_usage {
    uint64_t used_bytes;
    uint64_t total_bytes;
    uint32_t dataspaces;
    uint32_t attachments;
    uint32_t pins;
};
uint32_t vm_usage(uint32_t task, struct vm_usage *usage);

// The dataspace that is the boot file of that name.
uint32_t files_open(const char *name, uint64_t *dataspace, uint64_t *bytes);

#endif
