/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attack.h"
#include <rt/host.h>
#include <servers/net/net.h>
#include <string.h>

extern const struct component udp_echo_component, tcp_echo_component, cpu_target_component;

static const struct component attacker_component = {.name = "attacker"};

static const struct program_client clients[] = {
    {&udp_echo_component, "udp", "udp", "1235"},    {&tcp_echo_component, "tcp", "tcp", "1236"},
    {&cpu_target_component, "target", "tcp", NULL}, {&attacker_component, "attacker", "udp", NULL},
    {&attacker_component, "attacker", "tcp", NULL}, {&attacker_component, "attacker", "tcp", NULL}};

uint8_t frame[WIRE_FRAME_BYTES], payload[1472];
struct memory memory;

void run(void)
{
    program_settle();
}

void time_passes(unsigned ms)
{
    for (unsigned i = 0; i < ms; i += 50) {
        host_clock_us += 50000;
        run();
        wire_forget();
    }
}

void put(uint16_t length, uint8_t flags)
{
    if (!wire_arrive(frame, length, flags)) {
        wire_flush();
        run();
        assert_true(wire_arrive(frame, length, flags));
    }
}

void arrive(uint16_t length, uint8_t flags)
{
    put(length, flags);
    wire_flush();
    run();
}

bool answer_of(uint16_t port, struct frame_tcp *answer, uint16_t *length)
{
    bool found = false;
    struct frame_tcp parsed;
    uint16_t parsed_length;
    for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
        if (frame_tcp_parse(sent->data, sent->length, &parsed, &parsed_length) &&
            parsed.to_port == port) {
            *answer = parsed;
            *length = parsed_length;
            found = true;
        }
    return found;
}

void peer_says(uint16_t from, uint16_t to, uint32_t sequence, uint32_t acknowledged, uint8_t flags,
               uint16_t length)
{
    struct frame_tcp segment = {.from_port = from,
                                .to_port = to,
                                .sequence = sequence,
                                .acknowledged = acknowledged,
                                .flags = flags,
                                .window = 60000};
    arrive(frame_tcp(frame, &segment, payload, length), GOOD);
}

uint32_t peer_connects(uint16_t from, uint16_t to)
{
    struct frame_tcp answer;
    uint16_t length;
    wire_forget();
    peer_says(from, to, 0, 0, TCP_SYN_FLAG, 0);
    if (!answer_of(from, &answer, &length) || answer.flags != (TCP_SYN_FLAG | TCP_ACK_FLAG))
        return 0;
    peer_says(from, to, 1, answer.sequence + 1, TCP_ACK_FLAG, 0);
    return answer.sequence + 1;
}

void peer_resets(uint16_t from, uint16_t to, uint32_t sequence)
{
    struct frame_tcp answer;
    uint16_t length;
    wire_forget();
    peer_says(from, to, sequence, 0, TCP_RST_FLAG, 0);
    /* The server may have taken less in than was sent, and says so. */
    if (answer_of(from, &answer, &length) && !(answer.flags & TCP_RST_FLAG))
        peer_says(from, to, answer.acknowledged, 0, TCP_RST_FLAG, 0);
    wire_forget();
}

bool udp_echo_works(void)
{
    bool back = false;
    payload[0]++;
    put(frame_arp_request(frame), 0);
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
        back |= sent->length == UDP_PAYLOAD_AT + 1024 && get16(sent->data + 36) == 4000 &&
                memcmp(sent->data + UDP_PAYLOAD_AT, payload, 1024) == 0;
    return back;
}

bool target_greets(void)
{
    static uint16_t port = 40000;
    struct frame_tcp answer;
    uint16_t length = 0;
    uint32_t expected = peer_connects(++port, 1237);
    bool greeted = expected && answer_of(port, &answer, &length) && length == 17;
    peer_resets(port, 1237, 1);
    return greeted;
}

bool tcp_echo_works(void)
{
    static uint16_t port = 50000;
    struct frame_tcp answer;
    uint16_t length = 0;
    uint32_t expected = peer_connects(++port, 1236);
    wire_forget();
    peer_says(port, 1236, 1, expected, TCP_ACK_FLAG | TCP_PSH_FLAG, 100);
    bool echoed = expected && answer_of(port, &answer, &length) && length == 100;
    peer_resets(port, 1236, 101);
    return echoed;
}

void assert_nobody_is_disturbed(void)
{
    assert_true(udp_echo_works());
    assert_true(tcp_echo_works());
    assert_true(target_greets());
}

struct link *link_of(unsigned number)
{
    return &instances[number].links[0];
}

void client_goes(unsigned number)
{
    struct link *link = link_of(number);
    const struct component *component = instances[number].component;
    instances[NET].component->closed(&instances[NET], link->local_peer_link);
    if (component->closed)
        component->closed(&instances[number], 0);
    link_memory_remove(&instances[number], 0, 0);
    memset(link->area, 0, link->area_bytes);
}

void client_comes(unsigned number)
{
    const struct component *component = instances[number].component;
    instances[NET].component->opened(&instances[NET], link_of(number)->local_peer_link);
    if (component->opened)
        component->opened(&instances[number], 0);
    run();
}

void attacker_closes(unsigned number)
{
    client_goes(number);
    client_comes(number);
}

int attack_set_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 7);
    if (!program_compose(&wire_component, "10.0.2.15/24", clients, 6) ||
        !memory_create(&instances[ATTACKER_UDP], &memory, MEMORY_BYTES))
        return 1;
    run();
    arrive(frame_arp_request(frame), 0); /* the peer is known */
    wire_forget();
    return 0;
}

void after_all_this_every_buffer_is_back(void **state)
{
    (void)state;
    const struct net *net = instances[NET].state;
    time_passes(15 * 60 * 1000);
    assert_nobody_is_disturbed();
    assert_int_equal(buffers_with_driver(), RX_BUFFERS);
    assert_int_equal(slots_at_rest(), TX_SLOTS);
    assert_int_equal(net->counts.rx_bad, 0);
}
