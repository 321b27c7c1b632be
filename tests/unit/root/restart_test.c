// SPDX-License-Identifier: BSD-2-Clause
//
// Whether and when: what the image says of restarts, for programs that live long, die young, or do
// not even start.
#include "restart.h"

#include "tests/unit/kernel/check.h"

enum { MS = 1000, S = 1000 * MS, LONG_US = 100 * S };

static const struct image_program always = {.restart = IMAGE_RESTART_ALWAYS};
static const struct image_program later = {.restart = IMAGE_RESTART_ALWAYS,
                                           .restart_delay_us = 20 * MS};
static const struct image_program seldom = {
    .restart = IMAGE_RESTART_ALWAYS, .restarts_max = 3, .restart_window_us = 60 * S};
static const struct image_program thrice = {.restart = IMAGE_RESTART_ALWAYS, .restarts_max = 3};

static void only_what_the_image_wants_is_started_again(void **state)
{
    (void)state;
    const struct image_program never = {.restart = IMAGE_RESTART_NEVER};
    const struct image_program failed = {.restart = IMAGE_RESTART_FAILED};
    struct restart restart = {0};
    assert_int_equal(restart_decide(&restart, &never, false, LONG_US, 0), RESTART_NOT);
    assert_int_equal(restart_decide(&restart, &failed, true, LONG_US, 0), RESTART_NOT);
    assert_int_equal(restart_decide(&restart, &failed, false, LONG_US, 0), RESTART_LATER);
    assert_int_equal(restart_decide(&restart, &always, true, LONG_US, 0), RESTART_LATER);
}

static void who_has_lived_long_is_back_at_once(void **state)
{
    (void)state;
    struct restart restart = {0};
    restart_decide(&restart, &always, false, 0, 0);
    restart_decide(&restart, &always, false, 0, 0);
    assert_true(restart.pause_us > 0);
    restart_decide(&restart, &always, false, LONG_US, 0);
    assert_int_equal(restart.pause_us, 0);
    restart_decide(&restart, &later, false, LONG_US, 0);
    assert_int_equal(restart.pause_us, later.restart_delay_us);
}

static void pauses_grow_up_to_about_a_second(void **state)
{
    (void)state;
    struct restart restart = {0};
    uint64_t last = MS;
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(restart_decide(&restart, &always, false, 0, 0), RESTART_LATER);
        assert_int_equal(restart.pause_us, 2 * last);
        last = restart.pause_us;
    }
    for (unsigned i = 0; i < 1000; i++) {
        restart_decide(&restart, &always, false, 0, 0);
        assert_true(restart.pause_us >= last && restart.pause_us < 2 * S);
    }
}

static void a_pause_of_the_image_is_the_least(void **state)
{
    (void)state;
    struct restart restart = {0};
    restart_decide(&restart, &later, false, 0, 0);
    assert_int_equal(restart.pause_us, 20 * MS);
    restart_decide(&restart, &later, false, 0, 0);
    assert_int_equal(restart.pause_us, 40 * MS);
    const struct image_program much_later = {.restart = IMAGE_RESTART_ALWAYS,
                                             .restart_delay_us = LONG_US};
    for (unsigned i = 0; i < 3; i++) {
        restart_decide(&restart, &much_later, false, 0, 0);
        assert_int_equal(restart.pause_us, LONG_US);
    }
}

static void starts_that_fail_count_against_the_limit(void **state)
{
    (void)state;
    struct restart restart = {0};
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(restart_decide(&restart, &seldom, false, 0, i * S), RESTART_LATER);
    assert_int_equal(restart_decide(&restart, &seldom, false, 0, 59 * S), RESTART_TOO_OFTEN);
}

static void an_old_restart_is_forgotten_if_the_image_says_so(void **state)
{
    (void)state;
    struct restart in_window = {0}, in_all = {0};
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(restart_decide(&in_window, &seldom, false, 0, S), RESTART_LATER);
    assert_int_equal(restart_decide(&in_window, &seldom, false, 0, 61 * S), RESTART_LATER);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(restart_decide(&in_all, &thrice, false, 0, S), RESTART_LATER);
    assert_int_equal(restart_decide(&in_all, &thrice, false, 0, LONG_US), RESTART_TOO_OFTEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"only what the image wants is started again", only_what_the_image_wants_is_started_again,
         0, 0, 0},
        {"who has lived long is back at once, or when the image says",
         who_has_lived_long_is_back_at_once, 0, 0, 0},
        {"pauses grow up to about a second while starts fail", pauses_grow_up_to_about_a_second, 0,
         0, 0},
        {"a pause that the image gives is the least", a_pause_of_the_image_is_the_least, 0, 0, 0},
        {"starts that fail count against the limit", starts_that_fail_count_against_the_limit, 0, 0,
         0},
        {"an old restart is forgotten if the image says so",
         an_old_restart_is_forgotten_if_the_image_says_so, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
