// SPDX-License-Identifier: BSD-2-Clause
//
// Buddy system.
#include "frames.h"

static size_t frame_index(const struct frames *frames, const void *block)
{
    return (size_t)((const uint8_t *)block - frames->base) >> FRAME_BITS;
}

static struct link *block_at(const struct frames *frames, size_t index)
{
    return (struct link *)(frames->base + (index << FRAME_BITS));
}

static void block_insert(struct frames *frames, size_t index, unsigned order)
{
    list_append(&frames->free[order], block_at(frames, index));
    frames->orders |= 1u << order;
    frames->states[index] = (uint8_t)(order | FRAME_FREE);
}

static void block_remove(struct frames *frames, size_t index, unsigned order)
{
    list_remove(&frames->free[order], block_at(frames, index));
    if (!frames->free[order])
        frames->orders &= ~(1u << order);
}

static void block_merge(struct frames *frames, size_t index, unsigned order)
{
    while (order + 1 < FRAME_ORDERS) {
        size_t buddy = index ^ ((size_t)1 << order);
        if (buddy >= frames->frame_count || frames->states[buddy] != (order | FRAME_FREE))
            break;
        block_remove(frames, buddy, order);
        frames->states[index > buddy ? index : buddy] = FRAME_INSIDE;
        index &= buddy;
        order++;
    }
    block_insert(frames, index, order);
}

void frames_init(struct frames *frames, void *base, size_t frame_count)
{
    *frames = (struct frames){.base = base, .states = base, .frame_count = frame_count};
    size_t table_frames = (frame_count + FRAME_BYTES - 1) >> FRAME_BITS;
    for (size_t i = 0; i < frame_count; i++)
        frames->states[i] = i < table_frames ? 0 : FRAME_INSIDE;
    // The largest aligned blocks that fit, from the front.
    for (size_t index = table_frames; index < frame_count;) {
        unsigned order = FRAME_ORDERS - 1;
        while (index & (((size_t)1 << order) - 1) || index + ((size_t)1 << order) > frame_count)
            order--;
        block_insert(frames, index, order);
        index += (size_t)1 << order;
    }
    frames->free_count = frame_count > table_frames ? frame_count - table_frames : 0;
}

static void frames_cool(struct frames *frames)
{
    while (frames->hot) {
        struct link *link = frames->hot;
        frames->hot = link->next;
        block_merge(frames, frame_index(frames, link), 0);
    }
    frames->hot_count = 0;
}

void *frames_alloc(struct frames *frames, unsigned order)
{
    if (order == 0 && frames->hot) {
        struct link *link = frames->hot;
        frames->hot = link->next;
        frames->hot_count--;
        frames->free_count--;
        return link;
    }
    if (order >= FRAME_ORDERS)
        return 0;
    if (!(frames->orders >> order))
        frames_cool(frames);
    if (!(frames->orders >> order))
        return 0;
    unsigned found = order + (unsigned)__builtin_ctz(frames->orders >> order);
    void *block = frames->free[found];
    size_t index = frame_index(frames, block);
    block_remove(frames, index, found);
    while (found > order) {
        found--;
        block_insert(frames, index + ((size_t)1 << found), found);
    }
    frames->states[index] = (uint8_t)order;
    frames->free_count -= (size_t)1 << order;
    return block;
}

void frames_free(struct frames *frames, void *block, unsigned order)
{
    frames->free_count += (size_t)1 << order;
    if (order == 0 && frames->hot_count < FRAME_HOT) {
        struct link *link = block;
        link->next = frames->hot;
        frames->hot = link;
        frames->hot_count++;
        return;
    }
    block_merge(frames, frame_index(frames, block), order);
}

void *frames_alloc_charged(struct frames *frames, struct quota *quota, unsigned order)
{
    if (!quota_charge(quota, FRAME_BYTES << order))
        return 0;
    void *block = frames_alloc(frames, order);
    if (!block)
        quota_refund(quota, FRAME_BYTES << order);
    return block;
}

void frames_free_charged(struct frames *frames, struct quota *quota, void *block, unsigned order)
{
    frames_free(frames, block, order);
    quota_refund(quota, FRAME_BYTES << order);
}
