// SPDX-License-Identifier: BSD-2-Clause
//
// Tasks and attachments. A task's attachments stand in one ascending list: there are few of them,
// and faults, the only frequent visitors, find the big ones soon enough.
#include "task.h"

#include <stddef.h>
#include <string.h>

#include "errors.h"
#include "machine.h"
#include "pool.h"
#include "share.h"
#include "space.h"

static struct task tasks[TASKS];
static struct attachment attachments[ATTACHMENTS];
static struct share places = {
    .sure = ATTACHMENTS_SURE,
    .most = ATTACHMENTS_EACH,
    .rest = ATTACHMENTS - TASKS * ATTACHMENTS_SURE,
};
// Behind blank attachments that may only be read.
static const _Alignas(PAGE_BYTES) uint8_t zero_page[PAGE_BYTES];

struct task *task_find(uint32_t number)
{
    return number < TASKS && tasks[number].used ? &tasks[number] : NULL;
}

struct task *task_create(uint32_t number, uint64_t limit_bytes, uint32_t space_handle)
{
    if (number >= TASKS || tasks[number].used)
        return NULL;
    tasks[number] = (struct task){.used = true,
                                  .number = number,
                                  .space_handle = space_handle,
                                  .limit_pages = limit_bytes >> PAGE_BITS};
    return &tasks[number];
}

void task_delete(struct task *task)
{
    while (task->attachments)
        task_detach(task, task->attachments->address);
    machine_close(task->space_handle);
    task->used = false;
}

bool task_charge(struct task *task, uint64_t pages)
{
    if (pages > task->limit_pages - task->used_pages)
        return false;
    task->used_pages += pages;
    return true;
}

void task_refund(struct task *task, uint64_t pages)
{
    task->used_pages -= pages;
}

// A free one; there is one for whoever has taken his place.
static struct attachment *attachment_new(void)
{
    struct attachment *attachment = attachments;
    while (attachment->task)
        attachment++;
    return attachment;
}

// The place in the list for a range at exactly `address`; null if something is in the way.
static struct attachment **place_at(struct task *task, uint64_t address, uint64_t length_bytes)
{
    struct attachment **place = &task->attachments;
    while (*place && (*place)->address + (*place)->length_bytes <= address)
        place = &(*place)->next;
    if (*place && (*place)->address < address + length_bytes)
        return NULL;
    return place;
}

// The first free range of that length, with a page left out before it: an index that runs off one
// dataspace must not end up in the next.
static uint64_t address_free(const struct task *task, uint64_t length_bytes)
{
    uint64_t address = TASK_FREE_FIRST;
    for (const struct attachment *at = task->attachments; at; at = at->next) {
        if (at->address + at->length_bytes <= address)
            continue;
        if (at->address >= address + length_bytes + PAGE_BYTES)
            break;
        address = at->address + at->length_bytes + PAGE_BYTES;
    }
    return length_bytes <= TASK_FREE_END - address ? address : 0;
}

struct attachment *task_attach(struct task *task, struct dataspace *dataspace, uint64_t offset,
                               uint64_t length_bytes, uint64_t address, uint32_t rights,
                               uint32_t *error)
{
    *error = DATASPACE_ERROR_NO_ADDRESS;
    if (!address)
        address = address_free(task, length_bytes);
    if (address < PAGE_BYTES || address >= TASK_END || length_bytes > TASK_END - address)
        return NULL;
    struct attachment **place = place_at(task, address, length_bytes);
    if (!place)
        return NULL;
    *error = DATASPACE_ERROR_TOO_MANY;
    if (!share_take(&places, &task->attachment_count))
        return NULL;
    struct attachment *new = attachment_new();
    *new = (struct attachment){.next = *place,
                               .task = task,
                               .dataspace = dataspace,
                               .address = address,
                               .length_bytes = length_bytes,
                               .offset = offset,
                               .rights = rights};
    *place = new;
    return new;
}

// Whether the task's scratch page is mapped in none of its attachments any more.
static bool scratch_unused(const struct task *task)
{
    for (const struct attachment *at = task->attachments; at; at = at->next)
        if (at->scratched)
            return false;
    return task->scratch_frame != POOL_NONE;
}

static void attachment_remove(struct attachment **place)
{
    struct attachment *old = *place;
    machine_detach(old->task->space_handle, old->address, old->length_bytes);
    *place = old->next;
    if (old->scratched && scratch_unused(old->task)) {
        pool_give(old->task->scratch_frame, 1);
        old->task->scratch_frame = POOL_NONE;
    }
    share_give(&places, &old->task->attachment_count);
    old->task = NULL;
}

bool task_detach(struct task *task, uint64_t address)
{
    for (struct attachment **place = &task->attachments; *place; place = &(*place)->next) {
        if ((*place)->address != address)
            continue;
        attachment_remove(place);
        return true;
    }
    return false;
}

void task_detach_everywhere(struct dataspace *dataspace)
{
    for (unsigned i = 0; i < TASKS; i++) {
        struct attachment **place = &tasks[i].attachments;
        while (tasks[i].used && *place) {
            struct attachment *at = *place;
            if (at->dataspace != dataspace) {
                place = &at->next;
            } else if (tasks[i].number == dataspace->owner) {
                attachment_remove(place);
            } else {
                machine_detach(tasks[i].space_handle, at->address, at->length_bytes);
                at->dataspace = NULL;
                place = &at->next;
            }
        }
    }
}

void *task_blank_page(struct attachment *attachment)
{
    uint64_t *frame = &attachment->task->scratch_frame;
    if (!(attachment->rights & DATASPACE_WRITE))
        return (void *)(uintptr_t)zero_page;
    if (*frame == POOL_NONE) {
        *frame = pool_take();
        if (*frame == POOL_NONE)
            return NULL;
        memset(machine_frame(*frame), 0, PAGE_BYTES);
    }
    attachment->scratched = true;
    return machine_frame(*frame);
}

struct attachment *task_at(struct task *task, uint64_t address)
{
    struct attachment *at = task->attachments;
    while (at && at->address + at->length_bytes <= address)
        at = at->next;
    return at && at->address <= address ? at : NULL;
}
