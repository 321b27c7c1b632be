// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "console.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char log_text[1 << 20];
static size_t log_length;
static struct console console;

static void out(const char *text, size_t length)
{
    assert_true(log_length + length < sizeof(log_text));
    assert_int_equal(text[length - 1], '\n');
    memcpy(log_text + log_length, text, length);
    log_length += length;
    log_text[log_length] = 0;
}

static int set_up(void **state)
{
    (void)state;
    memset(&console, 0, sizeof(console));
    console.out = out;
    strcpy(console.programs[1].name, "net");
    strcpy(console.programs[2].name, "driver");
    log_length = 0;
    log_text[0] = 0;
    return 0;
}

static void a_line_gets_its_time_and_its_name(void **state)
{
    (void)state;
    console_write(&console, 1, 12345678, 12345678, "link is up\n");
    assert_string_equal(log_text, "[   12.345678] net: link is up\n");
}

static void a_name_is_not_given_twice(void **state)
{
    (void)state;
    console_write(&console, 1, 7, 7, "net: up\n");
    console_write(&console, 1, 8, 8, "netdev: up\n");
    assert_string_equal(log_text, "[    0.000007] net: up\n[    0.000008] net: netdev: up\n");
}

static void pieces_of_a_line_are_put_together_whoever_writes_between(void **state)
{
    (void)state;
    console_write(&console, 1, 10, 10, "one");
    console_write(&console, 2, 11, 11, "two\n");
    console_write(&console, 1, 12, 12, " and a half\nthree\n");
    assert_string_equal(log_text, "[    0.000011] driver: two\n"
                                  "[    0.000011] net: one and a half\n"
                                  "[    0.000012] net: three\n");
}

static void no_line_comes_before_an_earlier_one(void **state)
{
    (void)state;
    console_write(&console, 1, 20, 20, "sent at once\n");
    console_write(&console, 2, 21, 19, "preempted before it was sent\n");
    console_write(&console, 2, 22, 22, "later\n");
    assert_string_equal(log_text, "[    0.000020] net: sent at once\n"
                                  "[    0.000020] driver: preempted before it was sent\n"
                                  "[    0.000022] driver: later\n");
}

static void nobody_writes_from_the_future(void **state)
{
    (void)state;
    console_write(&console, 1, 30, UINT64_MAX, "at the end of time\n");
    console_write(&console, 2, 31, 31, "soon after\n");
    assert_string_equal(log_text, "[    0.000030] net: at the end of time\n"
                                  "[    0.000031] driver: soon after\n");
}

static void nobody_paints_the_terminal(void **state)
{
    (void)state;
    console_write(&console, 1, 0, 0, "\x1b[2Jroot: all is well\r\a\x7f\tend\n");
    assert_string_equal(log_text, "[    0.000000] net: .[2Jroot: all is well.. end\n");
}

static void a_long_line_is_cut_into_lines(void **state)
{
    (void)state;
    char text[3 * CONSOLE_LINE_BYTES + 2];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 2] = '\n';
    text[sizeof(text) - 1] = 0;
    console_write(&console, 1, 0, 0, text);
    unsigned lines = 0;
    for (const char *c = log_text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
}

static void who_writes_too_much_is_counted_and_others_are_heard(void **state)
{
    (void)state;
    char text[102];
    memset(text, 'f', 100);
    strcpy(text + 100, "\n");
    for (int i = 0; i < 2000; i++)
        console_write(&console, 1, 500000, 500000, text);
    assert_true(log_length < CONSOLE_BUDGET_BYTES * 2);
    size_t before = log_length;
    console_write(&console, 2, 600000, 600000, "still here\n");
    assert_string_equal(log_text + before, "[    0.600000] driver: still here\n");
    before = log_length;
    console_write(&console, 1, 1000000, 1000000, "quiet again\n");
    unsigned dropped = 2000 - CONSOLE_BUDGET_BYTES / 100;
    char expected[128];
    snprintf(expected, sizeof(expected),
             "[    1.000000] net: %u lines were too many and are lost\n[    1.000000] net: quiet "
             "again\n",
             dropped);
    assert_string_equal(log_text + before, expected);
}

static void any_output_makes_whole_lines(void **state)
{
    (void)state;
    srandom(4);
    for (int i = 0; i < 20000; i++) {
        char text[401];
        size_t length = (size_t)random() % sizeof(text);
        for (size_t at = 0; at < length; at++)
            text[at] = (char)(1 + random() % 255);
        text[length] = 0;
        log_length = 0;
        console_write(&console, (unsigned)random() % 200, (uint64_t)i * 1000,
                      (uint64_t)random() << 33 ^ (uint64_t)random(), text);
        for (size_t at = 0; at < log_length; at++)
            assert_true((unsigned char)log_text[at] >= ' ' || log_text[at] == '\n');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line_gets_its_time_and_its_name, set_up),
        cmocka_unit_test_setup(a_name_is_not_given_twice, set_up),
        cmocka_unit_test_setup(pieces_of_a_line_are_put_together_whoever_writes_between, set_up),
        cmocka_unit_test_setup(no_line_comes_before_an_earlier_one, set_up),
        cmocka_unit_test_setup(nobody_writes_from_the_future, set_up),
        cmocka_unit_test_setup(nobody_paints_the_terminal, set_up),
        cmocka_unit_test_setup(a_long_line_is_cut_into_lines, set_up),
        cmocka_unit_test_setup(who_writes_too_much_is_counted_and_others_are_heard, set_up),
        cmocka_unit_test_setup(any_output_makes_whole_lines, set_up),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
