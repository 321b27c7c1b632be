/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Clients of the network server that want to disturb others, alone or together with peers on the
 * wire, beside echo servers that must not notice. The attacker's program does nothing by itself:
 * the tests are at its end of the rings.
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
#include <interface/message.h>
#include <lwip_port.h>
#include <rt/host.h>
#include <servers/net/net.h>
#include <session/memory.h>
#include <string.h>

extern const struct component udp_echo_component, tcp_echo_component, cpu_target_component;

static const struct component attacker_component = {.name = "attacker"};

enum { WIRE, NET, UDP, TCP, TARGET, ATTACKER_UDP, ATTACKER_TCP, ATTACKER_SECOND_TCP };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD, MEMORY_BYTES = 1 << 20 };
enum { ATTACKER_PORT = 2000, ATTACKER_SECOND_PORT = 2001 };

static const struct program_client clients[] = {
    {&udp_echo_component, "udp", "udp", "1235"},    {&tcp_echo_component, "tcp", "tcp", "1236"},
    {&cpu_target_component, "target", "tcp", NULL}, {&attacker_component, "attacker", "udp", NULL},
    {&attacker_component, "attacker", "tcp", NULL}, {&attacker_component, "attacker", "tcp", NULL}};

static uint8_t frame[WIRE_FRAME_BYTES];
static uint8_t payload[1472];
static struct memory memory;
static struct udp_client udp;
static struct tcp_client tcp[2];

static void run(void)
{
    program_settle();
}

static void time_passes(unsigned ms)
{
    for (unsigned i = 0; i < ms; i += 50) {
        host_clock_us += 50000;
        run();
        wire_forget();
    }
}

static void put(uint16_t length, uint8_t flags)
{
    if (!wire_arrive(frame, length, flags)) {
        wire_flush();
        run();
        assert_true(wire_arrive(frame, length, flags));
    }
}

static void arrive(uint16_t length, uint8_t flags)
{
    put(length, flags);
    wire_flush();
    run();
}

/* ---- the peer on the wire: stateless, what a connection has to remember is computed */

static bool answer_of(uint16_t port, struct frame_tcp *answer, uint16_t *length)
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

static void peer_says(uint16_t from, uint16_t to, uint32_t sequence, uint32_t acknowledged,
                      uint8_t flags, uint16_t length)
{
    struct frame_tcp segment = {.from_port = from,
                                .to_port = to,
                                .sequence = sequence,
                                .acknowledged = acknowledged,
                                .flags = flags,
                                .window = 60000};
    arrive(frame_tcp(frame, &segment, payload, length), GOOD);
}

/* Opens a connection; returns what the peer expects next, or 0 if the server does not answer. */
static uint32_t peer_connects(uint16_t from, uint16_t to)
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

static void peer_resets(uint16_t from, uint16_t to, uint32_t sequence)
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

/* ---- those who must not be disturbed */

static bool udp_echo_works(void)
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

static bool target_greets(void)
{
    static uint16_t port = 40000;
    struct frame_tcp answer;
    uint16_t length = 0;
    uint32_t expected = peer_connects(++port, 1237);
    bool greeted = expected && answer_of(port, &answer, &length) && length == 17;
    peer_resets(port, 1237, 1);
    return greeted;
}

static bool tcp_echo_works(void)
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

static void assert_nobody_is_disturbed(void)
{
    assert_true(udp_echo_works());
    assert_true(tcp_echo_works());
    assert_true(target_greets());
}

/* ---- the attacker */

static struct link *link_of(unsigned number)
{
    return &instances[number].links[0];
}

static void client_goes(unsigned number)
{
    struct link *link = link_of(number);
    const struct component *component = instances[number].component;
    instances[NET].component->closed(&instances[NET], link->local_peer_link);
    if (component->closed)
        component->closed(&instances[number], 0);
    link_memory_remove(&instances[number], 0, 0);
    memset(link->area, 0, link->area_bytes);
}

static void client_comes(unsigned number)
{
    const struct component *component = instances[number].component;
    instances[NET].component->opened(&instances[NET], link_of(number)->local_peer_link);
    if (component->opened)
        component->opened(&instances[number], 0);
    run();
}

static void attacker_closes(unsigned number)
{
    client_goes(number);
    client_comes(number);
}

static void attacker_binds(void)
{
    struct link *link = link_of(ATTACKER_UDP);
    uint64_t words[CALL_WORDS] = {ATTACKER_PORT};
    attacker_closes(ATTACKER_UDP);
    udp_client_start(&udp, link->area);
    assert_true(
        link_memory_share(&instances[ATTACKER_UDP], 0, 0, &memory, LINK_ACCESS_WRITE, false));
    run();
    assert_int_equal(link_call(link, L4_TAG(UDP_BIND_LABEL, 1, 0), words), 0);
}

static void attacker_serves(unsigned number, uint16_t port)
{
    struct link *link = link_of(number);
    uint64_t words[CALL_WORDS] = {port};
    attacker_closes(number);
    tcp_client_start(&tcp[number - ATTACKER_TCP], link->area);
    assert_true(link_memory_share(&instances[number], 0, 0, &memory, LINK_ACCESS_WRITE, false));
    run();
    assert_int_equal(link_call(link, L4_TAG(TCP_SERVE_LABEL, 1, 0), words), 0);
}

static void attacker_sends(unsigned count)
{
    struct udp_datagram entry = {.length = 1000, .peer_port = 9, .peer_address = PEER_ADDRESS};
    while (count-- > 0 && udp_send_room(&udp, 1))
        udp_send_put(&udp, &entry);
    udp_send_publish(&udp);
    udp_send_notify(&udp, &link_of(ATTACKER_UDP)->wake);
    run();
}

static void attacker_takes_back(void)
{
    struct udp_datagram entry;
    while (udp_send_done_try_get(&udp, &entry)) {
    }
    udp_send_done_release(&udp);
}

static void attacker_gives(unsigned count)
{
    struct udp_datagram entry = {.length = 2048};
    while (count-- > 0)
        udp_receive_free_put(&udp, &entry);
    udp_receive_free_publish(&udp);
    udp_receive_free_notify(&udp, &link_of(ATTACKER_UDP)->wake);
    run();
}

static int set_up(void **state)
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

/* It has taken enough datagrams to be waited for, and always has something on the wire. */
static void a_client_that_sends_and_takes_nothing_in_makes_nobody_deaf(void **state)
{
    (void)state;
    attacker_binds();
    attacker_gives(64);
    for (unsigned i = 0; i < 64; i++)
        put(frame_udp(frame, 4000, ATTACKER_PORT, payload, 64), GOOD);
    wire_flush();
    run();
    the_wire->hold_done = true;
    attacker_sends(10);
    arrive(frame_udp(frame, 4000, ATTACKER_PORT, payload, 64), GOOD); /* no buffer: a pause */
    wire_forget();
    unsigned answered = 0;
    for (unsigned ms = 0; ms < 100; ms++) {
        host_clock_us += 1001;
        run();
        wire_release();
        attacker_takes_back();
        attacker_sends(10);
        wire_forget();
        answered += udp_echo_works();
    }
    the_wire->hold_done = false;
    wire_release();
    run();
    wire_forget();
    assert_in_range(answered, 90, 100);
    attacker_closes(ATTACKER_UDP);
    assert_nobody_is_disturbed();
}

/* It takes what is needed to be waited for once more, and lets itself be waited for in vain. Others
   wait meanwhile, but lose nothing. */
static void a_client_that_is_waited_for_in_vain_costs_others_no_datagram(void **state)
{
    (void)state;
    enum { ROUNDS = 100, STEPS = 5 };
    unsigned answered = 0, late = 0;
    attacker_binds();
    the_wire->hold_done = true;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct udp_datagram entry;
        while (udp_receive_try_get(&udp, &entry)) {
        }
        udp_receive_release(&udp);
        attacker_gives(32);
        for (unsigned i = 0; i < 33; i++)
            put(frame_udp(frame, 4000, ATTACKER_PORT, payload, 64), GOOD);
        for (unsigned step = 0; step < STEPS; step++) {
            put(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
            wire_flush();
            host_clock_us += 1001;
            run();
            wire_release();
            attacker_takes_back();
            attacker_sends(10);
            unsigned before = answered;
            for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
                answered += get16(sent->data + 34) == 1235;
            late += answered == before;
        }
    }
    the_wire->hold_done = false;
    wire_release();
    run();
    for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
        answered += get16(sent->data + 34) == 1235;
    assert_true(late > ROUNDS); /* or it was never waited for */
    assert_int_equal(answered, ROUNDS * STEPS);
    attacker_closes(ATTACKER_UDP);
    assert_nobody_is_disturbed();
}

static void a_client_that_floods_leaves_room_for_others(void **state)
{
    (void)state;
    attacker_binds();
    for (unsigned round = 0; round < 100; round++) {
        attacker_takes_back();
        the_wire->hold_done = true;
        attacker_sends(UDP_SEND_DEPTH);
        wire_forget();
        put(frame_ping(frame, 1, 56), NETDEV_IPV4_GOOD);
        assert_true(udp_echo_works());
        the_wire->hold_done = false;
        wire_release();
        run();
        assert_nobody_is_disturbed();
    }
    attacker_closes(ATTACKER_UDP);
}

static void attacker_sends_one(struct udp_datagram entry)
{
    udp_send_put(&udp, &entry);
    udp_send_publish(&udp);
    udp_send_notify(&udp, &link_of(ATTACKER_UDP)->wake);
    run();
    wire_forget();
}

/* Some of what it sends comes back at once, while there is just room for what comes back later. */
static void what_comes_back_at_once_takes_no_room_from_what_is_under_way(void **state)
{
    (void)state;
    struct udp_datagram wrong = {.length = 1000}, right = wrong;
    right.peer_port = 9;
    right.peer_address = PEER_ADDRESS;
    attacker_binds();
    const struct udp_session *session = &((const struct net *)instances[NET].state)->udp[1];
    for (unsigned i = 0; i < UDP_SEND_DONE_DEPTH - 6; i++)
        attacker_sends_one(wrong);
    the_wire->hold_done = true;
    for (unsigned i = 0; i < 12; i++)
        udp_send_put(&udp, i < 3 ? &wrong : &right);
    udp_send_publish(&udp);
    udp_send_notify(&udp, &link_of(ATTACKER_UDP)->wake);
    run();
    wire_forget();
    the_wire->hold_done = false;
    wire_release();
    for (unsigned i = 0; i < 8; i++)
        assert_true(udp_echo_works());
    assert_in_range(session->end.send_done.next, UDP_SEND_DONE_DEPTH - 6, UDP_SEND_DONE_DEPTH);
    attacker_closes(ATTACKER_UDP);
}

/* Each of its datagrams is 41 packets, and the card is slow. */
static void a_client_of_long_datagrams_leaves_room_for_others(void **state)
{
    (void)state;
    struct udp_datagram entry = {.length = 60000, .peer_port = 9, .peer_address = PEER_ADDRESS};
    attacker_binds();
    assert_true(udp_echo_works()); /* the peer is known */
    the_wire->hold_done = true;
    for (unsigned i = 0; i < 8; i++)
        attacker_sends_one(entry);
    assert_true(tcp_echo_works());
    assert_true(target_greets());
    the_wire->hold_done = false;
    wire_release();
    run();
    unsigned sent = 0;
    while (udp_send_done_try_get(&udp, &entry))
        sent += entry.length == 60000;
    assert_int_equal(sent, 1);
    attacker_closes(ATTACKER_UDP);
    assert_nobody_is_disturbed();
}

static void a_client_that_takes_nothing_back_stops_only_itself(void **state)
{
    (void)state;
    attacker_binds();
    attacker_gives(256);
    for (unsigned round = 0; round < 20; round++) {
        attacker_sends(UDP_SEND_DEPTH); /* never fetched */
        for (unsigned i = 0; i < 100; i++)
            put(frame_udp(frame, 4000, ATTACKER_PORT, payload, 64), GOOD);
        wire_flush();
        run();
        wire_forget();
        host_clock_us += 10000; /* longer than any pause */
        run();
        wire_forget();
        assert_nobody_is_disturbed();
    }
    attacker_closes(ATTACKER_UDP);
}

/* A peer and a client together: what it gives no buffers for stays with the network server. */
static void segments_in_fragments_that_nobody_takes_do_not_use_up_the_cards_buffers(void **state)
{
    (void)state;
    static uint8_t segment[20 + 400];
    enum { PIECE = 8 };
    const uint16_t ports[] = {ATTACKER_PORT, ATTACKER_SECOND_PORT};
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    attacker_serves(ATTACKER_SECOND_TCP, ATTACKER_SECOND_PORT);
    for (uint16_t i = 0; i < 2 * TCP_CONNECTIONS_MAX; i++) {
        uint16_t port = ports[i / TCP_CONNECTIONS_MAX], from = (uint16_t)(10000 + i);
        uint32_t expected = peer_connects(from, port);
        struct frame_tcp header = {.from_port = from,
                                   .to_port = port,
                                   .sequence = 1,
                                   .acknowledged = expected,
                                   .flags = TCP_ACK_FLAG | TCP_PSH_FLAG,
                                   .window = 60000};
        if (!expected)
            continue;
        frame_tcp(frame, &header, payload, sizeof(segment) - 20);
        memcpy(segment, frame + 34, sizeof(segment));
        for (uint16_t at = 0; at < sizeof(segment); at += PIECE) {
            uint16_t left = (uint16_t)(sizeof(segment) - at);
            bool more = left > PIECE;
            uint16_t length = frame_fragment(frame, i, at, more, segment + at, more ? PIECE : left);
            frame[23] = 6;
            put(length, GOOD);
        }
        wire_flush();
        run();
        wire_forget();
    }
    assert_nobody_is_disturbed();
    attacker_closes(ATTACKER_TCP);
    attacker_closes(ATTACKER_SECOND_TCP);
}

/* The same out of order: the first byte never comes. */
static void segments_out_of_order_do_not_use_up_the_cards_buffers(void **state)
{
    (void)state;
    const uint16_t ports[] = {ATTACKER_PORT, ATTACKER_SECOND_PORT, 1236};
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    attacker_serves(ATTACKER_SECOND_TCP, ATTACKER_SECOND_PORT);
    for (uint16_t i = 0; i < 3 * (TCP_CONNECTIONS_MAX - 1); i++) {
        uint16_t port = ports[i / (TCP_CONNECTIONS_MAX - 1)], from = (uint16_t)(11000 + i);
        uint32_t expected = peer_connects(from, port);
        if (!expected)
            continue;
        for (uint32_t j = 0; j < 40; j++)
            peer_says(from, port, 2 + j * 101, expected, TCP_ACK_FLAG, 100);
        wire_forget();
    }
    assert_nobody_is_disturbed();
    attacker_closes(ATTACKER_TCP);
    attacker_closes(ATTACKER_SECOND_TCP);
    for (uint16_t i = 0; i < 3 * (TCP_CONNECTIONS_MAX - 1); i++)
        peer_resets((uint16_t)(11000 + i), 1236, 1);
}

static void connections_that_are_never_completed_close_no_port_but_their_own(void **state)
{
    (void)state;
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    attacker_serves(ATTACKER_SECOND_TCP, ATTACKER_SECOND_PORT);
    for (uint16_t i = 0; i < 1000; i++) {
        peer_says((uint16_t)(12000 + i), ATTACKER_PORT, 0, 0, TCP_SYN_FLAG, 0);
        peer_says((uint16_t)(12000 + i), ATTACKER_SECOND_PORT, 0, 0, TCP_SYN_FLAG, 0);
        wire_forget();
    }
    assert_nobody_is_disturbed();
    /* Nor those of a server whose other connections are in use. */
    for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        peer_connects((uint16_t)(13000 + i), 1236);
        peer_says((uint16_t)(14000 + i), 1236, 0, 0, TCP_SYN_FLAG, 0);
    }
    assert_true(target_greets());
    for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        peer_resets((uint16_t)(13000 + i), 1236, 1);
        peer_resets((uint16_t)(14000 + i), 1236, 1);
    }
    time_passes(60000); /* half-open connections are given up */
    assert_nobody_is_disturbed();
    assert_int_not_equal(peer_connects(15000, ATTACKER_PORT), 0);
    attacker_closes(ATTACKER_TCP);
    attacker_closes(ATTACKER_SECOND_TCP);
}

static void requests_arrive(unsigned count)
{
    for (uint16_t i = 0; i < count; i++) {
        peer_says((uint16_t)(22000 + i), ATTACKER_PORT, i, 0, TCP_SYN_FLAG, 0);
        wire_forget();
    }
}

static uint32_t peer_asks(uint16_t from)
{
    struct frame_tcp answer;
    uint16_t length;
    wire_forget();
    peer_says(from, ATTACKER_PORT, 999, 0, TCP_SYN_FLAG, 0);
    assert_true(answer_of(from, &answer, &length));
    assert_int_equal(answer.flags, TCP_SYN_FLAG | TCP_ACK_FLAG);
    assert_int_equal(answer.acknowledged, 1000);
    return answer.sequence + 1;
}

/* What the attacker's program, which serves the port here, is told of a connection. */
static struct tcp_segment news(void)
{
    struct tcp_segment entry = {.what = UINT8_MAX};
    if (tcp_receive_available(&tcp[0], 1))
        assert_true(tcp_receive_get(&tcp[0], &entry));
    tcp_receive_release(&tcp[0]);
    return entry;
}

static void an_honest_peer_connects_while_requests_flood_its_port(void **state)
{
    (void)state;
    struct frame_tcp answer;
    uint16_t length;
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    requests_arrive(1000);
    uint32_t silent = peer_asks(19000), eager = peer_asks(19001);
    requests_arrive(1000);
    wire_forget();
    peer_says(19000, ATTACKER_PORT, 1000, silent, TCP_ACK_FLAG, 0);
    assert_int_equal(news().what, TCP_KIND_OPENED);
    requests_arrive(1000);
    /* Its first word comes with what others send alone. */
    struct tcp_segment buffer = {.length = TCP_SEGMENT_BYTES};
    tcp_receive_free_put(&tcp[0], &buffer);
    tcp_receive_free_publish(&tcp[0]);
    tcp_receive_free_notify(&tcp[0], &link_of(ATTACKER_TCP)->wake);
    wire_forget();
    peer_says(19001, ATTACKER_PORT, 1000, eager, TCP_ACK_FLAG | TCP_PSH_FLAG, 100);
    assert_int_equal(news().what, TCP_KIND_OPENED);
    struct tcp_segment word = news();
    if (word.what == UINT8_MAX) { /* or again, as after a loss */
        peer_says(19001, ATTACKER_PORT, 1000, eager, TCP_ACK_FLAG | TCP_PSH_FLAG, 100);
        word = news();
    }
    assert_int_equal(word.what, TCP_KIND_DATA);
    assert_int_equal(word.length, 100);
    assert_memory_equal((uint8_t *)memory.base + word.offset, payload, 100);
    peer_says(19001, ATTACKER_PORT, 1100, eager, TCP_ACK_FLAG, 0);
    assert_false(answer_of(19001, &answer, &length) && answer.flags & TCP_RST_FLAG);
    peer_resets(19000, ATTACKER_PORT, 1000);
    peer_resets(19001, ATTACKER_PORT, 1100);
    assert_int_equal(news().what, TCP_KIND_GONE);
    assert_int_equal(news().what, TCP_KIND_GONE);
    attacker_closes(ATTACKER_TCP);
    assert_nobody_is_disturbed();
}

static void attacker_says(struct tcp_segment connection, enum tcp_kind what)
{
    connection.what = (uint8_t)what;
    assert_true(tcp_send_try_put(&tcp[0], &connection));
    tcp_send_publish(&tcp[0]);
    tcp_send_notify(&tcp[0], &link_of(ATTACKER_TCP)->wake);
    run();
}

static void a_client_may_end_at_once_what_it_has_ended_already(void **state)
{
    (void)state;
    struct frame_tcp answer;
    uint16_t length;
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    uint32_t expected = peer_connects(19000, ATTACKER_PORT);
    struct tcp_segment connection = news();
    assert_int_equal(connection.what, TCP_KIND_OPENED);
    attacker_says(connection, TCP_KIND_ENDED);
    assert_true(answer_of(19000, &answer, &length));
    assert_int_equal(answer.flags, TCP_FIN_FLAG | TCP_ACK_FLAG);
    peer_says(19000, ATTACKER_PORT, 1, expected + 1, TCP_ACK_FLAG, 0);
    wire_forget();
    attacker_says(connection, TCP_KIND_ENDED); /* once is enough */
    assert_false(answer_of(19000, &answer, &length));
    attacker_says(connection, TCP_KIND_GONE);
    assert_true(answer_of(19000, &answer, &length));
    assert_true(answer.flags & TCP_RST_FLAG);
    assert_int_equal(news().what, TCP_KIND_GONE);
    attacker_closes(ATTACKER_TCP);
}

/* To a peer of segments of 536 bytes, the least that each takes: more segments than lwIP queues. */
static void a_client_may_send_as_much_at_once_as_an_entry_holds(void **state)
{
    (void)state;
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    uint32_t expected = peer_connects(19000, ATTACKER_PORT), begin = expected;
    struct tcp_segment connection = news();
    connection.length = UINT16_MAX;
    for (unsigned i = 0; i < MEMORY_BYTES; i++)
        ((uint8_t *)memory.base)[i] = (uint8_t)(i / 251);
    wire_forget();
    attacker_says(connection, TCP_KIND_DATA);
    for (unsigned round = 0; round < 1000 && expected - begin < UINT16_MAX; round++) {
        for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take()) {
            struct frame_tcp segment;
            uint16_t length;
            const uint8_t *data = frame_tcp_parse(sent->data, sent->length, &segment, &length);
            assert_non_null(data);
            assert_int_equal(segment.sequence, expected);
            assert_memory_equal(data, (uint8_t *)memory.base + (expected - begin), length);
            expected += length;
        }
        peer_says(19000, ATTACKER_PORT, 1, expected, TCP_ACK_FLAG, 0);
    }
    assert_int_equal(expected - begin, UINT16_MAX);
    assert_true(tcp_send_done_available(&tcp[0], 1) && tcp_send_done_get(&tcp[0], &connection));
    assert_int_equal(connection.length, UINT16_MAX);
    peer_resets(19000, ATTACKER_PORT, 1);
    attacker_closes(ATTACKER_TCP);
}

/* It says that it takes no more than a byte in a segment. */
static void a_peer_of_short_segments_makes_no_flood_of_answers(void **state)
{
    (void)state;
    struct frame_tcp answer,
        request = {.from_port = 19000, .to_port = 1236, .flags = TCP_SYN_FLAG, .window = 60000};
    static const uint8_t option[] = {2, 4, 0, 1}; /* the largest segment */
    uint16_t length, at = frame_tcp(frame, &request, option, sizeof(option));
    unsigned segments = 0;
    frame[46] = 6 << 4;
    arrive(at, GOOD);
    assert_true(answer_of(19000, &answer, &length));
    peer_says(19000, 1236, 1, answer.sequence + 1, TCP_ACK_FLAG | TCP_PSH_FLAG, 1000);
    for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
        segments += frame_tcp_parse(sent->data, sent->length, &answer, &length) && length;
    assert_in_range(segments, 1, 1000 / 200);
    peer_resets(19000, 1236, 1001);
}

static bool is_refused(uint16_t from, uint32_t sequence, uint32_t acknowledged)
{
    struct frame_tcp answer;
    uint16_t length;
    wire_forget();
    peer_says(from, ATTACKER_PORT, sequence, acknowledged, TCP_ACK_FLAG, 0);
    return answer_of(from, &answer, &length) && answer.flags & TCP_RST_FLAG &&
           news().what == UINT8_MAX;
}

static void what_no_handshake_has_said_opens_no_connection(void **state)
{
    (void)state;
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    uint32_t expected = peer_asks(19000);
    requests_arrive(100); /* it is forgotten */
    assert_true(is_refused(19000, 1000, expected + 1));
    assert_true(is_refused(19000, 1000, expected - 1));
    assert_true(is_refused(19000, 1001, expected));
    assert_true(is_refused(19002, 1000, expected));
    time_passes(130000); /* and is now too old */
    requests_arrive(100);
    assert_true(is_refused(19000, 1000, expected));
    expected = peer_asks(19000);
    peer_resets(19000, ATTACKER_PORT, 1000);
    time_passes(130000); /* without a flood nobody is believed */
    expected = peer_asks(19000);
    peer_resets(19000, ATTACKER_PORT, 1000);
    assert_true(is_refused(19000, 1000, expected));
    attacker_closes(ATTACKER_TCP);
}

/* Whoever knows his own connections' numbers knows nothing of those of others. */
static void sequence_numbers_begin_where_nobody_guesses(void **state)
{
    (void)state;
    uint32_t first = 0, near = 0;
    attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
    for (uint16_t i = 0; i < 1000; i++) {
        uint32_t expected = peer_asks((uint16_t)(22000 + i)), distance = expected - first;
        near += distance < 1u << 24 || -distance < 1u << 24;
        first = expected;
        peer_resets((uint16_t)(22000 + i), ATTACKER_PORT, 1000);
    }
    assert_in_range(near, 0, 40); /* of numbers at random one in 128 */
    attacker_closes(ATTACKER_TCP);
}

/* What OpenSSL's SIPHASH says of the bytes 0 to 23 under the key of bytes 0 to 15. */
static void the_hash_is_one_that_others_have_tried(void **state)
{
    (void)state;
    lwip_port_key_set(0x0706050403020100, 0x0f0e0d0c0b0a0908);
    assert_int_equal(lwip_port_hash(0x0706050403020100, 0x0f0e0d0c0b0a0908, 0x1716151413121110),
                     0xb8ad50c6f649af94);
}

static void thousands_of_connections_leave_no_trace(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 3000; i++) {
        uint16_t from = (uint16_t)(16000 + i);
        uint32_t expected = peer_connects(from, 1236);
        assert_int_not_equal(expected, 0);
        peer_says(from, 1236, 1, expected, TCP_ACK_FLAG | TCP_PSH_FLAG, 10);
        switch (i % 3) {
        case 0: /* ends as it should */
            peer_says(from, 1236, 11, expected + 10, TCP_ACK_FLAG | TCP_FIN_FLAG, 0);
            peer_says(from, 1236, 12, expected + 11, TCP_ACK_FLAG, 0);
            break;
        case 1: /* ends and vanishes */
            peer_says(from, 1236, 11, expected, TCP_ACK_FLAG | TCP_FIN_FLAG, 0);
            break;
        default:
            peer_resets(from, 1236, 11);
        }
        wire_forget();
    }
    assert_nobody_is_disturbed();
}

static void the_places_of_peers_that_have_vanished_are_free_again(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++)
        assert_int_not_equal(peer_connects((uint16_t)(20000 + i), 1236), 0);
    assert_false(tcp_echo_works());
    assert_true(target_greets());
    /* And of those that vanish when only their end is missing. */
    memcpy(payload, "ABORT\n", 6);
    for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        uint16_t from = (uint16_t)(20100 + i);
        uint32_t expected = peer_connects(from, 1237);
        assert_int_not_equal(expected, 0);
        peer_says(from, 1237, 1, expected + 17, TCP_ACK_FLAG | TCP_PSH_FLAG, 6);
        peer_says(from, 1237, 7, expected + 18, TCP_ACK_FLAG, 0);
    }
    assert_false(target_greets());
    time_passes(15 * 60 * 1000);
    assert_nobody_is_disturbed();
}

/* Each takes in the echo of a stream in small pieces and acknowledges nothing. */
static void peers_that_acknowledge_nothing_starve_no_other_client(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        uint16_t from = (uint16_t)(21000 + i);
        uint32_t expected = peer_connects(from, 1236);
        assert_int_not_equal(expected, 0);
        for (uint32_t j = 0; j < 300; j++) {
            peer_says(from, 1236, 1 + j, expected, TCP_ACK_FLAG | TCP_PSH_FLAG, 1);
            wire_forget();
        }
    }
    assert_true(target_greets());
    assert_true(udp_echo_works());
    for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++)
        peer_resets((uint16_t)(21000 + i), 1236, 301);
    time_passes(1000);
    assert_nobody_is_disturbed();
}

/* All that a client may have under way, on all connections that it may have, to peers that do not
   acknowledge. */
static void clients_that_send_to_the_deaf_starve_no_other_client(void **state)
{
    (void)state;
    const uint16_t ports[] = {ATTACKER_PORT, ATTACKER_SECOND_PORT};
    struct tcp_segment entry;
    for (unsigned number = 0; number < 2; number++) {
        struct link *link = link_of(ATTACKER_TCP + number);
        attacker_serves(ATTACKER_TCP + number, ports[number]);
        for (uint16_t i = 0; i < TCP_CONNECTIONS_MAX; i++)
            assert_int_not_equal(peer_connects((uint16_t)(22000 + i), ports[number]), 0);
        struct tcp_segment connections[TCP_CONNECTIONS_MAX];
        unsigned count = 0;
        while (count < TCP_CONNECTIONS_MAX && tcp_receive_available(&tcp[number], 1))
            if (tcp_receive_get(&tcp[number], &entry) && entry.what == TCP_KIND_OPENED)
                connections[count++] = entry;
        assert_int_equal(count, TCP_CONNECTIONS_MAX);
        for (unsigned round = 0; round < 400; round++) {
            for (unsigned i = 0; i < count; i++) {
                entry = connections[i];
                entry.what = TCP_KIND_DATA;
                entry.length = round % 2 ? 1460 : 1;
                tcp_send_try_put(&tcp[number], &entry);
            }
            tcp_send_publish(&tcp[number]);
            tcp_send_notify(&tcp[number], &link->wake);
            run();
            wire_forget();
            while (tcp_send_done_available(&tcp[number], 1))
                tcp_send_done_get(&tcp[number], &entry);
            tcp_send_done_release(&tcp[number]);
        }
    }
    assert_nobody_is_disturbed();
    attacker_closes(ATTACKER_TCP);
    attacker_closes(ATTACKER_SECOND_TCP);
    time_passes(1000);
}

/* The port's last connection is still in TIME_WAIT. */
static void a_port_is_free_when_its_client_has_gone(void **state)
{
    (void)state;
    struct frame_tcp answer;
    uint16_t length;
    for (uint16_t i = 0; i < 3; i++) {
        struct tcp_segment entry = {0};
        struct tcp_client *client = &tcp[0];
        uint16_t from = (uint16_t)(23000 + i);
        attacker_serves(ATTACKER_TCP, ATTACKER_PORT);
        uint32_t expected = peer_connects(from, ATTACKER_PORT);
        assert_true(tcp_receive_available(client, 1) && tcp_receive_get(client, &entry));
        assert_int_equal(entry.what, TCP_KIND_OPENED);
        entry.what = TCP_KIND_ENDED;
        tcp_send_try_put(client, &entry);
        tcp_send_publish(client);
        tcp_send_notify(client, &link_of(ATTACKER_TCP)->wake);
        run();
        assert_true(answer_of(from, &answer, &length) && answer.flags & TCP_FIN_FLAG);
        peer_says(from, ATTACKER_PORT, 1, expected + 1, TCP_ACK_FLAG | TCP_FIN_FLAG, 0);
        assert_true(answer_of(from, &answer, &length));
        assert_int_equal(answer.acknowledged, 2);
        attacker_closes(ATTACKER_TCP);
    }
}

static void the_ports_of_others_are_not_to_be_had_while_they_are_away(void **state)
{
    (void)state;
    uint64_t words[CALL_WORDS] = {1235};
    attacker_closes(ATTACKER_UDP);
    attacker_closes(ATTACKER_TCP);
    client_goes(UDP);
    client_goes(TCP);
    assert_int_equal(link_call(link_of(ATTACKER_UDP), L4_TAG(UDP_BIND_LABEL, 1, 0), words),
                     L4_TAG(UDP_ERROR_PORT_TAKEN, 0, 0));
    words[0] = 1236;
    assert_int_equal(link_call(link_of(ATTACKER_TCP), L4_TAG(TCP_SERVE_LABEL, 1, 0), words),
                     L4_TAG(TCP_ERROR_PORT_TAKEN, 0, 0));
    client_comes(UDP);
    client_comes(TCP);
    assert_nobody_is_disturbed();
    /* The same number of the other protocol is another port. */
    words[0] = 1236;
    assert_int_equal(link_call(link_of(ATTACKER_UDP), L4_TAG(UDP_BIND_LABEL, 1, 0), words), 0);
    attacker_closes(ATTACKER_UDP);
}

static void a_flood_of_incomplete_datagrams_hides_no_complete_one(void **state)
{
    (void)state;
    static uint8_t whole[1608];
    frame_udp(frame, 4000, 1235, payload, 8); /* for the header */
    memcpy(whole, frame + 34, 8);
    put16(whole + 4, sizeof(whole));
    put16(whole + 6, 0);
    for (uint16_t i = 0; i < 5000; i++) {
        put(frame_fragment(frame, i, (uint16_t)(i % 100 * 8), true, payload, 1400), GOOD);
        if (i % 500 != 0)
            continue;
        wire_flush();
        run();
        wire_forget();
        assert_nobody_is_disturbed();
        put(frame_fragment(frame, 60000, 1480, false, whole + 1480, 128), NETDEV_IPV4_GOOD);
        arrive(frame_fragment(frame, 60000, 0, true, whole, 1480), NETDEV_IPV4_GOOD);
        const struct wire_frame *first = wire_take(), *second = wire_take();
        assert_non_null(first);
        assert_non_null(second);
        assert_int_equal(first->length + second->length, 2 * 34 + sizeof(whole));
        wire_forget();
    }
    time_passes(10000);
}

static void fragments_that_overlap_come_to_nothing(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 200; i++) {
        put(frame_fragment(frame, i, 0, true, payload, 800), NETDEV_IPV4_GOOD);
        put(frame_fragment(frame, i, (uint16_t)(8 * (i % 100)), true, payload, 800),
            NETDEV_IPV4_GOOD);
        put(frame_fragment(frame, i, 800, false, payload, 100), NETDEV_IPV4_GOOD);
        put(frame_fragment(frame, i, 0xfff8, false, payload, 1400), NETDEV_IPV4_GOOD);
    }
    wire_flush();
    run();
    wire_forget();
    assert_nobody_is_disturbed();
    time_passes(10000);
}

/* Frames that come without any time between them are left where they are now and then, and the
   server sleeps: clients get to run. */
static void a_flood_for_no_client_leaves_time_to_clients(void **state)
{
    (void)state;
    const struct net *net = instances[NET].state;
    unsigned rounds = 0;
    time_passes(1000);
    uint32_t last = net->end.rx.next + 400;
    for (unsigned i = 0; i < 400; i++)
        put(frame_ping(frame, (uint16_t)i, 18), GOOD);
    wire_flush();
    for (; net->end.rx.next != last; rounds++) {
        uint32_t first = net->end.rx.next;
        program_dispatch(&program);
        assert_in_range(net->end.rx.next - first, 1, 2 * OTHERS_MOST);
        host_clock_us += OTHERS_PAUSE_US;
        wire_forget();
    }
    assert_in_range(rounds, 3, 4);
    run();
    assert_int_equal(net->paused, 0);
    assert_nobody_is_disturbed();
}

static void strangers_that_ask_for_our_address_push_out_nobody(void **state)
{
    (void)state;
    assert_true(udp_echo_works());
    for (unsigned i = 0; i < 1000; i++) {
        uint16_t length = frame_arp_request(frame);
        put16(frame + 28, 0x0a00);
        put16(frame + 30, (uint16_t)(0x0200 | (16 + i % 200)));
        put(length, 0);
    }
    wire_flush();
    run();
    wire_forget();
    assert_nobody_is_disturbed();
}

static void after_all_this_every_buffer_is_back(void **state)
{
    (void)state;
    const struct net *net = instances[NET].state;
    time_passes(15 * 60 * 1000);
    assert_nobody_is_disturbed();
    assert_int_equal(buffers_with_driver(), RX_BUFFERS);
    assert_int_equal(slots_at_rest(), TX_SLOTS);
    assert_int_equal(net->counts.rx_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_sends_and_takes_nothing_in_makes_nobody_deaf),
        cmocka_unit_test(a_client_that_is_waited_for_in_vain_costs_others_no_datagram),
        cmocka_unit_test(a_client_that_floods_leaves_room_for_others),
        cmocka_unit_test(what_comes_back_at_once_takes_no_room_from_what_is_under_way),
        cmocka_unit_test(a_client_of_long_datagrams_leaves_room_for_others),
        cmocka_unit_test(a_client_that_takes_nothing_back_stops_only_itself),
        cmocka_unit_test(segments_in_fragments_that_nobody_takes_do_not_use_up_the_cards_buffers),
        cmocka_unit_test(segments_out_of_order_do_not_use_up_the_cards_buffers),
        cmocka_unit_test(connections_that_are_never_completed_close_no_port_but_their_own),
        cmocka_unit_test(an_honest_peer_connects_while_requests_flood_its_port),
        cmocka_unit_test(a_client_may_end_at_once_what_it_has_ended_already),
        cmocka_unit_test(a_client_may_send_as_much_at_once_as_an_entry_holds),
        cmocka_unit_test(a_peer_of_short_segments_makes_no_flood_of_answers),
        cmocka_unit_test(what_no_handshake_has_said_opens_no_connection),
        cmocka_unit_test(sequence_numbers_begin_where_nobody_guesses),
        cmocka_unit_test(the_hash_is_one_that_others_have_tried),
        cmocka_unit_test(thousands_of_connections_leave_no_trace),
        cmocka_unit_test(the_places_of_peers_that_have_vanished_are_free_again),
        cmocka_unit_test(peers_that_acknowledge_nothing_starve_no_other_client),
        cmocka_unit_test(clients_that_send_to_the_deaf_starve_no_other_client),
        cmocka_unit_test(a_port_is_free_when_its_client_has_gone),
        cmocka_unit_test(the_ports_of_others_are_not_to_be_had_while_they_are_away),
        cmocka_unit_test(a_flood_of_incomplete_datagrams_hides_no_complete_one),
        cmocka_unit_test(fragments_that_overlap_come_to_nothing),
        cmocka_unit_test(a_flood_for_no_client_leaves_time_to_clients),
        cmocka_unit_test(strangers_that_ask_for_our_address_push_out_nobody),
        cmocka_unit_test(after_all_this_every_buffer_is_back),
    };
    return cmocka_run_group_tests_name("net-clients", tests, set_up, NULL);
}
