/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Peers of TCP that want to disturb others, alone or together with clients.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attack.h"
#include <idl/tcp_session.h>
#include <interface/message.h>
#include <lwip_port.h>
#include <rt/host.h>
#include <servers/net/net.h>
#include <string.h>

static struct tcp_client tcp[2];

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(after_all_this_every_buffer_is_back),
    };
    return cmocka_run_group_tests_name("net-peers", tests, attack_set_up, NULL);
}
