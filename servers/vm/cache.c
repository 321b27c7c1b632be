// SPDX-License-Identifier: BSD-2-Clause
//
// Translation caches: two views attached to the driver's task, and the question who has pinned
// what. The marks are written by the driver at any time; they are only read here, and only as
// numbers.
#include "cache.h"

#include <stddef.h>
#include <string.h>

#include "errors.h"
#include "machine.h"
#include "pool.h"
#include "pressure.h"

#define VIEW_OWNER  0 // root: nobody else may do anything with a view
#define RIGHT_READ  1u
#define RIGHT_WRITE 2u

static struct cache caches[CACHES];

static struct cache *cache_new(void)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (!caches[i].dataspace)
            return &caches[i];
    return NULL;
}

struct cache *cache_find(const struct dataspace *dataspace, const struct task *task)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace == dataspace && caches[i].task == task && !caches[i].ending)
            return &caches[i];
    return NULL;
}

// Attaches both views. False, and a reason in `*error`, with whatever was made left in the cache.
static bool cache_attach(struct cache *cache, uint32_t *error)
{
    uint64_t table_bytes =
        (cache->dataspace->page_count * sizeof(uint64_t) + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    uint64_t marks_bytes = cache->mark_frames << PAGE_BITS;
    *error = DATASPACE_ERROR_TOO_MANY;
    cache->table_view =
        space_create_view(VIEW_OWNER, (uint64_t)cache->dataspace->table, table_bytes, RIGHT_READ);
    if (!cache->table_view)
        return false;
    cache->marks_view = space_create_view(VIEW_OWNER, (uint64_t)cache->marks, marks_bytes,
                                          RIGHT_READ | RIGHT_WRITE);
    if (!cache->marks_view)
        return false;
    struct attachment *table =
        task_attach(cache->task, cache->table_view, 0, table_bytes, 0, RIGHT_READ, error);
    if (!table)
        return false;
    struct attachment *marks = task_attach(cache->task, cache->marks_view, 0, marks_bytes, 0,
                                           RIGHT_READ | RIGHT_WRITE, error);
    if (!marks)
        return false;
    cache->table_address = table->address;
    cache->marks_address = marks->address;
    *error = 0;
    return true;
}

struct cache *cache_create(struct dataspace *dataspace, struct task *task, uint32_t pins_max,
                           uint32_t expiry_us, uint32_t *error)
{
    struct task *owner = task_find(dataspace->owner);
    *error = DATASPACE_ERROR_NO_SUCH_DATASPACE;
    if (!owner || cache_find(dataspace, task) ||
        (dataspace->kind != DATASPACE_ANONYMOUS && dataspace->kind != DATASPACE_CONTIGUOUS))
        return NULL;
    *error = DATASPACE_ERROR_TOO_MANY;
    struct cache *cache = cache_new();
    if (!cache)
        return NULL;
    uint64_t frames = (dataspace->page_count * sizeof(uint32_t) + PAGE_BYTES - 1) >> PAGE_BITS;
    *error = DATASPACE_ERROR_NO_MEMORY;
    if (!task_charge(owner, frames))
        return NULL;
    uint64_t first = pressure_take_run(frames, 0);
    if (first == POOL_NONE) {
        task_refund(owner, frames);
        return NULL;
    }
    *cache = (struct cache){.dataspace = dataspace,
                            .task = task,
                            .pins_max = pins_max,
                            .expiry_us = expiry_us,
                            .mark_frame = first,
                            .mark_frames = frames,
                            .marks = machine_frame(first)};
    memset(machine_frame(first), 0, frames << PAGE_BITS);
    if (cache_attach(cache, error))
        return cache;
    uint32_t reason = *error;
    cache_delete(cache);
    *error = reason;
    return NULL;
}

void cache_delete(struct cache *cache)
{
    struct dataspace *dataspace = cache->dataspace;
    struct task *owner = task_find(dataspace->owner);
    if (cache->table_view)
        space_delete(cache->table_view);
    if (cache->marks_view)
        space_delete(cache->marks_view);
    pool_give(cache->mark_frame, cache->mark_frames);
    if (owner)
        task_refund(owner, cache->mark_frames);
    cache->dataspace = NULL;
    if (dataspace->dying)
        space_delete(dataspace);
}

struct dataspace *cache_dataspace(unsigned place)
{
    return caches[place].ending ? NULL : caches[place].dataspace;
}

uint64_t cache_charge_of(const struct dataspace *dataspace)
{
    uint64_t pages = 0;
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace == dataspace)
            pages += caches[i].mark_frames;
    return pages;
}

void cache_delete_at(const struct task *task)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && caches[i].task == task)
            cache_delete(&caches[i]);
}

// Whether a mark means "pinned" now. An expiring mark further ahead than allowed counts too: the
// page stays, and its holder is found to overstay.
static bool mark_pins(const struct cache *cache, uint32_t mark, uint32_t now)
{
    if (!cache->expiry_us || !mark)
        return mark;
    return (int32_t)(mark - now) > 0;
}

static uint32_t pins_of(const struct cache *cache, uint32_t now)
{
    uint32_t pinned = 0;
    for (uint64_t page = 0; page < cache->dataspace->page_count; page++)
        pinned += mark_pins(cache, cache->marks[page], now);
    return pinned;
}

uint32_t cache_pins_at(const struct task *task)
{
    uint32_t pinned = 0;
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && caches[i].task == task)
            pinned += pins_of(&caches[i], (uint32_t)machine_clock_us());
    return pinned;
}

static void audit(struct cache *cache, uint32_t now)
{
    uint32_t pinned = 0;
    for (uint64_t page = 0; page < cache->dataspace->page_count; page++) {
        uint32_t mark = cache->marks[page];
        if (!mark_pins(cache, mark, now))
            continue;
        pinned++;
        if (cache->expiry_us && mark - now > cache->expiry_us)
            cache->overstays = true;
    }
    if (pinned > cache->pins_max)
        cache->overstays = true;
}

bool cache_pinned(const struct dataspace *dataspace, uint64_t page)
{
    uint32_t now = (uint32_t)machine_clock_us();
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace == dataspace && mark_pins(&caches[i], caches[i].marks[page], now))
            return true;
    return false;
}

void cache_audit(const struct dataspace *dataspace)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace == dataspace)
            audit(&caches[i], (uint32_t)machine_clock_us());
}

static bool holds_pins(const struct cache *cache)
{
    uint32_t now = (uint32_t)machine_clock_us();
    for (uint64_t page = 0; page < cache->dataspace->page_count; page++)
        if (mark_pins(cache, cache->marks[page], now))
            return true;
    return false;
}

void cache_end(struct cache *cache)
{
    if (holds_pins(cache))
        cache->ending = true;
    else
        cache_delete(cache);
}

bool cache_end_of(const struct dataspace *dataspace)
{
    bool left = false;
    for (unsigned i = 0; i < CACHES; i++) {
        if (caches[i].dataspace != dataspace)
            continue;
        // Not cache_end: it would come back here to delete the dataspace.
        caches[i].ending = true;
        left = left || holds_pins(&caches[i]);
    }
    for (unsigned i = 0; i < CACHES && !left; i++)
        if (caches[i].dataspace == dataspace)
            cache_delete(&caches[i]);
    return !left;
}

void cache_sweep(void)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && caches[i].ending && !holds_pins(&caches[i]))
            cache_delete(&caches[i]);
}

struct cache *cache_overstayed(void)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && caches[i].overstays && !caches[i].ending)
            return &caches[i];
    return NULL;
}
