// SPDX-License-Identifier: BSD-2-Clause
//
// Dataspaces: making and ending them, providing, moving and taking pages.
#include "space.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <dataspace/translation.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "pool.h"
#include "pressure.h"
#include "share.h"

#define OWNER_NOBODY    0
#define INDEX_BITS      11
#define ENTRIES         (PAGE_BYTES / sizeof(uint64_t))
#define READ_WRITE_EXEC 7u
#define READ_WRITE      3u

_Static_assert(DATASPACES <= 1 << INDEX_BITS, "numbers hold the index");
_Static_assert(TASKS <= 64, "a bit for each in `permitted`");
_Static_assert(PAGE_BITS == TRANSLATION_PAGE_BITS, "one idea of a page");

static struct dataspace dataspaces[DATASPACES];

// Caches need two views each, and may be all that is left of a dataspace.
static struct share places = {
    .sure = DATASPACES_SURE,
    .most = DATASPACES_EACH,
    .rest = DATASPACES - TASKS * DATASPACES_SURE - 3 * CACHES,
};

// Pages that managers supply.
static struct share supplies = {
    .sure = SUPPLIED_SURE,
    .most = MACHINE_SUPPLIED_MAX - (MANAGERS - 1) * SUPPLIED_SURE,
    .rest = MACHINE_SUPPLIED_MAX - MANAGERS * SUPPLIED_SURE,
};

struct dataspace *space_find(uint64_t number)
{
    struct dataspace *dataspace = &dataspaces[number & ((1 << INDEX_BITS) - 1)];
    bool there = dataspace->used && !dataspace->dying && dataspace->uses == number >> INDEX_BITS;
    return there ? dataspace : NULL;
}

uint64_t space_number(const struct dataspace *dataspace)
{
    return (uint64_t)dataspace->uses << INDEX_BITS | (uint64_t)(dataspace - dataspaces);
}

bool space_range(const struct dataspace *dataspace, uint64_t offset, uint64_t length_bytes)
{
    uint64_t bytes = dataspace->page_count << PAGE_BITS;
    return length_bytes > 0 && !((offset | length_bytes) & (PAGE_BYTES - 1)) && offset < bytes &&
           length_bytes <= bytes - offset;
}

static struct dataspace *dataspace_new(uint32_t owner, enum dataspace_kind kind, uint64_t pages)
{
    struct task *task = task_find(owner);
    if (task && !share_take(&places, &task->dataspace_count))
        return NULL;
    for (unsigned i = 0; i < DATASPACES; i++) {
        if (dataspaces[i].used)
            continue;
        uint32_t uses = dataspaces[i].uses + 1; // number 0 is never given
        dataspaces[i] = (struct dataspace){.used = true,
                                           .uses = uses,
                                           .kind = kind,
                                           .owner = owner,
                                           .rights = READ_WRITE,
                                           .page_count = pages};
        return &dataspaces[i];
    }
    return NULL;
}

// Its place is its owner's no more.
static void place_give(const struct dataspace *dataspace)
{
    struct task *owner = task_find(dataspace->owner);
    if (owner)
        share_give(&places, &owner->dataspace_count);
}

static uint64_t table_frames(uint64_t pages)
{
    return (pages + ENTRIES - 1) / ENTRIES;
}

static bool table_make(struct dataspace *dataspace)
{
    uint64_t frames = table_frames(dataspace->page_count);
    dataspace->table_frame = pressure_take_run(frames, 0);
    if (dataspace->table_frame == POOL_NONE)
        return false;
    dataspace->table = machine_frame(dataspace->table_frame);
    memset(dataspace->table, 0, frames << PAGE_BITS);
    return true;
}

static void frames_clear(uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        memset(machine_frame(first + i), 0, PAGE_BYTES);
}

static bool contiguous_fill(struct dataspace *dataspace, uint64_t below)
{
    uint64_t first = pressure_take_run(dataspace->page_count, below);
    if (first == POOL_NONE)
        return false;
    frames_clear(first, dataspace->page_count);
    for (uint64_t i = 0; i < dataspace->page_count; i++)
        dataspace->table[i] = (first + i) << PAGE_BITS;
    dataspace->present_count = dataspace->page_count;
    return true;
}

static uint64_t charge_of(const struct dataspace *dataspace)
{
    uint64_t pages = table_frames(dataspace->page_count);
    return dataspace->kind == DATASPACE_CONTIGUOUS ? pages + dataspace->page_count : pages;
}

struct dataspace *space_create(struct task *owner, enum dataspace_kind kind, uint64_t length_bytes,
                               uint64_t below, uint32_t *error)
{
    uint64_t pages = (length_bytes >> PAGE_BITS) + !!(length_bytes & (PAGE_BYTES - 1));
    *error = DATASPACE_ERROR_NO_MEMORY;
    if (pages == 0 || pages > (kind == DATASPACE_MANAGED ? MANAGED_PAGES : owner->limit_pages))
        return NULL;
    struct dataspace *dataspace = dataspace_new(owner->number, kind, pages);
    if (!dataspace) {
        *error = DATASPACE_ERROR_TOO_MANY;
        return NULL;
    }
    if (!task_charge(owner, charge_of(dataspace)))
        goto fail_charge;
    if (!table_make(dataspace))
        goto fail_table;
    if (kind == DATASPACE_CONTIGUOUS && !contiguous_fill(dataspace, below))
        goto fail_fill;
    *error = 0;
    return dataspace;

fail_fill:
    pool_give(dataspace->table_frame, table_frames(pages));
fail_table:
    task_refund(owner, charge_of(dataspace));
fail_charge:
    place_give(dataspace);
    dataspace->used = false;
    return NULL;
}

struct dataspace *space_create_view(uint32_t owner, uint64_t view, uint64_t length_bytes,
                                    uint32_t rights)
{
    uint64_t pages = (length_bytes + PAGE_BYTES - 1) >> PAGE_BITS;
    struct dataspace *dataspace = dataspace_new(owner, DATASPACE_VIEW, pages);
    if (!dataspace)
        return NULL;
    dataspace->view = view;
    dataspace->rights = rights;
    return dataspace;
}

static uint64_t entry_frame(uint64_t entry)
{
    return entry >> PAGE_BITS;
}

static bool entry_present(uint64_t entry)
{
    return entry_frame(entry) != POOL_NONE;
}

static void pages_free(struct dataspace *dataspace)
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

// What its owner has paid for, given back; the owner is then root, who pays for nothing.
static void disown(struct dataspace *dataspace)
{
    struct task *owner = task_find(dataspace->owner);
    if (owner && dataspace->kind == DATASPACE_ANONYMOUS)
        task_refund(owner, dataspace->present_count);
    if (owner)
        task_refund(owner, charge_of(dataspace) + cache_charge_of(dataspace));
    for (uint64_t i = 0;
         owner && dataspace->kind == DATASPACE_MANAGED && i < dataspace->present_count; i++)
        share_give(&supplies, &owner->supplied_count);
    place_give(dataspace);
    dataspace->owner = OWNER_NOBODY;
}

void space_delete(struct dataspace *dataspace)
{
    task_detach_everywhere(dataspace);
    if (dataspace->kind == DATASPACE_VIEW) {
        place_give(dataspace);
        dataspace->used = false;
        return;
    }
    if (!dataspace->dying) {
        disown(dataspace);
        if (!cache_end_of(dataspace)) {
            dataspace->dying = true;
            return;
        }
    } else if (cache_charge_of(dataspace)) {
        return; // another cache still holds it
    }
    pages_free(dataspace);
    pool_give(dataspace->table_frame, table_frames(dataspace->page_count));
    dataspace->used = false;
}

void space_delete_all(uint32_t owner)
{
    for (unsigned i = 0; i < DATASPACES; i++) {
        dataspaces[i].permitted &= ~(1ull << owner);
        if (dataspaces[i].used && !dataspaces[i].dying && dataspaces[i].owner == owner)
            space_delete(&dataspaces[i]);
    }
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
        frames_clear(frame, 1);
        return 0;
    }
    struct dataspace *source = space_find(dataspace->source);
    if (!source)
        return DATASPACE_ERROR_NO_MEMORY;
    *wanted = source;
    *wanted_page = (dataspace->source_offset + at) >> PAGE_BITS;
    uint32_t error = space_provide(source, *wanted_page, wanted, wanted_page);
    if (error)
        return error;
    uint64_t left = dataspace->source_bytes - at;
    uint64_t count = left < PAGE_BYTES ? left : PAGE_BYTES;
    uint8_t *bytes = machine_frame(frame);
    memcpy(bytes, space_page(source, *wanted_page), count);
    memset(bytes + count, 0, PAGE_BYTES - count);
    return 0;
}

// Notes in the pool whose page a frame holds.
static void frame_hold(const struct dataspace *dataspace, uint64_t page, uint64_t frame)
{
    pool_hold(frame, (uint32_t)(dataspace - dataspaces), (uint32_t)page);
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

uint32_t space_provide(struct dataspace *dataspace, uint64_t page, struct dataspace **wanted,
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

void *space_page(const struct dataspace *dataspace, uint64_t page)
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

struct dataspace *space_at(uint32_t place)
{
    return place < DATASPACES && dataspaces[place].used ? &dataspaces[place] : NULL;
}

enum page_result space_vacate(struct dataspace *dataspace, uint64_t page)
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

enum page_result space_move(struct dataspace *dataspace, uint64_t page)
{
    uint64_t frame =
        entry_frame(page < dataspace->page_count && dataspace->table ? dataspace->table[page] : 0);
    enum page_result result = space_vacate(dataspace, page);
    if (result == PAGE_DONE)
        pool_give(frame, 1);
    return result;
}

enum page_result space_reclaim(struct dataspace *dataspace, uint64_t page)
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

uint32_t space_supply(struct dataspace *dataspace, uint64_t page, uint64_t frame)
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
