/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A million frames that no honest peer sends, from a seeded generator: damaged Ethernet, ARP,
 * IPv4 with options and fragments, UDP, ICMP and TCP. The generator follows the server's side of
 * its TCP connections, so that what it sends on them comes near enough to the truth to be looked
 * at. Well-formed datagrams and connections in between must be answered as ever, and at the end all
 * buffers must be where they were. STORM_FRAMES and STORM_SEED in the environment change the run.
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
enum {
    GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD,
    BETWEEN = 64,
    TICK = 256,
    TICK_US = 50000,
    FRAME_US = 10
};

static const struct program_client clients[] = {{&udp_echo_component, "udp", "udp", NULL},
                                                {&tcp_echo_component, "tcp", "tcp", NULL},
                                                {&cpu_target_component, "target", "tcp", NULL}};

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

/* What the server has last said on a connection, by the ports of both ends. */
enum { FLOW_PORTS = 8, FLOW_SERVICES = 4, FIRST_SERVICE = 1235 };
static struct flow {
    uint32_t theirs, ours; /* what it sends next, what it waits for */
    bool open;
} flows[FLOW_PORTS][FLOW_SERVICES];
static unsigned established; /* frames with data that the server has sent on one */

static void flow_follow(const struct wire_frame *sent)
{
    struct frame_tcp tcp;
    uint16_t length;
    if (!frame_tcp_parse(sent->data, sent->length, &tcp, &length) || tcp.to_port >= FLOW_PORTS ||
        (uint16_t)(tcp.from_port - FIRST_SERVICE) >= FLOW_SERVICES)
        return;
    struct flow *flow = &flows[tcp.to_port][tcp.from_port - FIRST_SERVICE];
    flow->theirs = tcp.sequence + length + !!(tcp.flags & (TCP_SYN_FLAG | TCP_FIN_FLAG));
    if (tcp.flags & TCP_ACK_FLAG)
        flow->ours = tcp.acknowledged;
    flow->open = !(tcp.flags & TCP_RST_FLAG);
    established += length != 0;
}

static void drain(void)
{
    program_settle();
    for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
        flow_follow(sent);
}

/* A segment on one of the connections, at the place where the server waits, or near it. */
static uint16_t segment(uint16_t length)
{
    uint16_t port = (uint16_t)random_below(FLOW_PORTS), service = (uint16_t)random_below(4);
    const struct flow *flow = &flows[port][service];
    struct frame_tcp tcp = {.from_port = port,
                            .to_port = (uint16_t)(FIRST_SERVICE + service),
                            .sequence = flow->ours,
                            .acknowledged = flow->theirs,
                            .flags = TCP_ACK_FLAG | (random_below(2) ? TCP_PSH_FLAG : 0),
                            .window = (uint16_t)(random_below(4) ? 60000 : random_below(65536))};
    if (random_below(3) == 0)
        tcp.sequence += random_below(6000) - 1500; /* again, out of order, or both */
    if (random_below(4) == 0)
        tcp.acknowledged -= random_below(3000);
    if (random_below(64) == 0)
        tcp.flags = (uint8_t)random_below(64);
    if (!flow->open) {
        tcp.flags = TCP_SYN_FLAG;
        length = 0;
    }
    uint16_t bytes = frame_tcp(frame, &tcp, payload, length);
    if (random_below(4) == 0) { /* options instead of the first bytes of data */
        static const uint8_t kinds[] = {0, 1, 2, 3, 4, 5, 8};
        frame[46] = (uint8_t)((5 + random_below(11)) << 4);
        for (unsigned at = 54; at < 94; at++)
            frame[at] = (uint8_t)random_below(12);
        frame[54] = kinds[random_below(sizeof(kinds))];
    }
    return bytes;
}

/* One piece of a segment on a connection. The others may come, or not. */
static uint16_t segment_piece(void)
{
    static uint8_t whole[1480];
    static uint16_t id, at, whole_bytes;
    if (at >= whole_bytes) {
        whole_bytes = (uint16_t)(segment((uint16_t)random_below(1400)) - 34);
        memcpy(whole, frame + 34, whole_bytes);
        at = 0;
        id++;
    }
    uint16_t left = (uint16_t)(whole_bytes - at), bytes = (uint16_t)(8 * (1 + random_below(100)));
    if (bytes > left)
        bytes = left;
    uint16_t length = frame_fragment(frame, id, at, bytes < left, whole + at, bytes);
    frame[23] = 6;
    if (random_below(8)) /* else it comes again, longer or shorter */
        at = (uint16_t)(at + bytes);
    return length;
}

/* A frame that is right but for what damage() does to it. */
static uint16_t plausible(void)
{
    uint16_t length = (uint16_t)random_below(1460);
    struct frame_tcp tcp = {.from_port = (uint16_t)random_below(8),
                            .to_port = (uint16_t)(FIRST_SERVICE + random_below(4)),
                            .sequence = random_below(5000),
                            .acknowledged = random_below(UINT32_MAX),
                            .flags = (uint8_t)random_below(64),
                            .window = (uint16_t)random_below(65536)};
    switch (random_below(13)) {
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
    case 5:
    case 6:
    case 7:
        return segment(length);
    case 8:
        return segment(0);
    case 9:
    case 10:
        return segment_piece();
    default:
        return frame_tcp(frame, &tcp, payload, length);
    }
}

static uint16_t damage(uint16_t length)
{
    if (random_below(2))
        return length;
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
    program_settle();
    while ((sent = wire_take()))
        back |= sent->length == UDP_PAYLOAD_AT + 1024 && get16(sent->data + 36) == 4000 &&
                memcmp(sent->data + UDP_PAYLOAD_AT, payload, 1024) == 0;
    assert_true(back);
}

/* Whether a connection among all these is greeted. It may find that others have all the places. */
static bool connection_works(void)
{
    static uint16_t port = 30000;
    struct frame_tcp tcp = {.from_port = ++port,
                            .to_port = 1237,
                            .flags = TCP_SYN_FLAG,
                            .window = 60000},
                     answer;
    uint16_t length = 0;
    bool greeted = false;
    const struct wire_frame *sent;
    for (unsigned step = 0; step < 2; step++) {
        assert_true(wire_arrive(frame, frame_arp_request(frame), 0));
        assert_true(wire_arrive(frame, frame_tcp(frame, &tcp, payload, 0), GOOD));
        wire_flush();
        program_settle();
        while ((sent = wire_take())) {
            const uint8_t *data = frame_tcp_parse(sent->data, sent->length, &answer, &length);
            if (!data || answer.to_port != port) {
                flow_follow(sent);
                continue;
            }
            tcp.sequence = answer.acknowledged;
            tcp.acknowledged = answer.sequence + 1;
            tcp.flags = TCP_ACK_FLAG;
            greeted |= length == 17 && memcmp(data, "100 IPBENCH V1.0\n", 17) == 0;
        }
    }
    tcp.flags = TCP_RST_FLAG;
    assert_true(wire_arrive(frame, frame_tcp(frame, &tcp, payload, 0), GOOD));
    wire_flush();
    drain();
    return greeted;
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
    unsigned greeted = 0;
    random_state = setting("STORM_SEED", 0x5eed) | 1;
    assert_echo();
    for (uint64_t i = 0; i < frames; i++) {
        uint16_t length = damage(plausible());
        uint8_t flags = (uint8_t)(random_below(4) ? GOOD : random_below(8));
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
        if (i % (16 * BETWEEN) == 0)
            greeted += connection_works();
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
    assert_true(connection_works());
    assert_true(greeted > 0);
    assert_true(established > frames / 100); /* the generator reaches them */
    assert_int_equal(buffers_with_driver(), RX_BUFFERS);
    assert_int_equal(slots_at_rest(), TX_SLOTS);
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
