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
#include "share.h"

#define VIEW_OWNER  0 // root: nobody else may do anything with a view
#define RIGHT_READ  1u
#define RIGHT_WRITE 2u

#define AUDIT_US  100000 // pause between two looks at all marks
#define END_KNOWN UINT64_MAX
#define EXPIRE_US ((uint64_t)1 << 30) // between two times that marks are cleared

static struct cache caches[CACHES];
static unsigned expiring_count; // of them whose pins expire
static struct share places = {
    .sure = CACHES_SURE,
    .most = CACHES_EACH,
    .rest = CACHES - TASKS * CACHES_SURE,
};

// A free one; there is one for whoever has taken his place.
static struct cache *cache_new(void)
{
    struct cache *cache = caches;
    while (cache->dataspace)
        cache++;
    return cache;
}

static void cache_unlink(const struct cache *cache)
{
    struct cache **place = &cache->dataspace->caches;
    while (*place != cache)
        place = &(*place)->next;
    *place = cache->next;
}

struct cache *cache_find(const struct dataspace *dataspace, const struct task *task)
{
    struct cache *cache = dataspace->caches;
    while (cache && (cache->task != task || cache->ending))
        cache = cache->next;
    return cache;
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
    if (!share_take(&places, &task->cache_count))
        return NULL;
    uint64_t frames = (dataspace->page_count * sizeof(uint32_t) + PAGE_BYTES - 1) >> PAGE_BITS;
    *error = DATASPACE_ERROR_NO_MEMORY;
    if (!task_charge(owner, frames))
        goto fail_charge;
    uint64_t first = pressure_take_run(frames, 0);
    if (first == POOL_NONE)
        goto fail_marks;
    struct cache *cache = cache_new();
    *cache = (struct cache){.next = dataspace->caches,
                            .dataspace = dataspace,
                            .task = task,
                            .pins_max = pins_max,
                            .expiry_us = expiry_us,
                            .mark_frame = first,
                            .mark_frames = frames,
                            .marks = machine_frame(first)};
    dataspace->caches = cache;
    expiring_count += expiry_us != 0;
    memset(machine_frame(first), 0, frames << PAGE_BITS);
    if (cache_attach(cache, error))
        return cache;
    uint32_t reason = *error;
    cache_delete(cache);
    *error = reason;
    return NULL;

fail_marks:
    task_refund(owner, frames);
fail_charge:
    share_give(&places, &task->cache_count);
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
    cache_unlink(cache);
    expiring_count -= cache->expiry_us != 0;
    share_give(&places, &cache->task->cache_count);
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
    for (const struct cache *cache = dataspace->caches; cache; cache = cache->next)
        pages += cache->mark_frames;
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
    const struct cache *cache = dataspace->caches;
    if (!cache)
        return false;
    uint32_t now = (uint32_t)machine_clock_us();
    while (cache && !mark_pins(cache, cache->marks[page], now))
        cache = cache->next;
    return cache;
}

static bool overstays(const struct cache *cache)
{
    if (cache->ending)
        return cache->end_due_us != END_KNOWN && machine_clock_us() > cache->end_due_us;
    return cache->overstays;
}

static struct cache *overstayer_find(void)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && overstays(&caches[i]))
            return &caches[i];
    return NULL;
}

static void overstayers_report(void)
{
    if (overstayer_find())
        machine_report();
}

void cache_audit(const struct dataspace *dataspace)
{
    for (struct cache *cache = dataspace->caches; cache; cache = cache->next)
        audit(cache, (uint32_t)machine_clock_us());
    overstayers_report();
}

void cache_audit_all(void)
{
    static uint64_t next_us;
    uint64_t now = machine_clock_us();
    if (now < next_us)
        return;
    next_us = now + AUDIT_US;
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace)
            audit(&caches[i], (uint32_t)now);
    overstayers_report();
}

// The holder may be about to pin the page again.
static void mark_expire(const struct cache *cache, uint64_t page, uint32_t now)
{
    uint32_t mark = cache->marks[page];
    if (mark && !mark_pins(cache, mark, now))
        __atomic_compare_exchange_n(&cache->marks[page], &mark, 0, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_RELAXED);
}

static void marks_expire(const struct cache *cache, uint32_t now)
{
    for (uint64_t page = 0; page < cache->dataspace->page_count; page++)
        mark_expire(cache, page, now);
}

uint64_t cache_expire(void)
{
    static uint64_t next_us;
    uint64_t now = machine_clock_us();
    if (expiring_count == 0)
        return UINT64_MAX;
    if (now < next_us)
        return next_us;
    next_us = now + EXPIRE_US;
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && caches[i].expiry_us)
            marks_expire(&caches[i], (uint32_t)now);
    return next_us;
}

static bool holds_pins(const struct cache *cache)
{
    uint32_t now = (uint32_t)machine_clock_us();
    for (uint64_t page = 0; page < cache->dataspace->page_count; page++)
        if (mark_pins(cache, cache->marks[page], now))
            return true;
    return false;
}

static void ending_begin(struct cache *cache)
{
    if (!cache->ending)
        cache->end_due_us = machine_clock_us() + CACHE_ENDING_US;
    cache->ending = true;
}

void cache_end(struct cache *cache)
{
    if (holds_pins(cache))
        ending_begin(cache);
    else
        cache_delete(cache);
}

bool cache_end_of(struct dataspace *dataspace)
{
    bool left = false;
    for (struct cache *cache = dataspace->caches; cache; cache = cache->next) {
        // Not cache_end: it would come back here to delete the dataspace.
        ending_begin(cache);
        left = left || holds_pins(cache);
    }
    while (!left && dataspace->caches)
        cache_delete(dataspace->caches);
    return !left;
}

void cache_sweep(void)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (caches[i].dataspace && caches[i].ending && !holds_pins(&caches[i]))
            cache_delete(&caches[i]);
    overstayers_report();
}

struct cache *cache_overstayed(void)
{
    struct cache *cache = overstayer_find();
    if (cache && cache->ending)
        cache->end_due_us = END_KNOWN;
    return cache;
}
