/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of the program of pingpong_inside.image, as mkimage wrote it, runs to its end on the
   host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <rt/host.h>
#include <rt/loop.h>
#include <stdlib.h>
#include <string.h>

extern struct program composition;

static void servers_come_before_their_clients(void **state)
{
    (void)state;
    assert_int_equal(composition.instance_count, 2);
    assert_string_equal(composition.instances[0].name, "pong");
    assert_string_equal(composition.instances[1].name, "ping");
    assert_int_equal(composition.join_count, 1);
}

static void the_ball_returns_as_often_as_the_image_says(void **state)
{
    (void)state;
    assert_true(program_start(&composition));
    host_clock_us = 5000;
    program_dispatch(&composition);
    assert_non_null(strstr(host_log, "10000 rounds, "));
    assert_int_equal(host_notifications, 0);
}

static void parameters_reach_the_instance(void **state)
{
    (void)state;
    assert_string_equal(instance_parameter(&composition.instances[1], "rounds", ""), "10000");
    assert_string_equal(instance_parameter(&composition.instances[0], "rounds", "none"), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_come_before_their_clients),
        cmocka_unit_test(the_ball_returns_as_often_as_the_image_says),
        cmocka_unit_test(parameters_reach_the_instance),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (unsigned i = 0; i < composition.instance_count; i++)
        free(composition.instances[i].state);
    free(composition.instances[0].links[0].area);
    return failed;
}
