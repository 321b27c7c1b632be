// SPDX-License-Identifier: BSD-2-Clause
//
// Frames: per region a doubly linked list of the free ones, by index, so that a frame in the middle
// of a run can be taken out as well.
#include "pool.h"

#include <stddef.h>

#include "machine.h"

#define NOBODY UINT32_MAX       // end of a list
#define IN_USE (UINT32_MAX - 1) // in `next`: handed out

#define CHUNK_BYTES (MACHINE_CHUNK * PAGE_BYTES)

#define HELD                                                                                       \
    0xfffff000u // in `next`: handed out and movable: HELD + dataspace; `previous`: its page

struct frame {
    uint32_t next;
    uint32_t previous;
};

struct region {
    uint64_t first; // frame number
    uint32_t count;
    uint32_t free; // index of the first free frame
    uint32_t free_count;
    struct frame *frames;
};

static struct region regions[POOL_REGIONS];
static unsigned region_count;

static void frame_insert(struct region *region, uint32_t index)
{
    struct frame *frame = &region->frames[index];
    frame->next = region->free;
    frame->previous = NOBODY;
    if (region->free != NOBODY)
        region->frames[region->free].previous = index;
    region->free = index;
    region->free_count++;
}

static void frame_remove(struct region *region, uint32_t index)
{
    struct frame *frame = &region->frames[index];
    if (frame->previous != NOBODY)
        region->frames[frame->previous].next = frame->next;
    else
        region->free = frame->next;
    if (frame->next != NOBODY)
        region->frames[frame->next].previous = frame->previous;
    frame->next = IN_USE;
    region->free_count--;
}

bool pool_add(uint64_t start, uint64_t end)
{
    uint64_t first = (start + CHUNK_BYTES - 1) / CHUNK_BYTES * MACHINE_CHUNK;
    uint64_t last = end / CHUNK_BYTES * MACHINE_CHUNK;
    if (first == 0)
        first = MACHINE_CHUNK;
    if (first >= last)
        return true;
    uint64_t count = last - first;
    uint64_t list_frames = (count * sizeof(struct frame) + PAGE_BYTES - 1) >> PAGE_BITS;
    if (region_count == POOL_REGIONS || count >= HELD || list_frames >= count)
        return false;
    if (!machine_open(first, list_frames))
        return false;
    struct region *region = &regions[region_count++];
    *region = (struct region){
        .first = first, .count = (uint32_t)count, .free = NOBODY, .frames = machine_frame(first)};
    for (uint32_t i = 0; i < list_frames; i++)
        region->frames[i].next = IN_USE;
    for (uint32_t i = (uint32_t)count; i-- > list_frames;)
        frame_insert(region, i);
    return true;
}

uint64_t pool_take(void)
{
    // From the last region: memory below 4 GiB is worth more to old devices.
    for (unsigned i = region_count; i-- > 0;) {
        struct region *region = &regions[i];
        if (region->free == NOBODY)
            continue;
        uint32_t index = region->free;
        if (!machine_open(region->first + index, 1))
            return POOL_NONE;
        frame_remove(region, index);
        return region->first + index;
    }
    return POOL_NONE;
}

static bool frame_free(const struct frame *frame)
{
    return frame->next < HELD || frame->next == NOBODY;
}

static uint32_t run_find(const struct region *region, uint64_t count, uint64_t below)
{
    uint64_t length = 0;
    uint64_t end = below ? below >> PAGE_BITS : UINT64_MAX;
    if (end <= region->first)
        return NOBODY;
    // From the top, where single frames are taken last.
    for (uint64_t i = end - region->first < region->count ? end - region->first : region->count;
         i-- > 0;) {
        length = frame_free(&region->frames[i]) ? length + 1 : 0;
        if (length == count)
            return (uint32_t)i;
    }
    return NOBODY;
}

uint64_t pool_take_run(uint64_t count, uint64_t below)
{
    if (count == 1 && below == 0)
        return pool_take();
    for (unsigned i = 0; i < region_count && count > 0; i++) {
        struct region *region = &regions[i];
        if (region->free_count < count)
            continue;
        uint32_t start = run_find(region, count, below);
        if (start == NOBODY)
            continue;
        if (!machine_open(region->first + start, count))
            return POOL_NONE;
        for (uint32_t j = 0; j < count; j++)
            frame_remove(region, start + j);
        return region->first + start;
    }
    return POOL_NONE;
}

static struct region *region_of(uint64_t frame)
{
    for (unsigned i = 0; i < region_count; i++)
        if (frame >= regions[i].first && frame - regions[i].first < regions[i].count)
            return &regions[i];
    return NULL;
}

static void frame_give(uint64_t frame)
{
    struct region *region = region_of(frame);
    if (region)
        frame_insert(region, (uint32_t)(frame - region->first));
}

void pool_give(uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        frame_give(first + i);
}

uint64_t pool_free_count(void)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < region_count; i++)
        count += regions[i].free_count;
    return count;
}

void pool_hold(uint64_t frame, uint32_t dataspace, uint32_t page)
{
    struct region *region = region_of(frame);
    if (region)
        region->frames[frame - region->first] = (struct frame){HELD + dataspace, page};
}

void pool_fix(uint64_t frame)
{
    struct region *region = region_of(frame);
    if (region)
        region->frames[frame - region->first].next = IN_USE;
}

enum pool_state pool_state_of(uint64_t frame, uint32_t *dataspace, uint32_t *page)
{
    const struct region *region = region_of(frame);
    if (!region)
        return POOL_FIXED;
    const struct frame *entry = &region->frames[frame - region->first];
    if (frame_free(entry))
        return POOL_FREE;
    if (entry->next == IN_USE)
        return POOL_FIXED;
    *dataspace = entry->next - HELD;
    *page = entry->previous;
    return POOL_MOVABLE;
}

bool pool_claim(uint64_t frame)
{
    struct region *region = region_of(frame);
    uint32_t dataspace, page;
    if (pool_state_of(frame, &dataspace, &page) != POOL_FREE || !machine_open(frame, 1))
        return false;
    frame_remove(region, (uint32_t)(frame - region->first));
    return true;
}

bool pool_region(unsigned region, uint64_t *first, uint64_t *count)
{
    if (region >= region_count)
        return false;
    *first = regions[region].first;
    *count = regions[region].count;
    return true;
}
