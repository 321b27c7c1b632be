// SPDX-License-Identifier: BSD-2-Clause
//
// Slabs: small objects out of frames that are charged to one quota.
#include "frames.h"

void slab_init(struct slab *slab, struct frames *frames, struct quota *quota, uint64_t object_bytes)
{
    *slab = (struct slab){.frames = frames, .quota = quota, .object_bytes = object_bytes};
}

// The next object that was never used becomes free. There is none: the frame leaves the list.
static void frame_refill(struct slab *slab, struct slab_frame *frame)
{
    if (frame->fresh + slab->object_bytes > FRAME_BYTES) {
        list_remove(&slab->partial, &frame->link);
        return;
    }
    frame->free = (void **)((uint8_t *)frame + frame->fresh);
    *frame->free = 0;
    frame->fresh += slab->object_bytes;
}

static struct slab_frame *slab_grow(struct slab *slab)
{
    struct slab_frame *frame = frames_alloc_charged(slab->frames, slab->quota, 0);
    if (!frame)
        return 0;
    *frame = (struct slab_frame){.slab = slab, .fresh = sizeof *frame};
    list_append(&slab->partial, &frame->link);
    frame_refill(slab, frame);
    return frame;
}

void *slab_alloc(struct slab *slab)
{
    struct slab_frame *frame =
        slab->partial ? CONTAINER_OF(slab->partial, struct slab_frame, link) : slab_grow(slab);
    if (!frame)
        return 0;
    void **object = frame->free;
    frame->used++;
    frame->free = *object;
    if (!frame->free)
        frame_refill(slab, frame);
    return object;
}

void slab_free(void *object)
{
    struct slab_frame *frame = (struct slab_frame *)((uintptr_t)object & ~(FRAME_BYTES - 1));
    struct slab *slab = frame->slab;
    if (!frame->free)
        list_append(&slab->partial, &frame->link);
    *(void **)object = frame->free;
    frame->free = object;
    if (--frame->used || frame == slab->spare)
        return;
    slab_trim(slab);
    slab->spare = frame;
}

void slab_trim(struct slab *slab)
{
    struct slab_frame *frame = slab->spare;
    slab->spare = 0;
    if (!frame || frame->used)
        return;
    list_remove(&slab->partial, &frame->link);
    frames_free_charged(slab->frames, slab->quota, frame, 0);
}
