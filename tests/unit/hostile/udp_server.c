// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile network server. The echo server has no bystanders but its own memory; after the
// restart of its peer it lends all of its buffers again and answers as it should.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hostile.h"
#include <idl/udp_session.h>
#include <rt/host.h>
#include <rt/loop.h>
#include <string.h>

extern const struct component udp_echo_component;
extern const struct trace_interface udp_trace;
static const struct trace_interface *const interfaces[] = {&udp_trace};

enum { NET, ECHO, STEPS = 20000, SEEDS = 3 };

static struct link net_links[] = {{.name = "udp"}};
static struct link echo_links[] = {{.name = "udp"}};
static struct instance instances[] = {
    [NET] = {.component = &hostile_component,
             .name = "hostile",
             .links = net_links,
             .link_count = 1},
    [ECHO] = {.component = &udp_echo_component,
              .name = "echo",
              .links = echo_links,
              .link_count = 1},
};
static const struct program_join joins[] = {{ECHO, 0, NET, 0, UDP_SESSION_BYTES}};
static struct program program = {
    .name = "test", .instances = instances, .instance_count = 2, .joins = joins, .join_count = 1};

static void session_renew(void)
{
    instances[ECHO].component->closed(&instances[ECHO], 0);
    memset(net_links[0].area, 0, net_links[0].area_bytes);
    net_links[0].dataspaces[0] = echo_links[0].dataspaces[0] = (struct link_dataspace){0};
    instances[ECHO].component->opened(&instances[ECHO], 0);
}

static void a_hostile_server_harms_no_memory_of_its_client(void **state)
{
    (void)state;
    assert_true(program_start(&program));
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hostile_begin(&instances[NET], interfaces, seed);
        for (unsigned step = 0; step < STEPS; step++) {
            hostile_step(&instances[NET]);
            if (step % 4 == 0)
                program_dispatch(&program);
            if (step % 1000 == 0)
                session_renew();
        }
    }
}

static void an_honest_server_in_its_place_gets_every_buffer_once(void **state)
{
    (void)state;
    struct udp_server end;
    struct udp_datagram entry;
    static bool seen[UDP_RECEIVE_FREE_DEPTH];
    session_renew();
    udp_server_start(&end, net_links[0].area);
    program_dispatch(&program);
    unsigned count = 0;
    while (udp_receive_free_try_get(&end, &entry)) {
        uint32_t number = entry.offset / entry.length;
        assert_true(number < UDP_RECEIVE_FREE_DEPTH && !seen[number]);
        seen[number] = true;
        count++;
        entry.peer_port = 9;
        entry.peer_address = 1;
        entry.length = 100;
        udp_receive_put(&end, &entry);
    }
    assert_int_equal(count, UDP_RECEIVE_FREE_DEPTH);
    udp_receive_free_release(&end);
    udp_receive_publish(&end);
    udp_receive_notify(&end, &net_links[0].wake);
    program_dispatch(&program);
    unsigned answers = 0;
    while (udp_send_try_get(&end, &entry))
        answers += entry.length == 100 && entry.peer_port == 9;
    assert_int_equal(answers, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_server_harms_no_memory_of_its_client),
        cmocka_unit_test(an_honest_server_in_its_place_gets_every_buffer_once),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
