// SPDX-License-Identifier: BSD-2-Clause
//
// The handlers of dataspace.idl, in three files: what everybody may ask (own.c), what managers ask
// (manager.c), what only root asks (root.c). The sender is the number of the task; the context is
// the struct serve_request.
#ifndef VM_HANDLERS_H
#define VM_HANDLERS_H

#include <idl/dataspace.h>

#include "serve.h"

// The task of that number, or null.
struct task *task_named(uint64_t number);

// The dataspace, if the sender is its owner or root.
struct dataspace *dataspace_owned(uint64_t sender, uint64_t number);

// What two operations each have in common: for oneself, and by root for another task.
int dataspace_make(uint64_t sender, uint32_t owner, enum dataspace_memory_kind kind,
                   uint64_t length_bytes, uint64_t below, uint64_t *dataspace, uint64_t *physical);
int dataspace_place(struct task *task, struct dataspace *dataspace, uint64_t offset,
                    uint64_t length_bytes, uint64_t address, uint32_t rights, uint64_t *where);

int serve_create(void *context, uint64_t sender, enum dataspace_memory_kind kind,
                 uint64_t length_bytes, uint64_t below, uint64_t *dataspace, uint64_t *physical);
int serve_delete(void *context, uint64_t sender, uint64_t dataspace);
int serve_attach(void *context, uint64_t sender, uint64_t dataspace, uint64_t offset,
                 uint64_t length_bytes, uint64_t address, uint32_t rights, uint64_t *where);
int serve_permit(void *context, uint64_t sender, uint64_t dataspace, uint32_t task);
int serve_detach(void *context, uint64_t sender, uint64_t address);
int serve_info(void *context, uint64_t sender, uint64_t dataspace, uint64_t *length_bytes,
               uint64_t *present_pages, uint32_t *generation);
int serve_limits(void *context, uint64_t sender, uint64_t *limit_bytes, uint64_t *used_bytes,
                 uint64_t *free_bytes);
int serve_touch(void *context, uint64_t sender, uint64_t dataspace, uint64_t offset,
                uint64_t length_bytes);
int serve_move(void *context, uint64_t sender, uint64_t dataspace, uint64_t offset,
               uint64_t length_bytes, uint64_t *moved, uint64_t *pinned);
int serve_reclaim(void *context, uint64_t sender, uint64_t dataspace, uint64_t offset,
                  uint64_t length_bytes, uint64_t *reclaimed, uint64_t *pinned);

int serve_manage(void *context, uint64_t sender, l4_handle_t endpoint);
int serve_announce(void *context, uint64_t sender, uint64_t cookie, uint64_t length_bytes,
                   uint32_t rights, uint64_t *dataspace);
int serve_supply(void *context, uint64_t sender, uint64_t dataspace, uint64_t offset,
                 const struct interface_memory *page);

// The end of a task that may be a manager.
void manager_end(const struct task *task);

int serve_memory_add(void *context, uint64_t sender, uint64_t start, uint64_t end);
int serve_task_create(void *context, uint64_t sender, uint32_t task, uint64_t limit_bytes,
                      uint32_t may, l4_handle_t space);
int serve_task_delete(void *context, uint64_t sender, uint32_t task);
int serve_attach_for(void *context, uint64_t sender, uint32_t task, uint64_t dataspace,
                     uint64_t offset, uint64_t length_bytes, uint64_t address, uint32_t rights,
                     uint64_t *where);
int serve_detach_for(void *context, uint64_t sender, uint32_t task, uint64_t address);
int serve_create_for(void *context, uint64_t sender, uint32_t task, enum dataspace_memory_kind kind,
                     uint64_t length_bytes, uint64_t below, uint64_t *dataspace,
                     uint64_t *physical);
int serve_owner_get(void *context, uint64_t sender, uint64_t dataspace, uint32_t *task,
                    uint64_t *length_bytes, bool *managed);
int serve_share_frames(void *context, uint64_t sender, uint32_t task, uint64_t dataspace,
                       uint32_t pins_max, uint32_t expiry_us, uint64_t *table, uint64_t *marks);
int serve_unshare_frames(void *context, uint64_t sender, uint32_t task, uint64_t dataspace);
int serve_overstayed(void *context, uint64_t sender, uint32_t *task, uint64_t *dataspace);
int serve_create_copy_for(void *context, uint64_t sender, uint32_t task, uint64_t source,
                          uint64_t source_offset, uint64_t source_bytes, uint64_t length_bytes,
                          uint64_t *dataspace);
int serve_usage(void *context, uint64_t sender, uint32_t task, uint64_t *used_bytes,
                uint32_t *dataspaces, uint32_t *attachments, uint32_t *pins, uint64_t *total_bytes);
int serve_peek_for(void *context, uint64_t sender, uint32_t task, uint64_t address,
                   uint64_t contents[48], uint32_t *count);

#endif
