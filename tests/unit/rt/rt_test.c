/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The runtime on the host: parameters, links, log lines and the order in which the loop calls
 * instances.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <rt/host.h>
#include <rt/log.h>
#include <rt/loop.h>
#include <stdlib.h>
#include <string.h>

static char trace[256];

static void trace_append(const struct instance *self, const char *what)
{
    strcat(strcat(strcat(trace, self->name), what), " ");
}

static bool started(struct instance *self)
{
    trace_append(self, "+");
    return true;
}

static void wake_other(struct instance *self, uint64_t events)
{
    trace_append(self, events == 1 ? "0" : events == 2 ? "1" : "?");
    unsigned *rounds = self->state;
    if (++*rounds < 3)
        ring_wake(&self->links[0].wake);
}

static void timer(struct instance *self)
{
    trace_append(self, "t");
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    (void)self;
    words[0] += 1;
    return tag + link;
}

static const struct component ping = {.name = "ping",
                                      .state_bytes = sizeof(unsigned),
                                      .start = started,
                                      .event = wake_other,
                                      .timer = timer,
                                      .call = call};

static struct program program;
static struct instance instances[2];
static struct link links[3];

static int set_up(void **state)
{
    (void)state;
    trace[0] = 0;
    host_log[0] = 0;
    memset(links, 0, sizeof(links));
    links[0] = (struct link){.name = "to", .wake = {&program.pending, 4, 0}};
    links[1] = (struct link){.name = "spare"};
    links[2] = (struct link){.name = "to",
                             .wake = {&program.pending, 1, 0},
                             .local_peer = &instances[0],
                             .local_peer_link = 1};
    instances[0] =
        (struct instance){.component = &ping, .name = "a", .links = links, .link_count = 2};
    instances[1] =
        (struct instance){.component = &ping, .name = "b", .links = links + 2, .link_count = 1};
    program = (struct program){.name = "test", .instances = instances, .instance_count = 2};
    return !program_start(&program);
}

static int tear_down(void **state)
{
    (void)state;
    free(instances[0].state);
    free(instances[1].state);
    return 0;
}

static void dispatch_follows_wakes(void **state)
{
    (void)state;
    program.pending = 1;
    assert_int_equal(program_dispatch(&program), 0);
    assert_string_equal(trace, "a+ b+ a0 b0 a0 b0 a0 ");
    assert_int_equal(program.pending, 0);
}

static void events_are_numbered_per_instance(void **state)
{
    (void)state;
    *(unsigned *)instances[0].state = 9;
    program.pending = 2;
    program_dispatch(&program);
    assert_string_equal(trace, "a+ b+ a1 ");
}

static void timers_fire_once_when_due(void **state)
{
    (void)state;
    host_clock_us = 100;
    instances[0].deadline_us = 101;
    instances[1].deadline_us = 200;
    assert_int_equal(program_dispatch(&program), 101);
    host_clock_us = 101;
    assert_int_equal(program_dispatch(&program), 200);
    assert_string_equal(trace, "a+ b+ at ");
    host_clock_us = 1;
}

static void nothing_is_left_after_a_usual_turn(void **state)
{
    (void)state;
    program.pending = 0;
    program_dispatch(&program);
    trace[0] = 0;
    *(unsigned *)instances[0].state = 9;
    assert_true(program_notified(&program, 2));
    assert_string_equal(trace, "a1 ");
    assert_int_equal(program.pending | program.awake, 0);
}

static void what_a_usual_turn_leaves_is_dispatched(void **state)
{
    (void)state;
    program.pending = 0;
    program_dispatch(&program);
    trace[0] = 0;
    assert_false(program_notified(&program, 1)); /* has woken the other */
    program_dispatch(&program);
    assert_string_equal(trace, "a0 b0 a0 b0 a0 ");
    trace[0] = 0;
    assert_false(program_notified(&program, 5)); /* for both */
    program_dispatch(&program);
    assert_string_equal(trace, "a0 b0 ");
    host_clock_us = 100;
    instances[1].deadline_us = 200;
    assert_false(program_notified(&program, 4)); /* the loop has to know of the deadline */
    assert_int_equal(program_dispatch(&program), 200);
    assert_true(program_notified(&program, 4));
    instances[1].deadline_us = 0;
    host_clock_us = 1;
}

static bool sleeps_late(struct instance *self)
{
    unsigned *rounds = self->state;
    trace_append(self, "s");
    return *rounds < 12;
}

static void who_does_not_want_to_sleep_is_called_again(void **state)
{
    (void)state;
    program.pending = 0;
    program_dispatch(&program);
    trace[0] = 0;
    *(unsigned *)instances[0].state = 9;
    instances[0].sleep = sleeps_late;
    assert_false(program_notified(&program, 1));
    program_dispatch(&program);
    assert_string_equal(trace, "a0 as a? as a? as ");
    assert_true(program_notified(&program, 1));
}

static void who_has_not_started_is_not_called(void **state)
{
    (void)state;
    struct link link = {.name = "to", .waiting = true};
    struct instance self = {.component = &ping, .name = "w", .links = &link, .link_count = 1};
    struct program waiting = {.name = "waiting", .instances = &self, .instance_count = 1};
    assert_true(program_start(&waiting));
    assert_true(program_notified(&waiting, 1));
    assert_string_equal(trace, "a+ b+ ");
    free(self.state);
}

static void watch(struct instance *self)
{
    trace_append(self, "w");
}

static void who_has_started_is_asked_whether_all_is_well(void **state)
{
    (void)state;
    const struct component watchful = {.name = "watchful", .start = started, .watch = watch};
    struct link link = {.name = "to", .waiting = true};
    struct instance both[] = {
        {.component = &watchful, .name = "c"},
        {.component = &watchful, .name = "d", .links = &link, .link_count = 1}};
    struct program watched = {.name = "watched", .instances = both, .instance_count = 2};
    assert_true(program_start(&watched));
    watched.ticks = true;
    program_dispatch(&watched);
    assert_string_equal(trace, "a+ b+ c+ ");
    program_watch(&watched);
    assert_string_equal(trace, "a+ b+ c+ cw ");
    assert_int_equal(watched.awake, 1); /* and may have found something */
}

static void remote_wakes_become_notifications(void **state)
{
    (void)state;
    uint64_t before = host_notifications;
    const struct ring_wake remote = {.thread = 7, .bits = 1}, nobody = {0};
    ring_wake(&remote);
    ring_wake(&nobody);
    assert_int_equal(host_notifications, before + 1);
    assert_int_equal(program.pending, 0);
}

static void local_calls_reach_the_peers_link(void **state)
{
    (void)state;
    uint64_t words[CALL_WORDS] = {41};
    assert_int_equal(link_call(&links[2], 16, words), 17);
    assert_int_equal(words[0], 42);
}

static void links_are_found_by_name(void **state)
{
    (void)state;
    assert_int_equal(instance_link(&instances[0], "spare", -1), 1);
    assert_int_equal(instance_link(&instances[0], "spare", 1), -1);
    assert_int_equal(instance_link(&instances[0], "absent", -1), -1);
}

static void bad_numbers_fall_back_and_are_logged(void **state)
{
    (void)state;
    static const struct parameter parameters[] = {{"port", "1235"},
                                                  {"hex", "0x4D3"},
                                                  {"word", "12x"},
                                                  {"empty", ""},
                                                  {"huge", "99999999999999999999"}};
    instances[0].parameters = parameters;
    instances[0].parameter_count = 5;
    assert_int_equal(instance_number(&instances[0], "port", 1, 65535, 7), 1235);
    assert_int_equal(instance_number(&instances[0], "hex", 1, 65535, 7), 1235);
    assert_int_equal(instance_number(&instances[0], "missing", 1, 65535, 7), 7);
    assert_string_equal(host_log, "");
    assert_int_equal(instance_number(&instances[0], "word", 1, 65535, 7), 7);
    assert_int_equal(instance_number(&instances[0], "empty", 1, 65535, 7), 7);
    assert_int_equal(instance_number(&instances[0], "huge", 1, UINT64_MAX, 7), 7);
    assert_int_equal(instance_number(&instances[0], "port", 1, 100, 7), 7);
    assert_non_null(
        strstr(host_log, "a: parameter port is \"1235\", not a number from 1 to 100; taking 7\n"));
}

static void log_lines_are_formatted_like_printf(void **state)
{
    (void)state;
    log_line(&instances[1], "%d %5u|%-5d|%05d|%lx %zu %s %c%% %x", INT_MIN, 42u, -3, -3,
             0xdeadbeefcafeul, (size_t)9, "text", 'c', 0u);
    assert_string_equal(host_log, "b: -2147483648    42|-3   |-0003|deadbeefcafe 9 text c% 0\n");
}

static void long_log_lines_are_cut(void **state)
{
    (void)state;
    log_line(NULL, "%300d", 1);
    assert_int_equal(strlen(host_log), 255);
    assert_int_equal(host_log[254], '\n');
}

static uint64_t endless_events;

static void endless_event(struct instance *self, uint64_t events)
{
    (void)events;
    endless_events++;
    self->program->pending |= self->events;
}

static bool endless_sleep(struct instance *self)
{
    (void)self;
    return true;
}

static void work_without_end_does_not_keep_the_loop_from_its_messages(void **state)
{
    (void)state;
    const struct component busy = {.name = "busy", .event = endless_event, .sleep = endless_sleep};
    struct link link = {.name = "link"};
    struct instance self = {.component = &busy, .name = "busy", .links = &link, .link_count = 1};
    struct program endless = {.name = "endless", .instances = &self, .instance_count = 1};
    assert_true(program_start(&endless));
    endless.pending = 1;
    endless_events = 0;
    for (unsigned turn = 1; turn < 4; turn++) {
        uint64_t before = endless_events;
        host_turns_again = 1;
        program_dispatch(&endless);
        assert_int_equal(host_turns_again, 0);
        assert_true(endless_events > before);
        endless.pending = turn % 2; /* also when only the sleep hook has work */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dispatch_follows_wakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_are_numbered_per_instance, set_up, tear_down),
        cmocka_unit_test_setup_teardown(timers_fire_once_when_due, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_left_after_a_usual_turn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_usual_turn_leaves_is_dispatched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_does_not_want_to_sleep_is_called_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_has_not_started_is_not_called, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_has_started_is_asked_whether_all_is_well, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(remote_wakes_become_notifications, set_up, tear_down),
        cmocka_unit_test_setup_teardown(local_calls_reach_the_peers_link, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_are_found_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_numbers_fall_back_and_are_logged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(log_lines_are_formatted_like_printf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_log_lines_are_cut, set_up, tear_down),
        cmocka_unit_test(work_without_end_does_not_keep_the_loop_from_its_messages),
    };
    return cmocka_run_group_tests_name("rt", tests, NULL, NULL);
}
