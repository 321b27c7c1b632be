// SPDX-License-Identifier: BSD-2-Clause
//
// Dataspaces: making and ending them.
#include "space.h"

#include <stddef.h>
#include <string.h>

#include <dataspace/translation.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "page.h"
#include "pool.h"
#include "pressure.h"
#include "share.h"

#define OWNER_NOBODY 0
#define INDEX_BITS   11
#define ENTRIES      (PAGE_BYTES / sizeof(uint64_t))
#define READ_WRITE   3u

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

// What its owner has paid for, given back; the owner is then root, who pays for nothing.
static void disown(struct dataspace *dataspace)
{
    struct task *owner = task_find(dataspace->owner);
    if (owner) {
        page_refund_all(dataspace, owner);
        task_refund(owner, charge_of(dataspace) + cache_charge_of(dataspace));
    }
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
    page_free_all(dataspace);
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

struct dataspace *space_at(uint32_t place)
{
    return place < DATASPACES && dataspaces[place].used ? &dataspaces[place] : NULL;
}

uint32_t space_place(const struct dataspace *dataspace)
{
    return (uint32_t)(dataspace - dataspaces);
}
