// SPDX-License-Identifier: BSD-2-Clause
//
// Pins, and pages that are taken or make room for runs.
#include "tests/unit/kernel/check.h"

#include <string.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "machine_host.h"
#include "pool.h"
#include "serve.h"
#include "vm_bench.h"

static void who_overstays_is_found(void **state)
{
    (void)state;
    uint64_t counted = create(1, 0, 8 * PAGE_BYTES), timed = create(1, 0, 8 * PAGE_BYTES);
    assert_int_equal(ask(1, TOUCH, counted, 0, 8 * PAGE_BYTES), 0);
    assert_int_equal(ask(1, TOUCH, timed, 0, 8 * PAGE_BYTES), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, 2, counted, 2, 0), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, 3, timed, 8, 1000), 0);
    struct translation many = translation_of(counted, 2), late = translation_of(timed, 3);
    host_clock_us = 0xfffffe00; // the marks' 32 bits are about to wrap
    assert_true(translation_pin(&many, 0, 1, 0) != TRANSLATION_MISS);
    assert_true(translation_pin(&late, 0, 1, host_clock_us) != TRANSLATION_MISS);
    assert_int_equal(ask(1, RECLAIM, counted, 0, 8 * PAGE_BYTES), 0);
    assert_int_equal(last.words[0], 7);
    assert_int_equal(ask(1, MOVE, timed, 0, PAGE_BYTES), 0);
    assert_int_equal(last.words[1], 1);
    host_clock_us += 1001;
    assert_int_equal(ask(1, MOVE, timed, 0, PAGE_BYTES), 0);
    assert_int_equal(last.words[0], 1); // the pin has expired
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[0], 0);
    many.marks[0] = many.marks[1] = many.marks[2] = 1; // three pages, two are allowed
    late.marks[5] = (uint32_t)host_clock_us + 5000;    // for 5 ms, 1 ms is allowed
    unsigned reports = host_reports;
    assert_int_equal(ask(1, MOVE, counted, 0, PAGE_BYTES), 0);
    assert_int_equal(host_reports, reports + 1);
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[0], 2);
    assert_int_equal(last.words[1], counted);
    cache_delete(cache_find(space_find(counted), task_find(2)));
    assert_int_equal(ask(1, MOVE, timed, 5 * PAGE_BYTES, PAGE_BYTES), 0);
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[0], 3);
    host_clock_us = 0;
}

// A device still writes to what its driver has pinned when the owner goes away.
static void pinned_frames_outlive_their_owner(void **state)
{
    (void)state;
    uint64_t number = create(1, 0, 4 * PAGE_BYTES);
    assert_int_equal(ask(1, TOUCH, number, 0, 4 * PAGE_BYTES), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, 2, number, 4, 0), 0);
    uint64_t table = last.words[0];
    struct translation translation = translation_of(number, 2);
    assert_true(translation_pin(&translation, 0, 1, 0) != TRANSLATION_MISS);
    uint64_t before = pool_free_count();
    assert_int_equal(ask(0, TASK_DELETE, 1), 0);
    assert_int_equal(pool_free_count(), before);
    assert_null(space_find(number));
    assert_true(*(uint64_t *)touch(2, table, 1) & TRANSLATION_FRAME);
    translation_unpin(&translation, 0);
    assert_int_equal(ask_with(0, LIMITS, 0, NULL, 0, 0), 0); // any request of root
    assert_int_equal(pool_free_count(), before + 4 + 1 + 1);
    assert_int_equal(*(uint64_t *)touch(2, table, 1), 0); // the driver finds no page present
    assert_int_equal(ask_with(0, TASK_CREATE, 3, (uint64_t[]){1, 1 << 20, 0}, 201, 0), 0);
}

#define BIG ((uint64_t)HOST_FRAMES * PAGE_BYTES)

static void limit_raise(uint32_t task)
{
    task_find(task)->limit_pages = HOST_FRAMES;
}

// Memory is full of single pages with gaps of one page between them, one in sixteen pinned.
static void pages_make_room_for_runs(void **state)
{
    (void)state;
    limit_raise(1);
    limit_raise(2);
    uint64_t keep = create(1, 0, BIG), gaps = create(1, 0, BIG), pages = 0;
    assert_int_equal(ask(0, SHARE_FRAMES, 3, keep, HOST_FRAMES, 0), 0);
    struct translation translation = translation_of(keep, 3);
    uint64_t at = attach(1, keep, BIG, 3);
    while (ask(1, TOUCH, keep, pages * PAGE_BYTES, PAGE_BYTES) == 0 &&
           ask(1, TOUCH, gaps, pages * PAGE_BYTES, PAGE_BYTES) == 0) {
        memset(touch(1, at + pages * PAGE_BYTES, 2), (int)(pages % 251), PAGE_BYTES);
        if (pages % 64 == 0)
            assert_true(translation_pin(&translation, pages * PAGE_BYTES, 1, 0) !=
                        TRANSLATION_MISS);
        pages++;
    }
    assert_true(pages > 1000);
    assert_int_equal(ask(1, DELETE, gaps), 0);
    assert_true(pool_take_run(64, 0) == POOL_NONE);
    assert_int_equal(ask(2, CREATE, 1, 64 * PAGE_BYTES, 0), 0); // by moving pages out of the way
    uint64_t run = attach(2, last.words[0], 64 * PAGE_BYTES, 3);
    for (uint64_t i = 0; i < 64; i++)
        memset(touch(2, run + i * PAGE_BYTES, 2), 0xff, PAGE_BYTES);
    assert_int_equal(ask(2, CREATE, 1, 1000 * PAGE_BYTES, 0), DATASPACE_ERROR_NO_MEMORY);
    for (uint64_t page = 0; page < pages; page++) {
        const uint8_t *bytes = touch(1, at + page * PAGE_BYTES, 1);
        for (uint64_t i = 0; i < PAGE_BYTES; i++)
            assert_int_equal(bytes[i], page % 251);
    }
    for (uint64_t page = 0; page < pages; page += 64)
        translation_unpin(&translation, page * PAGE_BYTES);
}

static void discardable_pages_go_when_memory_is_short(void **state)
{
    (void)state;
    limit_raise(1);
    limit_raise(2);
    uint64_t spare = create(1, 3, BIG), pages = 0;
    uint64_t at = attach(1, spare, BIG, 3);
    assert_int_equal(ask(0, SHARE_FRAMES, 3, spare, HOST_FRAMES, 0), 0);
    struct translation translation = translation_of(spare, 3);
    for (; pages < HOST_FRAMES / 2; pages++)
        memset(touch(1, at + pages * PAGE_BYTES, 2), 0x77, PAGE_BYTES);
    assert_true(translation_pin(&translation, 0, 1, 0) != TRANSLATION_MISS);
    uint64_t wanted = create(2, 0, BIG), provided = 0;
    while (provided < HOST_FRAMES && ask(2, TOUCH, wanted, provided * PAGE_BYTES, PAGE_BYTES) == 0)
        provided++;
    assert_true(provided > HOST_FRAMES * 9 / 10);
    assert_int_equal(*touch(1, at, 1), 0x77); // pinned
    assert_int_equal(space_find(spare)->present_count, 1);
    assert_int_equal(ask(2, DELETE, wanted), 0);
    assert_int_equal(*touch(1, at + PAGE_BYTES, 1), 0);
    translation_unpin(&translation, 0);
}

// Memory of task 1 with a gap of one page behind each; task 3 may pin pages of it. Returns how many
// there are.
static uint64_t scatter(uint64_t *keep, uint32_t pins_max)
{
    uint64_t pages = 0;
    limit_raise(1);
    limit_raise(2);
    *keep = create(1, 0, BIG);
    uint64_t gaps = create(1, 0, BIG);
    assert_int_equal(ask(0, SHARE_FRAMES, 3, *keep, pins_max, 0), 0);
    while (ask(1, TOUCH, *keep, pages * PAGE_BYTES, PAGE_BYTES) == 0 &&
           ask(1, TOUCH, gaps, pages * PAGE_BYTES, PAGE_BYTES) == 0)
        pages++;
    assert_int_equal(ask(1, DELETE, gaps), 0);
    return pages;
}

// The server does not work for nothing: each copy would be time that it takes from everybody.
static void nothing_is_moved_for_a_run_that_pins_forbid(void **state)
{
    (void)state;
    uint64_t keep, pages = scatter(&keep, HOST_FRAMES);
    struct translation translation = translation_of(keep, 3);
    for (uint64_t page = 0; page < pages; page += 8)
        assert_true(translation_pin(&translation, page * PAGE_BYTES, 1, 0) != TRANSLATION_MISS);
    uint32_t moves = space_find(keep)->moves;
    assert_int_equal(ask(2, CREATE, 1, 64 * PAGE_BYTES, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(space_find(keep)->moves, moves);
    assert_int_equal(ask(2, CREATE, 1, 8 * PAGE_BYTES, 0), 0);
    assert_int_equal(ask(2, DELETE, last.words[0]), 0);
    memset((void *)translation.marks, 0, pages * sizeof(*translation.marks));
}

// Its owner need not ask for it.
static void who_pins_too_much_is_found_when_that_is_in_the_way(void **state)
{
    (void)state;
    uint64_t keep, pages = scatter(&keep, 10);
    struct translation translation = translation_of(keep, 3);
    for (uint64_t page = 0; page < pages; page++)
        translation.marks[page] = 1;
    unsigned reports = host_reports;
    host_clock_us += 1000000;
    assert_int_equal(ask(2, CREATE, 1, 64 * PAGE_BYTES, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(host_reports, reports + 1);
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_true(last.words[0] == 3 && last.words[1] == keep);
    // Nobody makes the server look at all marks again and again.
    assert_int_equal(ask(2, CREATE, 1, 64 * PAGE_BYTES, 0), DATASPACE_ERROR_NO_MEMORY);
    assert_int_equal(host_reports, reports + 2); // by root's request
    memset((void *)translation.marks, 0, pages * sizeof(*translation.marks));
    host_clock_us = 0;
}

// A driver would fill the machine's memory with that of clients that are gone.
static void who_does_not_let_go_of_what_has_ended_is_found(void **state)
{
    (void)state;
    uint64_t number = create(1, 0, 4 * PAGE_BYTES);
    assert_int_equal(ask(1, TOUCH, number, 0, 4 * PAGE_BYTES), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, 2, number, 4, 0), 0);
    struct translation translation = translation_of(number, 2);
    assert_true(translation_pin(&translation, 0, 1, 0) != TRANSLATION_MISS);
    uint64_t before = pool_free_count();
    assert_int_equal(ask(0, TASK_DELETE, 1), 0);
    unsigned reports = host_reports;
    host_clock_us += CACHE_ENDING_US;
    assert_int_equal(ask_with(0, LIMITS, 0, NULL, 0, 0), 0);
    assert_int_equal(host_reports, reports);
    host_clock_us++;
    assert_int_equal(ask_with(0, LIMITS, 0, NULL, 0, 0), 0);
    assert_true(host_reports > reports);
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_true(last.words[0] == 2 && last.words[1] == 0);
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[0], 0); // said once
    assert_int_equal(pool_free_count(), before);
    assert_int_equal(ask(0, TASK_DELETE, 2), 0);
    assert_int_equal(pool_free_count(), before + 4 + 1 + 1);
    for (uint32_t task = 1; task <= 2; task++)
        assert_int_equal(ask_with(0, TASK_CREATE, 3, (uint64_t[]){task, 1 << 20, 0}, 200 + task, 0),
                         0);
    host_clock_us = 0;
}

// The 32 bits of time go round in 71 minutes: what is half of that back would lie ahead.
static void old_marks_do_not_become_pins_again(void **state)
{
    (void)state;
    uint64_t number = create(1, 0, 4 * PAGE_BYTES);
    assert_int_equal(ask(1, TOUCH, number, 0, 4 * PAGE_BYTES), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, 2, number, 4, 1000), 0);
    struct translation translation = translation_of(number, 2);
    assert_true(translation_pin(&translation, 0, 1, host_clock_us) != TRANSLATION_MISS);
    for (uint64_t end = (uint64_t)1 << 33; host_clock_us < end;) {
        uint64_t next = cache_expire();
        assert_true(next > host_clock_us);
        assert_int_equal(ask(1, MOVE, number, PAGE_BYTES, PAGE_BYTES), 0);
        assert_false(host_clock_us > 1000 && cache_pinned(space_find(number), 0));
        host_clock_us = next;
    }
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[0], 0);
    host_clock_us = 0;
}

// It has opened sessions with itself, or pins what has ended.
static void greed_for_translations_takes_none_from_others(void **state)
{
    (void)state;
    int error = 0;
    unsigned count = 0;
    while (!error && count <= CACHES) {
        uint64_t number = create(1, 0, PAGE_BYTES);
        error = ask(0, SHARE_FRAMES, 2, number, 1, 0);
        if (error)
            break;
        count++;
        assert_int_equal(ask(1, TOUCH, number, 0, PAGE_BYTES), 0);
        struct translation translation = translation_of(number, 2);
        assert_true(translation_pin(&translation, 0, 1, 0) != TRANSLATION_MISS);
        assert_int_equal(ask(1, DELETE, number), 0);
    }
    assert_int_equal(error, DATASPACE_ERROR_TOO_MANY);
    assert_int_equal(count, CACHES_EACH);
    for (uint32_t task = 3; task <= 4; task++)
        for (unsigned i = 0; i < CACHES_SURE; i++)
            assert_int_equal(ask(0, SHARE_FRAMES, task, create(task, 0, PAGE_BYTES), 1, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VM_TEST("who pins too much or too long is found", who_overstays_is_found),
        VM_TEST("pinned frames outlive their owner", pinned_frames_outlive_their_owner),
        VM_TEST("pages make room for runs and keep their contents, pinned ones stay",
                pages_make_room_for_runs),
        VM_TEST("discardable pages go when memory is short, pinned ones stay",
                discardable_pages_go_when_memory_is_short),
        VM_TEST("nothing is moved for a run that pins forbid",
                nothing_is_moved_for_a_run_that_pins_forbid),
        VM_TEST("who pins too much is found when that is in somebody's way",
                who_pins_too_much_is_found_when_that_is_in_the_way),
        VM_TEST("who does not let go of what has ended is found",
                who_does_not_let_go_of_what_has_ended_is_found),
        VM_TEST("old marks do not become pins again when the clock goes round",
                old_marks_do_not_become_pins_again),
        VM_TEST("a task that takes all translations it can get takes none from others",
                greed_for_translations_takes_none_from_others),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
