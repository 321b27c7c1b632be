// SPDX-License-Identifier: BSD-2-Clause
//
// Frames and slabs: blocks never overlap, nothing is lost, quotas are charged exactly.
#include "tests/unit/kernel/check.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/frames.h"

#define POOL_FRAMES 301
#define BLOCKS      200
#define OBJECTS     1000

static size_t index_of(const struct frames *frames, const struct link *link)
{
    return (size_t)((const uint8_t *)link - frames->base) / FRAME_BYTES;
}

// Whether lists, states and counts agree.
static bool frames_check(const struct frames *frames)
{
    size_t free = frames->hot_count, hot = 0, inside = 0;
    for (const struct link *link = frames->hot; link; link = link->next) {
        if (frames->states[index_of(frames, link)] != 0)
            return false;
        hot++;
    }
    for (unsigned order = 0; order < FRAME_ORDERS; order++) {
        if (!frames->free[order] != !(frames->orders >> order & 1))
            return false;
        for (const struct link *link = frames->free[order]; link;
             link = list_next(frames->free[order], link)) {
            size_t index = index_of(frames, link);
            if (frames->states[index] != (order | FRAME_FREE))
                return false;
            for (size_t i = 1; i < (size_t)1 << order; i++)
                inside += frames->states[index + i] != FRAME_INSIDE;
            free += (size_t)1 << order;
        }
    }
    return free == frames->free_count && hot == frames->hot_count && inside == 0;
}

static struct frames frames;
static void *pool;

static int set_up(void **state)
{
    (void)state;
    pool = aligned_alloc(1 << 20, 2 << 20);
    memset(pool, 0xa5, 2 << 20);
    frames_init(&frames, pool, POOL_FRAMES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(pool);
    return 0;
}

static struct {
    uint8_t *block;
    unsigned order;
} blocks[BLOCKS];

static void block_take(int i)
{
    blocks[i].order = random_below(4) ? 0 : random_below(6);
    blocks[i].block = frames_alloc(&frames, blocks[i].order);
    if (!blocks[i].block)
        return;
    size_t bytes = FRAME_BYTES << blocks[i].order;
    assert_int_equal((size_t)(blocks[i].block - frames.base) % bytes, 0);
    assert_true(blocks[i].block + bytes <= frames.base + POOL_FRAMES * FRAME_BYTES);
    memset(blocks[i].block, i, bytes);
}

static void block_give(int i)
{
    for (size_t at = 0; at < FRAME_BYTES << blocks[i].order; at++)
        assert_int_equal(blocks[i].block[at], (uint8_t)i);
    frames_free(&frames, blocks[i].block, blocks[i].order);
    blocks[i].block = 0;
}

static void blocks_never_overlap(void **state)
{
    (void)state;
    memset(blocks, 0, sizeof blocks);
    size_t free_at_start = frames.free_count;
    assert_int_equal(free_at_start, POOL_FRAMES - 1);
    for (int step = 0; step < 20000; step++) {
        int i = (int)random_below(BLOCKS);
        if (blocks[i].block)
            block_give(i);
        else
            block_take(i);
        if (step % 100 == 0)
            assert_true(frames_check(&frames));
    }
    for (int i = 0; i < BLOCKS; i++)
        if (blocks[i].block)
            block_give(i);
    assert_true(frames_check(&frames));
    assert_int_equal(frames.free_count, free_at_start);
}

static void everything_merges_again(void **state)
{
    (void)state;
    void *largest = frames_alloc(&frames, 7);
    assert_non_null(largest);
    frames_free(&frames, largest, 7);
    void *singles[POOL_FRAMES];
    int count = 0;
    while ((singles[count] = frames_alloc(&frames, 0)))
        count++;
    assert_int_equal(count, POOL_FRAMES - 1);
    assert_int_equal(frames.free_count, 0);
    assert_null(frames_alloc(&frames, 1));
    assert_null(frames_alloc(&frames, FRAME_ORDERS));
    assert_null(frames_alloc(&frames, 63));
    while (count > 0)
        frames_free(&frames, singles[--count], 0);
    assert_ptr_equal(frames_alloc(&frames, 7), largest);
    assert_true(frames_check(&frames));
}

static void slab_objects_are_apart_and_charged(void **state)
{
    (void)state;
    struct quota quota;
    struct slab slab;
    static uint64_t *objects[OBJECTS];
    quota_init(&quota, 8 * FRAME_BYTES);
    slab_init(&slab, &frames, &quota, 40);
    memset(objects, 0, sizeof objects);
    size_t free_at_start = frames.free_count;
    uint32_t in_use = 0;
    for (int step = 0; step < 100000; step++) {
        uint32_t i = random_below(OBJECTS);
        if (objects[i]) {
            for (int word = 0; word < 5; word++)
                assert_int_equal(objects[i][word], i);
            slab_free(objects[i]);
            objects[i] = 0;
            in_use--;
        } else if ((objects[i] = slab_alloc(&slab))) {
            for (int word = 0; word < 5; word++)
                objects[i][word] = i;
            in_use++;
        }
        assert_int_equal((free_at_start - frames.free_count) * FRAME_BYTES, quota.used_bytes);
    }
    assert_true(in_use > 400);
    for (int i = 0; i < OBJECTS; i++)
        if (objects[i])
            slab_free(objects[i]);
    slab_trim(&slab);
    assert_int_equal(quota.used_bytes, 0);
    assert_int_equal(frames.free_count, free_at_start);
    assert_true(frames_check(&frames));
}

static void slab_obeys_the_quota(void **state)
{
    (void)state;
    struct quota quota;
    struct slab slab;
    quota_init(&quota, FRAME_BYTES + 100);
    slab_init(&slab, &frames, &quota, 1024);
    void *objects[3];
    for (int i = 0; i < 3; i++) {
        objects[i] = slab_alloc(&slab);
        assert_non_null(objects[i]);
        assert_int_equal((uintptr_t)objects[i] % 64, 0);
    }
    assert_null(slab_alloc(&slab));
    assert_int_equal(quota.used_bytes, FRAME_BYTES);
    slab_free(objects[1]);
    assert_ptr_equal(slab_alloc(&slab), objects[1]);
    for (int i = 0; i < 3; i++)
        slab_free(objects[i]);
    assert_int_equal(quota.used_bytes, FRAME_BYTES); // one empty frame is kept
    slab_trim(&slab);
    slab_trim(&slab);
    assert_int_equal(quota.used_bytes, 0);
}

static void an_exhausted_pool_costs_no_quota(void **state)
{
    (void)state;
    struct quota quota;
    struct slab slab;
    quota_init(&quota, UINT64_MAX);
    slab_init(&slab, &frames, &quota, 64);
    while (frames_alloc(&frames, 0))
        ;
    assert_null(slab_alloc(&slab));
    assert_int_equal(quota.used_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"blocks are aligned and never overlap", blocks_never_overlap, set_up, tear_down, 0},
        {"what is given back merges again", everything_merges_again, set_up, tear_down, 0},
        {"slab objects are apart and their frames charged", slab_objects_are_apart_and_charged,
         set_up, tear_down, 0},
        {"a slab obeys the quota", slab_obeys_the_quota, set_up, tear_down, 0},
        {"an exhausted pool costs no quota", an_exhausted_pool_costs_no_quota, set_up, tear_down,
         0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
