// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver below the network server. Afterwards an honest one takes its place, as after a
// restart by root, and datagrams are answered as if nothing had been.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hostile.h"
#include "tests/unit/net/frames.h"
#include "tests/unit/net/program.h"
#include "tests/unit/net/wire.h"
#include <rt/host.h>
#include <servers/net/net.h>
#include <stdlib.h>
#include <string.h>

extern const struct component udp_echo_component;
extern const struct trace_interface netdev_trace;
static const struct trace_interface *const interfaces[] = {&netdev_trace};

enum { DRIVER, NET, ECHO, STEPS = 20000, SEEDS = 3, LENGTH = 700 };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD };

static const struct program_client clients[] = {{&udp_echo_component, "echo", "udp", NULL}};

static uint8_t frame[WIRE_FRAME_BYTES], payload[LENGTH];

static void session_close(void)
{
    struct link *link = &instances[DRIVER].links[0];
    instances[NET].component->closed(&instances[NET], 0);
    memset(link->area, 0, link->area_bytes);
    for (unsigned i = 0; i < LINK_DATASPACES; i++)
        instances[NET].links[0].dataspaces[i] = link->dataspaces[i] = (struct link_dataspace){0};
}

static int set_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 13);
    return program_compose(&hostile_component, "10.0.2.15/24", clients, 1) ? 0 : 1;
}

static void a_hostile_driver_harms_nothing_but_its_own_frames(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hostile_begin(&instances[DRIVER], interfaces, seed);
        for (unsigned step = 0; step < STEPS; step++) {
            hostile_step(&instances[DRIVER]);
            if (step % 4 == 0)
                program_dispatch(&program);
            host_clock_us += 50;
            if (step % 1000 == 0) {
                session_close();
                instances[NET].component->opened(&instances[NET], 0);
            }
        }
    }
}

static void an_honest_driver_in_its_place_is_served(void **state)
{
    (void)state;
    session_close();
    free(instances[DRIVER].state);
    instances[DRIVER].component = &wire_component;
    instances[DRIVER].event = wire_component.event;
    instances[DRIVER].sleep = wire_component.sleep;
    instances[DRIVER].state = calloc(1, wire_component.state_bytes);
    assert_true(wire_component.start(&instances[DRIVER]));
    wire_component.opened(&instances[DRIVER], 0);
    instances[NET].component->opened(&instances[NET], 0);
    program_dispatch(&program);
    assert_true(wire_arrive(frame, frame_arp_request(frame), 0));
    wire_flush();
    program_dispatch(&program);
    wire_forget();
    assert_true(wire_arrive(frame, frame_udp(frame, 4000, 1235, payload, LENGTH), GOOD));
    wire_flush();
    program_dispatch(&program);
    unsigned answers = 0;
    const struct wire_frame *sent;
    while ((sent = wire_take()))
        answers += sent->length == UDP_PAYLOAD_AT + LENGTH &&
                   memcmp(sent->data + UDP_PAYLOAD_AT, payload, LENGTH) == 0;
    assert_int_equal(answers, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_driver_harms_nothing_but_its_own_frames),
        cmocka_unit_test(an_honest_driver_in_its_place_is_served),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, NULL);
}
