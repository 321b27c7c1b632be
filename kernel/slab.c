// SPDX-License-Identifier: BSD-2-Clause
//
// Slabs: small objects out of frames that are charged to one quota.
#include "frames.h"

void slab_init(struct slab *slab, struct frames *frames, struct quota *quota, uint32_t object_bytes)
{
    *slab = (struct slab){.frames = frames, .quota = quota, .object_bytes = object_bytes};
}

static void partial_insert(struct slab *slab, struct slab_frame *frame)
{
    frame->previous = 0;
    frame->next = slab->partial;
    if (frame->next)
        frame->next->previous = frame;
    slab->partial = frame;
}

static void partial_remove(struct slab *slab, struct slab_frame *frame)
{
    if (frame->previous)
        frame->previous->next = frame->next;
    else
        slab->partial = frame->next;
    if (frame->next)
        frame->next->previous = frame->previous;
}

static bool frame_full(const struct slab_frame *frame, uint32_t object_bytes)
{
    return !frame->free && frame->fresh + object_bytes > FRAME_BYTES;
}

static struct slab_frame *slab_grow(struct slab *slab)
{
    struct slab_frame *frame = slab->empty;
    if (frame) {
        slab->empty = 0;
    } else {
        if (!quota_charge(slab->quota, FRAME_BYTES))
            return 0;
        frame = frames_alloc(slab->frames, 0);
        if (!frame) {
            quota_refund(slab->quota, FRAME_BYTES);
            return 0;
        }
        frame->slab = slab;
        frame->free = 0;
        frame->fresh = sizeof *frame;
        frame->used = 0;
    }
    partial_insert(slab, frame);
    return frame;
}

void *slab_alloc(struct slab *slab)
{
    struct slab_frame *frame = slab->partial;
    if (!frame) {
        frame = slab_grow(slab);
        if (!frame)
            return 0;
    }
    void *object = frame->free;
    if (object) {
        frame->free = *(void **)object;
    } else {
        object = (uint8_t *)frame + frame->fresh;
        frame->fresh += slab->object_bytes;
    }
    frame->used++;
    slab->objects++;
    if (frame_full(frame, slab->object_bytes))
        partial_remove(slab, frame);
    return object;
}

void slab_free(void *object)
{
    struct slab_frame *frame = (struct slab_frame *)((uintptr_t)object & ~(FRAME_BYTES - 1));
    struct slab *slab = frame->slab;
    if (frame_full(frame, slab->object_bytes))
        partial_insert(slab, frame);
    *(void **)object = frame->free;
    frame->free = object;
    frame->used--;
    slab->objects--;
    if (frame->used)
        return;
    partial_remove(slab, frame);
    slab_trim(slab);
    slab->empty = frame;
}

void slab_trim(struct slab *slab)
{
    if (!slab->empty)
        return;
    frames_free(slab->frames, slab->empty, 0);
    quota_refund(slab->quota, FRAME_BYTES);
    slab->empty = 0;
}
