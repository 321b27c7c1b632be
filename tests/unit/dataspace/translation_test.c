// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/kernel/check.h"

#include <dataspace/translation.h>
#include <stdlib.h>
#include <string.h>

#define PAGES 8
#define MISS  TRANSLATION_MISS

static uint64_t *entries; // from the heap, so that the sanitiser sees every look beyond them
static uint32_t *marks;
static struct translation translation;

static int set_up(void **state)
{
    (void)state;
    entries = calloc(PAGES, sizeof *entries);
    marks = calloc(PAGES, sizeof *marks);
    // Pages 0 to 3 are contiguous, 4 is elsewhere, 5 absent, 6 and 7 contiguous again. Each has
    // another generation.
    static const uint64_t frames[PAGES] = {16, 17, 18, 19, 7, 0, 40, 41};
    for (unsigned i = 0; i < PAGES; i++)
        entries[i] = frames[i] ? frames[i] << 12 | i : i;
    translation = (struct translation){
        .entries = entries, .marks = marks, .page_count = PAGES, .pins_max = 1000};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(entries);
    free(marks);
    return 0;
}

static void only_ranges_inside_a_present_page_are_found(void **state)
{
    (void)state;
    assert_int_equal(translation_find(&translation, 0, 4096), 16 << 12);
    assert_int_equal(translation_find(&translation, 0x4123, 1), (7 << 12) + 0x123);
    assert_true(translation_find(&translation, 1, 4096) == MISS);
    assert_true(translation_find(&translation, 0x5000, 1) == MISS);
    assert_true(translation_find(&translation, 0x8000, 1) == MISS);
    assert_true(translation_find(&translation, UINT64_MAX, 1) == MISS);
    assert_true(translation_find(&translation, 0xfff, UINT32_MAX) == MISS);
    assert_int_equal(translation_find(&translation, 0x7fff, 1), (41 << 12) + 0xfff);
}

static void a_miss_leaves_no_pin(void **state)
{
    (void)state;
    assert_true(translation_pin(&translation, 0x5000, 1, 0) == MISS);
    assert_true(translation_pin(&translation, 0x0fff, 2, 0) == MISS);
    assert_true(translation_pin(&translation, 0x8000, 2, 0) == MISS);
    for (unsigned i = 0; i < PAGES; i++)
        assert_int_equal(marks[i], 0);
    assert_int_equal(translation.pinned, 0);
}

static void pins_are_counted_and_limited(void **state)
{
    (void)state;
    translation.pins_max = 2;
    assert_true(translation_pin(&translation, 0, 1, 0) != MISS);
    assert_true(translation_pin(&translation, 8, 1, 0) != MISS);
    assert_int_equal(marks[0], 2);
    assert_true(translation_pin(&translation, 0x1000, 1, 0) == MISS);
    translation_unpin(&translation, 0);
    assert_true(translation_pin(&translation, 0x1000, 1, 0) != MISS);
    translation_unpin(&translation, 0);
    translation_unpin(&translation, 0); // once too often
    translation_unpin(&translation, 0x9000);
    translation_unpin(&translation, 0x1000);
    assert_int_equal(translation.pinned, 0);
    assert_int_equal(marks[0], 0);
}

static void expiring_pins_say_until_when(void **state)
{
    (void)state;
    translation.expiry_us = 500;
    assert_true(translation_pin(&translation, 0x1000, 1, 1000) != MISS);
    assert_int_equal(marks[1], 1500);
    translation_unpin(&translation, 0x1000);
    assert_int_equal(marks[1], 1500);
    assert_true(translation_pin(&translation, 0x1000, 1, 0x100000000 - 500) != MISS);
    assert_int_equal(marks[1], 1); // 0 would mean: not pinned
}

static void runs_are_contiguous_or_not_pinned_at_all(void **state)
{
    (void)state;
    assert_int_equal(translation_pin_run(&translation, 0x10, 0x3ff0, 0), (16 << 12) + 0x10);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(marks[i], 1);
    translation_unpin_run(&translation, 0x10, 0x3ff0);
    assert_true(translation_pin_run(&translation, 0x3000, 0x1001, 0) == MISS); // elsewhere
    assert_true(translation_pin_run(&translation, 0x4fff, 2, 0) == MISS);      // absent
    assert_true(translation_pin_run(&translation, 0x7000, 0x1001, 0) == MISS); // outside
    assert_true(translation_pin_run(&translation, 0x7000, UINT64_MAX, 0) == MISS);
    assert_true(translation_pin_run(&translation, 0, 0, 0) == MISS);
    for (unsigned i = 0; i < PAGES; i++)
        assert_int_equal(marks[i], 0);
}

static void any_range_is_answered(void **state)
{
    (void)state;
    for (int run = 0; run < 200000; run++) {
        uint64_t offset = random_below(PAGES * 4096 + 5000), length = random_below(20000);
        if (random_below(10) == 0)
            offset = UINT64_MAX - random_below(10000);
        if (random_below(10) == 0)
            length = UINT64_MAX - random_below(10000);
        uint64_t found = translation_find(&translation, offset, (uint32_t)length);
        assert_true(found == MISS || (found & 0xfff) == (offset & 0xfff));
        uint64_t run_found = translation_pin_run(&translation, offset, length, 0);
        if (run_found != MISS)
            translation_unpin_run(&translation, offset, length);
        for (unsigned i = 0; i < PAGES; i++)
            assert_int_equal(marks[i], 0);
    }
}

#define TRANSLATION_TEST(claim, function)                                                          \
    {                                                                                              \
        claim, function, set_up, tear_down, 0                                                      \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSLATION_TEST("only ranges inside a present page are found",
                         only_ranges_inside_a_present_page_are_found),
        TRANSLATION_TEST("a miss leaves no pin", a_miss_leaves_no_pin),
        TRANSLATION_TEST("pins are counted and limited", pins_are_counted_and_limited),
        TRANSLATION_TEST("expiring pins say until when", expiring_pins_say_until_when),
        TRANSLATION_TEST("runs are contiguous or not pinned at all",
                         runs_are_contiguous_or_not_pinned_at_all),
        TRANSLATION_TEST("any range is answered", any_range_is_answered),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
