// SPDX-License-Identifier: BSD-2-Clause
//
// Room for a run is looked for from the end of memory: the first stretch of frames that are free or
// movable and not pinned. Its free frames are claimed, then the pages in the others are moved, each
// leaving its frame to us. If one was pinned meanwhile, what was taken is given back and the search
// goes on before it.
#include "pressure.h"

#include <stdbool.h>
#include <stddef.h>

#include "cache.h"
#include "machine.h"
#include "page.h"
#include "pool.h"
#include "space.h"

#define DISCARD_AT_ONCE 32
#define RUN_MOST        65536 // frames: 256 MiB in one piece

// Takes pages of discardable dataspaces until `wanted` frames came free; returns how many did.
static uint64_t discard(uint64_t wanted)
{
    static uint32_t place; // where the last search ended, so that all have to give in turn
    uint64_t freed = 0;
    for (uint32_t looked = 0; looked < DATASPACES && freed < wanted; looked++) {
        place = (place + 1) % DATASPACES;
        struct dataspace *dataspace = space_at(place);
        if (!dataspace || !dataspace->discardable)
            continue;
        for (uint64_t page = 0; page < dataspace->page_count && freed < wanted; page++)
            freed += page_reclaim(dataspace, page) == PAGE_DONE;
    }
    return freed;
}

uint64_t pressure_take(void)
{
    uint64_t frame = pool_take();
    if (frame == POOL_NONE && discard(DISCARD_AT_ONCE))
        frame = pool_take();
    if (frame == POOL_NONE)
        cache_audit_all();
    return frame;
}

// Whether there is nothing in a frame that would have to stay there.
static bool frame_usable(uint64_t frame)
{
    uint32_t place, page;
    switch (pool_state_of(frame, &place, &page)) {
    case POOL_FREE:
        return true;
    case POOL_MOVABLE:
        return space_at(place) && !cache_pinned(space_at(place), page);
    default:
        return false;
    }
}

// Makes a frame ours, whatever was in it. False if that cannot be.
static bool frame_clear(uint64_t frame)
{
    uint32_t place, page;
    switch (pool_state_of(frame, &place, &page)) {
    case POOL_FREE:
        return pool_claim(frame);
    case POOL_MOVABLE: {
        struct dataspace *dataspace = space_at(place);
        return dataspace && page_vacate(dataspace, page) == PAGE_DONE;
    }
    default:
        return false;
    }
}

// Free frames first: a page that is moved must not move into the run.
static bool run_clear(uint64_t first, uint64_t count, uint64_t *obstacle)
{
    uint32_t place, page;
    static uint8_t claimed[RUN_MOST / 8];
    for (uint64_t i = 0; i < count; i++) {
        bool free = pool_state_of(first + i, &place, &page) == POOL_FREE && frame_clear(first + i);
        claimed[i / 8] = (uint8_t)((claimed[i / 8] & ~(1u << i % 8)) | (unsigned)free << i % 8);
    }
    for (uint64_t i = count; i-- > 0;) {
        if (claimed[i / 8] >> i % 8 & 1)
            continue;
        if (frame_clear(first + i)) {
            claimed[i / 8] |= (uint8_t)(1u << i % 8);
            continue;
        }
        *obstacle = first + i;
        for (uint64_t j = 0; j < count; j++)
            if (claimed[j / 8] >> j % 8 & 1)
                pool_give(first + j, 1);
        return false;
    }
    return true;
}

// The run in one region, from the top.
static uint64_t region_clear(uint64_t region_first, uint64_t region_count, uint64_t count,
                             uint64_t below)
{
    uint64_t length = 0, obstacle, end = region_first + region_count;
    if (below && below >> PAGE_BITS < end)
        end = below >> PAGE_BITS;
    for (uint64_t frame = end; frame-- > region_first;) {
        length = frame_usable(frame) ? length + 1 : 0;
        if (length < count)
            continue;
        if (run_clear(frame, count, &obstacle))
            return frame;
        // Go on before the obstacle; what is behind it cannot hold the run.
        length = obstacle - frame;
    }
    return POOL_NONE;
}

static uint64_t run_find(uint64_t count, uint64_t below)
{
    uint64_t run = POOL_NONE, first, frames;
    if (pool_free_count() < count)
        discard(count - pool_free_count());
    if (pool_free_count() < count)
        return POOL_NONE;
    for (unsigned i = 0; run == POOL_NONE && pool_region(i, &first, &frames); i++)
        run = region_clear(first, frames, count, below);
    return run;
}

uint64_t pressure_take_run(uint64_t count, uint64_t below)
{
    uint64_t run = pool_take_run(count, below);
    if (run != POOL_NONE || count == 0 || count > RUN_MOST)
        return run;
    run = run_find(count, below);
    if (run == POOL_NONE)
        cache_audit_all();
    return run;
}
