// SPDX-License-Identifier: BSD-2-Clause
//
// Slabs: small objects out of frames that are charged to one quota.
#include "frames.h"

void slab_init(struct slab *slab, struct frames *frames, struct quota *quota, uint64_t object_bytes)
{
    *slab = (struct slab){.frames = frames, .quota = quota, .object_bytes = object_bytes};
}

static bool frame_full(const struct slab_frame *frame)
{
    return !frame->free && frame->fresh + frame->slab->object_bytes > FRAME_BYTES;
}

__attribute__((noinline)) static struct slab_frame *slab_grow(struct slab *slab)
{
    struct slab_frame *frame = slab->empty;
    slab->empty = 0;
    if (!frame) {
        frame = frames_alloc_charged(slab->frames, slab->quota, 0);
        if (!frame)
            return 0;
        *frame = (struct slab_frame){.slab = slab, .fresh = sizeof *frame};
    }
    list_append(&slab->partial, &frame->link);
    return frame;
}

void *slab_alloc(struct slab *slab)
{
    struct slab_frame *frame =
        slab->partial ? CONTAINER_OF(slab->partial, struct slab_frame, link) : slab_grow(slab);
    if (!frame)
        return 0;
    void *object = frame->free;
    if (object) {
        frame->free = *(void **)object;
    } else {
        object = (uint8_t *)frame + frame->fresh;
        frame->fresh += slab->object_bytes;
    }
    frame->used++;
    if (frame_full(frame))
        list_remove(&slab->partial, &frame->link);
    return object;
}

void slab_free(void *object)
{
    struct slab_frame *frame = (struct slab_frame *)((uintptr_t)object & ~(FRAME_BYTES - 1));
    struct slab *slab = frame->slab;
    if (frame_full(frame))
        list_append(&slab->partial, &frame->link);
    *(void **)object = frame->free;
    frame->free = object;
    if (--frame->used)
        return;
    list_remove(&slab->partial, &frame->link);
    slab_trim(slab);
    slab->empty = frame;
}

void slab_trim(struct slab *slab)
{
    if (slab->empty)
        frames_free_charged(slab->frames, slab->quota, slab->empty, 0);
    slab->empty = 0;
}
