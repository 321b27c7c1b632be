// SPDX-License-Identifier: BSD-2-Clause
//
// Tasks: address spaces that are paged here, with their limits and what they have attached.
#ifndef VM_TASK_H
#define VM_TASK_H

#include <stdbool.h>
#include <stdint.h>

#define TASKS            64
#define ATTACHMENTS      2048
#define ATTACHMENTS_SURE 16            // that each task can have, whatever others do
#define ATTACHMENTS_EACH 128           // of one task at most
#define TASK_FREE_FIRST  0xc0000000ull // addresses that the server chooses itself are from here …
#define TASK_FREE_END    0x7f0000000000ull // … to here
#define TASK_END         0x7fffffc00000ull // nothing is attached beyond

struct dataspace;

struct attachment {
    struct attachment *next;     // of the task, ascending
    struct task *task;           // null: free
    struct dataspace *dataspace; // null: blank
    uint64_t address;
    uint64_t length_bytes;
    uint64_t offset; // in the dataspace
    uint32_t rights;
    bool scratched; // the task's scratch page is mapped in it
};

struct task {
    bool used;
    bool devices; // may make dataspaces of device memory
    bool runs;    // … and contiguous ones
    uint32_t number;
    uint32_t space_handle;
    uint64_t limit_pages;
    uint64_t used_pages;
    uint64_t scratch_frame; // behind blank attachments that may be written, 0: none
    unsigned attachment_count;
    unsigned dataspace_count; // see space.h
    unsigned cache_count;     // translation caches that it holds
    unsigned supplied_count;  // pages that it has supplied as a manager
    struct attachment *attachments;
};

// The task of that number, null if there is none.
struct task *task_find(uint32_t number);

// A new task; null if the number is taken or out of range.
struct task *task_create(uint32_t number, uint64_t limit_bytes, uint32_t space_handle);

// Detaches everything and forgets the task. Its dataspaces are to be deleted before.
void task_delete(struct task *task);

// True and charged, or false.
bool task_charge(struct task *task, uint64_t pages);
void task_refund(struct task *task, uint64_t pages);

// Attaches a range at `address`, or at a free one if that is 0. All numbers are whole pages and
// inside the dataspace. Returns the attachment; null and a reason of dataspace.idl in `*error`.
struct attachment *task_attach(struct task *task, struct dataspace *dataspace, uint64_t offset,
                               uint64_t length_bytes, uint64_t address, uint32_t rights,
                               uint32_t *error);

// Removes the attachment that begins at `address`; false if there is none.
bool task_detach(struct task *task, uint64_t address);

// A dataspace ends: its owner's attachments are removed, those of others become blank. Whoever was
// shown memory must not fault because its owner took it away: he reads zeros, or, where he may
// write, what he wrote himself, until he detaches it.
void task_detach_everywhere(struct dataspace *dataspace);

// The page behind a blank attachment; null if there is no memory. One that may be written goes back
// with the last attachment that it is mapped in.
void *task_blank_page(struct attachment *attachment);

// The attachment that covers an address, or null.
struct attachment *task_at(struct task *task, uint64_t address);

#endif
