// SPDX-License-Identifier: BSD-2-Clause
#include "page.h"

#include <dataspace/translation.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "pool.h"
#include "pressure.h"
#include "share.h"

// Pages that managers supply.
static struct share supplies = {
    .sure = SUPPLIED_SURE,
    .most = MACHINE_SUPPLIED_MAX - (MANAGERS - 1) * SUPPLIED_SURE,
    .rest = MACHINE_SUPPLIED_MAX - MANAGERS * SUPPLIED_SURE,
};

static uint64_t entry_frame(uint64_t entry)
{
    return entry >> PAGE_BITS;
}

static bool entry_present(uint64_t entry)
{
    return entry_frame(entry) != POOL_NONE;
}

static _Atomic uint64_t *entry_of(const struct dataspace *dataspace, uint64_t page)
{
    return (_Atomic uint64_t *)&dataspace->table[page];
}

// The entry of a frame that follows on `old`: its generation is the next.
static uint64_t entry_next(uint64_t old, uint64_t frame)
{
    return frame << PAGE_BITS | ((old + 1) & TRANSLATION_GENERATION);
}

// Fills a new frame: with a copy of the source, as far as that reaches, and zeros. ERROR_ABSENT
// and the page that is wanted first, if the source is not there yet.
static uint32_t frame_fill(const struct dataspace *dataspace, uint64_t page, uint64_t frame,
                           struct dataspace **wanted, uint64_t *wanted_page)
{
    uint64_t at = page << PAGE_BITS;
    if (!dataspace->source || at >= dataspace->source_bytes) {
        memset(machine_frame(frame), 0, PAGE_BYTES);
        return 0;
    }
    struct dataspace *source = space_find(dataspace->source);
    if (!source)
        return DATASPACE_ERROR_NO_MEMORY;
    *wanted = source;
    *wanted_page = (dataspace->source_offset + at) >> PAGE_BITS;
    uint32_t error = page_provide(source, *wanted_page, wanted, wanted_page);
    if (error)
        return error;
    uint64_t left = dataspace->source_bytes - at;
    uint64_t count = left < PAGE_BYTES ? left : PAGE_BYTES;
    uint8_t *bytes = machine_frame(frame);
    memcpy(bytes, page_bytes(source, *wanted_page), count);
    memset(bytes + count, 0, PAGE_BYTES - count);
    return 0;
}

// Notes in the pool whose page a frame holds.
static void frame_hold(const struct dataspace *dataspace, uint64_t page, uint64_t frame)
{
    pool_hold(frame, space_place(dataspace), (uint32_t)page);
}

static uint32_t anonymous_provide(struct dataspace *dataspace, uint64_t page,
                                  struct dataspace **wanted, uint64_t *wanted_page)
{
    struct task *owner = task_find(dataspace->owner);
    if (!owner || !task_charge(owner, 1))
        return DATASPACE_ERROR_NO_MEMORY;
    uint32_t error = DATASPACE_ERROR_NO_MEMORY;
    uint64_t frame = pressure_take();
    if (frame != POOL_NONE)
        error = frame_fill(dataspace, page, frame, wanted, wanted_page);
    if (error) {
        if (frame != POOL_NONE)
            pool_give(frame, 1);
        task_refund(owner, 1);
        return error;
    }
    dataspace->present_count++;
    frame_hold(dataspace, page, frame);
    atomic_store(entry_of(dataspace, page), entry_next(dataspace->table[page], frame));
    return 0;
}

uint32_t page_provide(struct dataspace *dataspace, uint64_t page, struct dataspace **wanted,
                      uint64_t *wanted_page)
{
    if (dataspace->kind == DATASPACE_VIEW || entry_present(dataspace->table[page]))
        return 0;
    *wanted = dataspace;
    *wanted_page = page;
    if (dataspace->kind == DATASPACE_MANAGED)
        return ERROR_ABSENT;
    return anonymous_provide(dataspace, page, wanted, wanted_page);
}

void *page_bytes(const struct dataspace *dataspace, uint64_t page)
{
    if (dataspace->kind == DATASPACE_VIEW)
        return (void *)(dataspace->view + (page << PAGE_BITS));
    uint64_t entry = dataspace->table[page];
    return entry_present(entry) ? machine_frame(entry_frame(entry)) : NULL;
}

// Makes a page of anonymous memory absent for everybody, unless it is pinned. `*old` is its entry.
static enum page_result page_withdraw(struct dataspace *dataspace, uint64_t page, uint64_t *old)
{
    if (dataspace->kind == DATASPACE_CONTIGUOUS || dataspace->kind == DATASPACE_VIEW)
        return PAGE_PINNED; // for ever: its address was told to somebody
    *old = dataspace->table[page];
    if (dataspace->kind != DATASPACE_ANONYMOUS || !entry_present(*old))
        return PAGE_ABSENT;
    atomic_store(entry_of(dataspace, page), *old & TRANSLATION_GENERATION);
    // The entry must be absent for everybody before the marks are read, see libs/dataspace.
    atomic_thread_fence(memory_order_seq_cst);
    if (cache_pinned(dataspace, page)) {
        atomic_store(entry_of(dataspace, page), *old);
        return PAGE_PINNED;
    }
    machine_revoke(machine_frame(entry_frame(*old)));
    return PAGE_DONE;
}

enum page_result page_vacate(struct dataspace *dataspace, uint64_t page)
{
    uint64_t frame = pool_take();
    if (frame == POOL_NONE)
        return PAGE_NO_MEMORY;
    uint64_t old;
    enum page_result result = page_withdraw(dataspace, page, &old);
    if (result != PAGE_DONE) {
        pool_give(frame, 1);
        return result;
    }
    memcpy(machine_frame(frame), machine_frame(entry_frame(old)), PAGE_BYTES);
    frame_hold(dataspace, page, frame);
    pool_fix(entry_frame(old));
    atomic_store(entry_of(dataspace, page), entry_next(old, frame));
    dataspace->moves++;
    return PAGE_DONE;
}

enum page_result page_move(struct dataspace *dataspace, uint64_t page)
{
    uint64_t frame =
        entry_frame(page < dataspace->page_count && dataspace->table ? dataspace->table[page] : 0);
    enum page_result result = page_vacate(dataspace, page);
    if (result == PAGE_DONE)
        pool_give(frame, 1);
    return result;
}

enum page_result page_reclaim(struct dataspace *dataspace, uint64_t page)
{
    uint64_t old;
    enum page_result result = page_withdraw(dataspace, page, &old);
    if (result != PAGE_DONE)
        return result;
    pool_give(entry_frame(old), 1);
    dataspace->present_count--;
    dataspace->moves++;
    struct task *owner = task_find(dataspace->owner);
    if (owner)
        task_refund(owner, 1);
    return PAGE_DONE;
}

uint32_t page_supply(struct dataspace *dataspace, uint64_t page, uint64_t frame)
{
    if (dataspace->kind != DATASPACE_MANAGED || page >= dataspace->page_count)
        return DATASPACE_ERROR_BAD_RANGE;
    if (entry_present(dataspace->table[page]))
        return DATASPACE_ERROR_PAGE_THERE;
    struct task *owner = task_find(dataspace->owner);
    if (!owner || !share_take(&supplies, &owner->supplied_count))
        return DATASPACE_ERROR_TOO_MANY;
    dataspace->present_count++;
    dataspace->table[page] = entry_next(dataspace->table[page], frame);
    return 0;
}

void page_refund_all(const struct dataspace *dataspace, struct task *owner)
{
    if (dataspace->kind == DATASPACE_ANONYMOUS)
        task_refund(owner, dataspace->present_count);
    for (uint64_t i = 0; dataspace->kind == DATASPACE_MANAGED && i < dataspace->present_count; i++)
        share_give(&supplies, &owner->supplied_count);
}

void page_free_all(const struct dataspace *dataspace)
{
    for (uint64_t page = 0; page < dataspace->page_count; page++) {
        uint64_t entry = dataspace->table[page];
        if (!entry_present(entry))
            continue;
        if (dataspace->kind == DATASPACE_MANAGED)
            machine_drop(machine_frame(entry_frame(entry)));
        else
            pool_give(entry_frame(entry), 1);
    }
}
