// SPDX-License-Identifier: BSD-2-Clause
//
// Either end of the smallest session, with a hostile one opposite. Bystander: an honest pair at the
// same server.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hostile.h"
#include <idl/pingpong.h>
#include <rt/host.h>
#include <rt/loop.h>
#include <string.h>

extern const struct component ping_component, pong_component;
extern const struct trace_interface pingpong_trace;
static const struct trace_interface *const interfaces[] = {&pingpong_trace};

enum { PONG, PING, HOSTILE, STEPS = 20000, SEEDS = 5 };

static struct link pong_links[] = {{.name = "ball"}, {.name = "ball"}};
static struct link ping_links[] = {{.name = "ball"}};
static struct link hostile_links[] = {{.name = "ball"}};
static const struct parameter ping_parameters[] = {{"rounds", "1000000"}};
static struct instance instances[] = {
    [PONG] = {.component = &pong_component, .name = "pong", .links = pong_links, .link_count = 2},
    [PING] = {.component = &ping_component,
              .name = "ping",
              .links = ping_links,
              .link_count = 1,
              .parameters = ping_parameters,
              .parameter_count = 1},
    [HOSTILE] = {.component = &hostile_component,
                 .name = "hostile",
                 .links = hostile_links,
                 .link_count = 1},
};

static void session_renew(struct instance *honest, unsigned link)
{
    honest->component->closed(honest, link);
    memset(honest->links[link].area, 0, honest->links[link].area_bytes);
    honest->component->opened(honest, link);
}

// One thing at a time, so that an honest pair does not run to its end in one dispatch.
static void attack(struct program *program, struct instance *hostile, struct instance *honest,
                   unsigned link)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hostile_begin(hostile, interfaces, seed);
        for (unsigned step = 0; step < STEPS; step++) {
            hostile_step(hostile);
            if (step % 4 == 0)
                program_dispatch(program);
            if (step % 500 == 0)
                session_renew(honest, link);
        }
    }
}

static void a_hostile_client_harms_neither_server_nor_bystander(void **state)
{
    (void)state;
    static const struct program_join joins[] = {
        {PING, 0, PONG, 0, PINGPONG_SESSION_BYTES},
        {HOSTILE, 0, PONG, 1, PINGPONG_SESSION_BYTES},
    };
    static struct program program = {.name = "test",
                                     .instances = instances,
                                     .instance_count = 3,
                                     .joins = joins,
                                     .join_count = 2};
    host_log[0] = 0;
    assert_true(program_start(&program));
    attack(&program, &instances[HOSTILE], &instances[PONG], 1);
    assert_non_null(strstr(host_log, "ping: 1000000 rounds"));
    assert_null(strstr(host_log, "another ball"));
}

static struct link lone_ping_links[] = {{.name = "ball"}};
static struct link lone_hostile_links[] = {{.name = "ball"}};
static struct instance pair[] = {
    {.component = &hostile_component,
     .name = "hostile",
     .links = lone_hostile_links,
     .link_count = 1},
    {.component = &ping_component,
     .name = "ping",
     .links = lone_ping_links,
     .link_count = 1,
     .parameters = ping_parameters,
     .parameter_count = 1},
};

static void a_hostile_server_does_not_harm_its_client(void **state)
{
    (void)state;
    static const struct program_join joins[] = {{1, 0, 0, 0, PINGPONG_SESSION_BYTES}};
    static struct program program = {
        .name = "pair", .instances = pair, .instance_count = 2, .joins = joins, .join_count = 1};
    assert_true(program_start(&program));
    attack(&program, &pair[0], &pair[1], 0);
    assert_non_null(strstr(host_log, "another ball"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_client_harms_neither_server_nor_bystander),
        cmocka_unit_test(a_hostile_server_does_not_harm_its_client),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
