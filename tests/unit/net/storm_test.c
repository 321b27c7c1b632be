/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A million frames that no honest peer sends, from a seeded generator: damaged Ethernet, ARP,
 * IPv4 with options and fragments, UDP, ICMP and TCP. Well-formed datagrams in between must come
 * back unchanged, and at the end all buffers must be where they were. STORM_FRAMES and STORM_SEED
 * in the environment change the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frames.h"
#include "program.h"
#include "wire.h"
#include <idl/tcp_session.h>
#include <idl/udp_session.h>
#include <rt/host.h>
#include <servers/net/net.h>
#include <stdlib.h>
#include <string.h>

extern const struct component udp_echo_component, tcp_echo_component, cpu_target_component;

enum { WIRE, NET, UDP, TCP, TARGET, INSTANCES };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD, BETWEEN = 64, TICK = 256, TICK_US = 50000 };

static const struct program_client clients[] = {{&udp_echo_component, "udp", "udp"},
                                                {&tcp_echo_component, "tcp", "tcp"},
                                                {&cpu_target_component, "target", "tcp"}};

static uint64_t random_state;
static uint8_t frame[WIRE_FRAME_BYTES];
static uint8_t payload[1472];

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 16) % limit);
}

static void drain(void)
{
    program_dispatch(&program);
    wire_forget();
}

/* A frame that is right but for what damage() does to it. */
static uint16_t plausible(void)
{
    uint16_t length = (uint16_t)random_below(1460);
    struct frame_tcp tcp = {.from_port = (uint16_t)random_below(8),
                            .to_port = (uint16_t)(1235 + random_below(4)),
                            .sequence = random_below(5000),
                            .acknowledged = random_below(UINT32_MAX),
                            .flags = (uint8_t)random_below(64),
                            .window = (uint16_t)random_below(65536)};
    switch (random_below(7)) {
    case 0:
        return frame_arp_request(frame);
    case 1:
        return frame_ping(frame, 1, length);
    case 2:
        return frame_udp(frame, 9, (uint16_t)(1234 + random_below(4)), payload, length);
    case 3:
        return frame_fragment(frame, (uint16_t)random_below(16), (uint16_t)(random_below(8192) * 8),
                              random_below(2), payload, (uint16_t)(length & ~7));
    case 4:
        tcp.flags = TCP_SYN_FLAG;
        return frame_tcp(frame, &tcp, payload, 0);
    default:
        return frame_tcp(frame, &tcp, payload, length);
    }
}

static uint16_t damage(uint16_t length)
{
    for (unsigned i = random_below(6); i > 0; i--)
        frame[random_below(random_below(2) ? 64 : length)] = (uint8_t)random_below(256);
    if (random_below(8) == 0)
        frame[14] = (uint8_t)(0x40 | random_below(16)); /* options, or fewer words than a header */
    if (random_below(8) == 0)
        length = (uint16_t)random_below(length + 1u);
    if (random_below(64) == 0)
        for (unsigned i = 0; i < length; i++)
            frame[i] = (uint8_t)random_below(256);
    return length;
}

static void assert_echo(void)
{
    bool back = false;
    const struct wire_frame *sent;
    payload[0]++;
    assert_true(wire_arrive(frame, frame_arp_request(frame), 0));
    assert_true(wire_arrive(frame, frame_udp(frame, 4000, 1235, payload, 1024), GOOD));
    wire_flush();
    program_dispatch(&program);
    while ((sent = wire_take()))
        back |= sent->length == UDP_PAYLOAD_AT + 1024 && get16(sent->data + 36) == 4000 &&
                memcmp(sent->data + UDP_PAYLOAD_AT, payload, 1024) == 0;
    assert_true(back);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void a_million_hostile_frames_disturb_no_datagram_and_no_buffer_is_lost(void **state)
{
    (void)state;
    const struct net *net = instances[NET].state;
    uint64_t frames = setting("STORM_FRAMES", 1000000);
    random_state = setting("STORM_SEED", 0x5eed) | 1;
    assert_echo();
    for (uint64_t i = 0; i < frames; i++) {
        uint16_t length = damage(plausible());
        uint8_t flags = (uint8_t)random_below(8);
        if (!wire_arrive(frame, length, flags)) {
            wire_flush();
            drain();
            assert_true(wire_arrive(frame, length, flags));
        }
        if (i % BETWEEN == 0) {
            wire_flush();
            drain();
            assert_echo();
        }
        if (i % TICK == 0)
            host_clock_us += TICK_US;
    }
    wire_flush();
    drain();
    /* Half-open connections, fragments and their timers end. */
    for (unsigned i = 0; i < 40000; i++) {
        host_clock_us += 100000;
        drain();
    }
    assert_echo();
    /* What was sent is taken back with the next frame. */
    assert_true(wire_arrive(frame, frame_arp_request(frame), 0));
    wire_flush();
    drain();
    assert_int_equal(buffers_with_driver(), RX_BUFFERS);
    assert_int_equal(net->free_slot_count, TX_SLOTS);
    assert_int_equal(net->counts.rx_bad, 0);
}

static int set_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 7);
    if (!program_compose(&wire_component, "10.0.2.15/24", clients, 3))
        return 1;
    drain();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_hostile_frames_disturb_no_datagram_and_no_buffer_is_lost),
    };
    return cmocka_run_group_tests_name("net-storm", tests, set_up, NULL);
}
