/* SPDX-License-Identifier: BSD-2-Clause
 *
 * TCP sessions: echo and ipbench target, against a peer that is just able to hold a connection: it
 * acknowledges all it gets and keeps what it got.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frames.h"
#include "program.h"
#include "wire.h"
#include <idl/netdev_session.h>
#include <idl/tcp_session.h>
#include <rt/host.h>
#include <session/memory.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern const struct component tcp_echo_component, cpu_target_component;

enum { WIRE, NET, ECHO, TARGET };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD, STREAM_BYTES = 1 << 20 };

static const struct program_client clients[] = {{&tcp_echo_component, "echo", "tcp", NULL},
                                                {&cpu_target_component, "target", "tcp", NULL}};

static uint8_t frame[WIRE_FRAME_BYTES];

/* The peer's end of a connection. */
static struct peer {
    uint16_t port, to_port;
    uint32_t sequence, expected; /* ours next, theirs next */
    uint32_t unacknowledged;     /* theirs of ours */
    uint16_t window;             /* theirs */
    bool opened, ended, reset;
    unsigned segments; /* with data */
    size_t length;
    uint8_t stream[STREAM_BYTES];
} peers[4];

static void run(void)
{
    program_settle();
}

static void peer_send(struct peer *peer, uint8_t flags, const void *data, uint16_t length)
{
    struct frame_tcp tcp = {.from_port = peer->port,
                            .to_port = peer->to_port,
                            .sequence = peer->sequence,
                            .acknowledged = flags & TCP_ACK_FLAG ? peer->expected : 0,
                            .flags = flags,
                            .window = 60000};
    assert_true(wire_arrive(frame, frame_tcp(frame, &tcp, data, length), GOOD));
    wire_flush();
    peer->sequence += length + !!(flags & (TCP_SYN_FLAG | TCP_FIN_FLAG));
    run();
}

static struct peer *peer_of(uint16_t port)
{
    for (unsigned i = 0; i < 4; i++)
        if (peers[i].port == port)
            return &peers[i];
    return NULL;
}

static bool peer_take(const struct wire_frame *sent)
{
    struct frame_tcp tcp;
    uint16_t length;
    const uint8_t *data = frame_tcp_parse(sent->data, sent->length, &tcp, &length);
    struct peer *peer = data ? peer_of(tcp.to_port) : NULL;
    if (!peer)
        return false;
    peer->window = tcp.window;
    if (tcp.flags & TCP_ACK_FLAG)
        peer->unacknowledged = tcp.acknowledged;
    if (tcp.flags & TCP_RST_FLAG) {
        peer->reset = true;
        return false;
    }
    if (tcp.flags & TCP_SYN_FLAG) {
        peer->expected = tcp.sequence + 1;
        peer->opened = true;
        return true;
    }
    if (tcp.sequence != peer->expected)
        return true; /* sent again, or a probe */
    assert_true(peer->length + length <= STREAM_BYTES);
    memcpy(peer->stream + peer->length, data, length);
    peer->length += length;
    peer->segments += length != 0;
    peer->expected += length;
    if (tcp.flags & TCP_FIN_FLAG) {
        peer->expected++;
        peer->ended = true;
    }
    return length || peer->ended;
}

/* Takes all that was sent and acknowledges it, until nothing more comes. */
static void exchange(void)
{
    bool again = true;
    while (again) {
        const struct wire_frame *sent;
        bool owes[4] = {false};
        again = false;
        while ((sent = wire_take())) {
            struct frame_tcp tcp;
            uint16_t length;
            bool acknowledge = peer_take(sent);
            if (frame_tcp_parse(sent->data, sent->length, &tcp, &length))
                for (unsigned i = 0; i < 4; i++)
                    owes[i] |= acknowledge && peers[i].port == tcp.to_port;
        }
        for (unsigned i = 0; i < 4; i++) {
            if (owes[i]) {
                peer_send(&peers[i], TCP_ACK_FLAG, NULL, 0);
                again = true;
            }
        }
    }
}

static void time_passes(unsigned ms)
{
    for (unsigned i = 0; i < ms; i += 50) {
        host_clock_us += 50000;
        run();
        exchange();
    }
}

static void introduce_peer(void)
{
    wire_forget();
    assert_true(wire_arrive(frame, frame_arp_request(frame), 0));
    wire_flush();
    run();
    wire_forget();
}

static struct peer *peer_connect(unsigned number, uint16_t to_port)
{
    static uint16_t next_port = 5000;
    struct peer *peer = &peers[number];
    memset(peer, 0, sizeof(*peer));
    peer->port = next_port++;
    peer->to_port = to_port;
    peer->sequence = 1000u * number;
    peer_send(peer, TCP_SYN_FLAG, NULL, 0);
    exchange();
    assert_true(peer->opened);
    return peer;
}

static void peer_write(struct peer *peer, const void *data, uint16_t length)
{
    peer_send(peer, TCP_ACK_FLAG | TCP_PSH_FLAG, data, length);
    exchange();
}

static void peer_close(struct peer *peer)
{
    peer_send(peer, TCP_ACK_FLAG | TCP_FIN_FLAG, NULL, 0);
    exchange();
    assert_true(peer->ended);
    assert_int_equal(peer->unacknowledged, peer->sequence);
}

static int set_up(void **state)
{
    (void)state;
    if (!program_compose(&wire_component, "10.0.2.15/24", clients, 2))
        return 1;
    run();
    introduce_peer();
    return 0;
}

static void a_stream_comes_back_and_ends_both_ways(void **state)
{
    (void)state;
    static uint8_t data[1460];
    struct peer *peer = peer_connect(0, 1236);
    for (unsigned i = 0; i < 300; i++) {
        memset(data, (int)i, sizeof(data));
        peer_write(peer, data, (uint16_t)(1 + i * 5 % 1460));
    }
    size_t at = 0;
    for (unsigned i = 0; i < 300; i++)
        for (unsigned j = 0; j < 1 + i * 5 % 1460; j++)
            assert_int_equal(peer->stream[at++], (uint8_t)i);
    assert_int_equal(peer->length, at);
    peer_close(peer);
}

static void connections_do_not_mix(void **state)
{
    (void)state;
    struct peer *first = peer_connect(0, 1236), *second = peer_connect(1, 1236);
    for (unsigned i = 0; i < 50; i++) {
        peer_write(first, "aaaa", 4);
        peer_write(second, "bbbbbb", 6);
    }
    assert_int_equal(first->length, 200);
    assert_int_equal(second->length, 300);
    for (unsigned i = 0; i < 200; i++)
        assert_int_equal(first->stream[i], 'a');
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(second->stream[i], 'b');
    peer_close(second);
    peer_write(first, "a", 1);
    assert_int_equal(first->length, 201);
    peer_close(first);
}

static void places_are_used_again_after_resets(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3 * TCP_CONNECTIONS_MAX; i++) {
        struct peer *peer = peer_connect(0, 1236);
        peer_write(peer, "x", 1);
        assert_int_equal(peer->length, 1);
        peer_send(peer, TCP_RST_FLAG | TCP_ACK_FLAG, NULL, 0);
        exchange();
    }
}

static void a_peer_that_does_not_read_holds_up_nobody_else(void **state)
{
    (void)state;
    static uint8_t data[1460];
    struct peer *deaf = &peers[2];
    memset(deaf, 0, sizeof(*deaf));
    peer_connect(2, 1236);
    uint32_t sent = 0, first = deaf->sequence;
    /* Its echo is never acknowledged: its frames are taken and thrown away. */
    for (unsigned i = 0; i < 500; i++) {
        peer_send(deaf, TCP_ACK_FLAG | TCP_PSH_FLAG, data, sizeof(data));
        sent += sizeof(data);
        const struct wire_frame *frame_sent;
        while ((frame_sent = wire_take())) {
            struct frame_tcp tcp;
            uint16_t length;
            if (frame_tcp_parse(frame_sent->data, frame_sent->length, &tcp, &length) &&
                tcp.to_port == deaf->port) {
                deaf->unacknowledged = tcp.acknowledged;
                deaf->window = tcp.window;
            }
        }
        if (deaf->sequence - deaf->unacknowledged + 1460 > deaf->window)
            break;
    }
    assert_in_range(sent, 40 * 1460, 499 * 1460);
    struct peer *peer = peer_connect(0, 1237);
    assert_memory_equal(peer->stream, "100 IPBENCH V1.0\n", 17);
    peer_close(peer);
    peer = peer_connect(0, 1236);
    peer_write(peer, "hello", 5);
    assert_int_equal(peer->length, 5);
    peer_close(peer);
    /* Now it listens. */
    time_passes(20000);
    deaf->sequence = deaf->unacknowledged;
    assert_in_range(deaf->length, 30 * 1460, 499 * 1460);
    assert_int_equal(deaf->length, deaf->unacknowledged - first); /* all that was taken in */
    peer_close(deaf);
}

/* The echo server takes its memory out of the session, with data waiting both ways; whoever touches
   it then is killed. What it has not taken before it gets afterwards. */
static void a_stream_survives_that_the_client_takes_its_memory_back(void **state)
{
    (void)state;
    static uint8_t data[1460];
    struct link_dataspace *own = &instances[ECHO].links[0].dataspaces[0];
    struct memory memory = {.base = own->base, .length_bytes = own->length_bytes};
    struct peer *peer = peer_connect(0, 1236);
    peer_write(peer, "before", 6);
    assert_int_equal(peer->length, 6);
    peer_send(peer, TCP_ACK_FLAG | TCP_PSH_FLAG, data, sizeof(data)); /* its echo stays unread */
    link_memory_remove(&instances[ECHO], 0, 0);
    run();
    assert_int_equal(mprotect(memory.base, memory.length_bytes, PROT_NONE), 0);
    uint32_t sequence = peer->sequence;
    peer_send(peer, TCP_ACK_FLAG | TCP_PSH_FLAG, "lost", 4);
    exchange();
    struct peer *bystander = peer_connect(1, 1237);
    assert_memory_equal(bystander->stream, "100 IPBENCH V1.0\n", 17);
    peer_close(bystander);
    assert_int_equal(mprotect(memory.base, memory.length_bytes, PROT_READ | PROT_WRITE), 0);
    assert_true(link_memory_share(&instances[ECHO], 0, 0, &memory, LINK_ACCESS_WRITE, false));
    for (uint32_t i = 0; i < TCP_RECEIVE_FREE_DEPTH; i++)
        run();
    if (peer->unacknowledged == sequence) {
        peer->sequence = sequence;
        peer_write(peer, "lost", 4);
    }
    time_passes(3000);
    peer_send(peer, TCP_RST_FLAG | TCP_ACK_FLAG, NULL, 0);
    exchange();
    peer = peer_connect(0, 1236);
    peer_write(peer, "after", 5);
    assert_int_equal(peer->length, 5);
    peer_close(peer);
}

static void say(struct peer *peer, const char *line, const char *reply)
{
    size_t before = peer->length;
    unsigned segments = peer->segments;
    peer_write(peer, line, (uint16_t)strlen(line));
    assert_int_equal(peer->length - before, strlen(reply));
    assert_memory_equal(peer->stream + before, reply, strlen(reply));
    assert_int_equal(peer->segments - segments, strlen(reply) != 0);
}

static void an_ipbench_dialogue_is_answered_byte_for_byte(void **state)
{
    (void)state;
    struct peer *peer = peer_connect(0, 1237);
    assert_int_equal(peer->length, 17);
    assert_memory_equal(peer->stream, "100 IPBENCH V1.0\n", 17);
    say(peer, "HELLO\n", "200 OK (Ready to go)\n");
    say(peer, "LOAD cpu_target_lukem\n", "200 OK\n");
    say(peer, "SETUP args::\"\"\n", "200 OK\n");
    host_clock_us = 5000000;
    host_idle_us = 3000000;
    say(peer, "START\n", "");
    assert_false(peer->ended);
    host_clock_us += 201;
    host_idle_us += 200;
    size_t before = peer->length;
    unsigned segments = peer->segments;
    peer_write(peer, "STOP\n", 5);
    static const char result[] =
        "220 VALID DATA (Data to follow)\nContent-length: 15\n,200000,201000";
    assert_int_equal(peer->length - before, sizeof(result));
    assert_memory_equal(peer->stream + before, result, sizeof(result));
    assert_int_equal(peer->segments, segments + 1);
    assert_true(peer->ended);
    peer_send(peer, TCP_ACK_FLAG | TCP_PSH_FLAG, "QUIT\n", 5);
    peer_send(peer, TCP_ACK_FLAG | TCP_FIN_FLAG, NULL, 0);
    exchange();
    assert_false(peer->reset);
    assert_int_equal(peer->unacknowledged, peer->sequence);
}

/* The commands that lead to the first `count` states. */
static void target_leads_to(struct peer *peer, unsigned count)
{
    static const char *const lines[][2] = {{"HELLO\n", "200 OK (Ready to go)\n"},
                                           {"LOAD cpu_target_lukem\n", "200 OK\n"},
                                           {"SETUP args::\"\"\n", "200 OK\n"},
                                           {"START\n", ""}};
    for (unsigned i = 0; i < count; i++)
        say(peer, lines[i][0], lines[i][1]);
}

/* Nothing comes, and no end. */
static void hour_passes(struct peer *peer)
{
    unsigned segments = peer->segments;
    for (unsigned s = 0; s < 3600; s++) {
        host_clock_us += 1000000;
        run();
        exchange();
        if (s % 60 == 0)
            introduce_peer(); /* before its address is forgotten */
    }
    assert_int_equal(peer->segments, segments);
    assert_false(peer->ended);
    assert_false(peer->reset);
}

/* A command in pieces of a byte each: no answer before its end. */
static void spell(struct peer *peer, const char *line, const char *reply)
{
    for (; line[1]; line++)
        say(peer, (const char[]){line[0], 0}, "");
    say(peer, line, reply);
}

/* What a controller reads: greeting and answers with one receive each, which may end with the
   first segment; after STOP a second one whatever the first held, which ends with the stream. */
static void controller_works(struct peer *peer, const char *end, void (*wait)(struct peer *peer))
{
    static const char *const lines[][2] = {{"HELLO", "200 OK (Ready to go)\n"},
                                           {"LOAD cpu_target_lukem", "200 OK\n"},
                                           {"SETUP args::\"\"", "200 OK\n"},
                                           {"START", ""}};
    char line[64];
    assert_int_equal(peer->segments, 1);
    assert_int_equal(peer->length, 17);
    assert_memory_equal(peer->stream, "100 IPBENCH V1.0\n", 17);
    for (unsigned i = 0; i < 4; i++) {
        strcpy(line, lines[i][0]);
        spell(peer, strcat(line, end), lines[i][1]);
        if (wait)
            wait(peer);
    }
    assert_false(peer->ended);
    unsigned segments = peer->segments;
    size_t before = peer->length;
    strcpy(line, "STOP");
    strcat(line, end);
    peer_write(peer, line, (uint16_t)strlen(line));
    assert_int_equal(peer->segments, segments + 1);
    assert_true(peer->ended);
    const char *first = (const char *)peer->stream + before;
    assert_memory_equal(first, "220 VALID DATA (Data to follow)\nContent-length: ", 48);
    const char *body = strchr(first + 48, '\n') + 1;
    assert_int_equal(atoi(first + 48), (const char *)peer->stream + peer->length - body);
    assert_int_equal(peer->stream[peer->length - 1], 0);
    uint64_t idle = 0, total = 0;
    assert_int_equal(sscanf(body, ",%lu,%lu", &idle, &total), 2);
    assert_int_equal(total, wait ? 3600000000000u : 0);
}

static void a_controller_may_take_its_time(void **state)
{
    (void)state;
    struct peer *peer = peer_connect(0, 1237);
    controller_works(peer, "\n", hour_passes);
    peer_write(peer, "QUIT\n", 5);
    peer_send(peer, TCP_ACK_FLAG | TCP_FIN_FLAG, NULL, 0);
    exchange();
    assert_false(peer->reset);
}

/* With option -r it aborts first, on a connection of its own. The next one may come before the last
   one has said QUIT, or although that never does. */
static void controllers_may_follow_each_other(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct peer *peer = peer_connect(i % 3, 1237);
        if (i % 2) {
            say(peer, "ABORT\n", "");
            peer_close(peer);
            peer = peer_connect(i % 3, 1237);
        }
        controller_works(peer, i % 3 ? "\r\n" : "\n", NULL);
    }
    for (unsigned i = 0; i < 3; i++) {
        peer_send(&peers[i], TCP_RST_FLAG | TCP_ACK_FLAG, NULL, 0);
        exchange();
    }
}

/* Whatever a second one asks for, in whichever state, the first one reads nothing of it. */
static void a_second_controller_does_not_show_to_the_first(void **state)
{
    (void)state;
    struct peer *first = peer_connect(0, 1237);
    target_leads_to(first, 4);
    for (unsigned i = 0; i < 3; i++) {
        struct peer *second = peer_connect(1, 1237);
        say(second, "HELLO\n", "421 SERVICE NOT AVAILABLE (Already Running)\n");
        say(second, i ? "STOP\n" : "START\n", "500 SYNTAX ERROR\n");
        if (i == 2)
            say(second, "ABORT\n", "");
        peer_close(second);
    }
    assert_int_equal(first->segments, 4);
    assert_false(first->ended);
    peer_write(first, "STOP\n", 5);
    assert_int_equal(first->segments, 5);
    assert_true(first->ended);
    struct peer *second = peer_connect(1, 1237);
    target_leads_to(second, 4);
    peer_close(second);
    peer_close(first);
}

static void the_target_is_held_by_one_connection_and_freed_by_its_end(void **state)
{
    (void)state;
    struct peer *first = peer_connect(0, 1237), *second = peer_connect(1, 1237);
    say(first, "HELLO\n", "200 OK (Ready to go)\n");
    say(second, "HELLO\n", "421 SERVICE NOT AVAILABLE (Already Running)\n");
    say(first, "START\n", "500 SYNTAX ERROR\n");
    peer_close(first);
    say(second, "  HELLO\r\n", "200 OK (Ready to go)\n");
    peer_write(second, "ABORT\n", 6);
    assert_true(second->ended);
    peer_send(second, TCP_ACK_FLAG | TCP_FIN_FLAG, NULL, 0);
    exchange();
    struct peer *third = peer_connect(0, 1237);
    say(third, "HELLO\n", "200 OK (Ready to go)\n");
    peer_close(third);
}

/* By an end, a reset, an abort, QUIT, or without a word: then it is found out. */
static void a_connection_that_ends_in_any_state_frees_the_target(void **state)
{
    (void)state;
    for (unsigned count = 0; count <= 4; count++)
        for (unsigned way = 0; way < 5; way++) {
            struct peer *peer = peer_connect(0, 1237);
            target_leads_to(peer, count);
            if (count)
                say(peer_connect(1, 1237), "HELLO\n",
                    "421 SERVICE NOT AVAILABLE (Already Running)\n");
            switch (way) {
            case 0:
                peer_close(peer);
                break;
            case 1:
                peer_send(peer, TCP_RST_FLAG | TCP_ACK_FLAG, NULL, 0);
                exchange();
                break;
            case 2:
                say(peer, "ABORT\n", "");
                peer_close(peer);
                break;
            case 3:
                say(peer, "QUIT\n", "222 CLOSING CONTROL CONNECTION (Come back soon!)\n");
                peer_close(peer);
                break;
            default:
                peer->port = 0; /* answers no more */
                time_passes(180000);
                introduce_peer();
            }
            peer = peer_connect(2, 1237);
            target_leads_to(peer, 4);
            peer_close(peer);
            if (count)
                peer_close(&peers[1]);
        }
}

static void what_the_target_does_not_know_is_refused(void **state)
{
    (void)state;
    struct peer *peer = peer_connect(0, 1237);
    say(peer, "\n", "500 SYNTAX ERROR\n");
    say(peer, "hello\n", "500 SYNTAX ERROR\n");
    say(peer, "STOP\n", "500 SYNTAX ERROR\n");
    target_leads_to(peer, 1);
    say(peer, "HELLO\n", "500 SYNTAX ERROR\n");
    say(peer, "LOAD latency\n", "451 LOCAL PROCESSING ERROR (no such test)\n");
    assert_true(peer->ended);
    peer_close(peer);
    peer = peer_connect(0, 1237);
    target_leads_to(peer, 4);
    say(peer, "START\n", "500 SYNTAX ERROR\n");
    peer_close(peer);
}

static void commands_may_arrive_in_pieces_or_together(void **state)
{
    (void)state;
    struct peer *peer = peer_connect(0, 1237);
    say(peer, "HEL", "");
    say(peer, "LO\n", "200 OK (Ready to go)\n");
    size_t before = peer->length;
    peer_write(peer, "LOAD cpu_target_lukem\nSETUP args::\"x\"\n", 39);
    assert_int_equal(peer->length - before, 14);
    static char line[1400];
    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    before = peer->length;
    peer_write(peer, line, sizeof(line));
    assert_memory_equal(peer->stream + before, "500 SYNTAX ERROR\n", 17);
    peer_close(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_comes_back_and_ends_both_ways),
        cmocka_unit_test(connections_do_not_mix),
        cmocka_unit_test(places_are_used_again_after_resets),
        cmocka_unit_test(an_ipbench_dialogue_is_answered_byte_for_byte),
        cmocka_unit_test(a_controller_may_take_its_time),
        cmocka_unit_test(controllers_may_follow_each_other),
        cmocka_unit_test(a_second_controller_does_not_show_to_the_first),
        cmocka_unit_test(the_target_is_held_by_one_connection_and_freed_by_its_end),
        cmocka_unit_test(a_connection_that_ends_in_any_state_frees_the_target),
        cmocka_unit_test(what_the_target_does_not_know_is_refused),
        cmocka_unit_test(commands_may_arrive_in_pieces_or_together),
        cmocka_unit_test(a_stream_survives_that_the_client_takes_its_memory_back),
        cmocka_unit_test(a_peer_that_does_not_read_holds_up_nobody_else),
    };
    return cmocka_run_group_tests_name("net-tcp", tests, set_up, NULL);
}
