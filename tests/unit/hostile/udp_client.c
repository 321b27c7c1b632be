// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile client of the network server. Its bystanders: the driver, which aborts on anything that
// an honest client does not do, and another client, which answers datagrams all the while.
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
#include <session/memory.h>
#include <string.h>

extern const struct component udp_echo_component;
extern const struct trace_interface udp_trace;
static const struct trace_interface *const interfaces[] = {&udp_trace};

enum { WIRE, NET, ECHO, HOSTILE, STEPS = 20000, SEEDS = 3, LENGTH = 700 };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD };

static const struct program_client clients[] = {{&udp_echo_component, "echo", "udp", NULL},
                                                {&hostile_component, "hostile", "udp", NULL}};

static uint8_t frame[WIRE_FRAME_BYTES], payload[LENGTH];

static int set_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 13);
    if (!program_compose(&wire_component, "10.0.2.15/24", clients, 2))
        return 1;
    static struct memory memory;
    if (!memory_create(&instances[HOSTILE], &memory, 1 << 20) ||
        !link_memory_share(&instances[HOSTILE], 0, 0, &memory, LINK_ACCESS_WRITE, false))
        return 1;
    program_dispatch(&program);
    wire_arrive(frame, frame_arp_request(frame), 0);
    wire_flush();
    program_dispatch(&program);
    wire_forget();
    return 0;
}

// The bystander's datagram comes back among whatever else was sent.
static void echo_is_served(void)
{
    wire_forget();
    assert_true(wire_arrive(frame, frame_udp(frame, 4000, 1235, payload, LENGTH), GOOD));
    wire_flush();
    program_dispatch(&program);
    unsigned answers = 0;
    const struct wire_frame *sent;
    while ((sent = wire_take())) {
        if (sent->length != UDP_PAYLOAD_AT + LENGTH || get16(sent->data + 34) != 1235 ||
            get16(sent->data + 36) != 4000)
            continue;
        answers += memcmp(sent->data + UDP_PAYLOAD_AT, payload, LENGTH) == 0;
    }
    assert_int_equal(answers, 1);
}

// What root does when it restarts a program: the old session ends, the next has an empty area.
static void session_renew(void)
{
    struct link *link = &instances[HOSTILE].links[0];
    instances[NET].component->closed(&instances[NET], 2);
    memset(link->area, 0, link->area_bytes);
    instances[NET].component->opened(&instances[NET], 2);
}

static void a_hostile_client_harms_neither_server_nor_bystander(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        hostile_begin(&instances[HOSTILE], interfaces, seed);
        for (unsigned step = 0; step < STEPS; step++) {
            hostile_step(&instances[HOSTILE]);
            if (step % 4 == 0)
                program_dispatch(&program);
            if (step % 64 == 0)
                wire_forget();
            if (step % 200 == 0)
                echo_is_served();
            if (step % 1000 == 0)
                session_renew();
        }
    }
    echo_is_served();
}

static void no_receive_buffer_was_lost_meanwhile(void **state)
{
    (void)state;
    session_renew();
    program_dispatch(&program);
    unsigned arrived = 0;
    while (arrived < NETDEV_RX_FREE_DEPTH &&
           wire_arrive(frame, frame_udp(frame, 4000, 9, payload, LENGTH), GOOD))
        arrived++;
    wire_flush();
    program_dispatch(&program);
    assert_int_equal(arrived, NETDEV_RX_FREE_DEPTH);
    /* There are pauses in a flood for nobody. */
    for (unsigned i = 0; i < NETDEV_RX_FREE_DEPTH / OTHERS_MOST; i++) {
        host_clock_us += OTHERS_PAUSE_US;
        program_dispatch(&program);
    }
    echo_is_served();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_client_harms_neither_server_nor_bystander),
        cmocka_unit_test(no_receive_buffer_was_lost_meanwhile),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, NULL);
}
