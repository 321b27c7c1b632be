/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Network server and echo server between rings. lwIP's state is global, so all tests use one
 * program, set up once; each leaves it at rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frames.h"
#include "program.h"
#include "wire.h"
#include <idl/udp_session.h>
#include <rt/host.h>
#include <servers/net/net.h>
#include <session/memory.h>
#include <string.h>
#include <sys/mman.h>

extern const struct component udp_echo_component;

enum { WIRE, NET, ECHO, OTHER };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD };

static const struct program_client clients[] = {{&udp_echo_component, "echo", "udp", NULL},
                                                {&udp_echo_component, "other", "udp", NULL}};

static uint8_t frame[WIRE_FRAME_BYTES];
static uint8_t payload[8192];

static void run(void)
{
    program_dispatch(&program);
}

static void arrive(uint16_t length, uint8_t flags)
{
    assert_true(wire_arrive(frame, length, flags));
    wire_flush();
    run();
}

static void introduce_peer(void)
{
    arrive(frame_arp_request(frame), 0);
    wire_forget();
}

static int set_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 7 + i / 256);
    if (!program_compose(&wire_component, "10.0.2.15/24", clients, 2))
        return 1;
    run();
    wire_forget();
    return 0;
}

static void an_arp_request_is_answered(void **state)
{
    (void)state;
    arrive(frame_arp_request(frame), 0);
    const struct wire_frame *answer = wire_take();
    assert_non_null(answer);
    assert_memory_equal(answer->data, peer_mac, 6);
    assert_int_equal(get16(answer->data + 12), 0x0806);
    assert_int_equal(get16(answer->data + 20), 2);
    assert_int_equal(get32(answer->data + 28), SERVER_ADDRESS);
    assert_null(wire_take());
}

static void a_ping_is_answered(void **state)
{
    (void)state;
    arrive(frame_ping(frame, 77, 56), NETDEV_IPV4_GOOD);
    const struct wire_frame *answer = wire_take();
    assert_non_null(answer);
    assert_int_equal(answer->data[34], 0);
    assert_int_equal(get16(answer->data + 40), 77);
    assert_int_equal(internet_checksum(answer->data + 34, 64, 0), 0);
    assert_null(wire_take());
}

static void assert_echo(const struct wire_frame *answer, uint16_t port, uint16_t length)
{
    assert_non_null(answer);
    assert_int_equal(answer->length, UDP_PAYLOAD_AT + length);
    assert_memory_equal(answer->data, peer_mac, 6);
    assert_memory_equal(answer->data + 6, wire_mac, 6);
    assert_int_equal(get32(answer->data + 26), SERVER_ADDRESS);
    assert_int_equal(get32(answer->data + 30), PEER_ADDRESS);
    assert_int_equal(get16(answer->data + 36), port);
    assert_int_equal(get16(answer->data + 38), 8 + length);
    assert_memory_equal(answer->data + UDP_PAYLOAD_AT, payload, length);
}

static void a_datagram_comes_back_from_the_clients_memory(void **state)
{
    (void)state;
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    const struct wire_frame *answer = wire_take();
    assert_echo(answer, 4000, 1024);
    assert_int_equal(answer->ranges, 2);
    assert_int_not_equal(answer->dataspace, 0);
    assert_int_equal(answer->flags, NETDEV_MORE | NETDEV_SUM_IPV4 | NETDEV_SUM_UDP);
    assert_null(wire_take());
}

static void every_length_comes_back_unchanged(void **state)
{
    (void)state;
    for (uint16_t length = 0; length <= 1472; length++) {
        arrive(frame_udp(frame, 4000, 1235, payload, length), GOOD);
        assert_echo(wire_take(), 4000, length);
        assert_null(wire_take());
    }
}

static void a_thousand_datagrams_come_back_in_order(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i += 50) {
        for (unsigned j = 0; j < 50; j++) {
            put16(payload, (uint16_t)(i + j));
            assert_true(wire_arrive(frame, frame_udp(frame, 4000, 1235, payload, 64), GOOD));
        }
        wire_flush();
        run();
        for (unsigned j = 0; j < 50; j++) {
            const struct wire_frame *answer = wire_take();
            assert_non_null(answer);
            assert_int_equal(get16(answer->data + UDP_PAYLOAD_AT), i + j);
        }
        assert_null(wire_take());
    }
}

/* Frames wait while the client has no buffers. The first that found none is lost. */
static void a_burst_longer_than_all_buffers_loses_datagrams_but_no_buffers(void **state)
{
    (void)state;
    the_wire->hold_done = true;
    for (unsigned i = 0; i < 400; i++)
        assert_true(wire_arrive(frame, frame_udp(frame, 4000, 1235, payload, 64), GOOD));
    wire_flush();
    run();
    unsigned answers = 0;
    while (wire_take())
        answers++;
    assert_in_range(answers, 100, 256);
    the_wire->hold_done = false;
    wire_release();
    run();
    while (wire_take())
        answers++;
    assert_in_range(answers, 390, 399);
    arrive(frame_udp(frame, 4000, 1235, payload, 64), GOOD);
    assert_non_null(wire_take());
    assert_null(wire_take());
    for (unsigned i = 0; i < 200; i++)
        assert_true(wire_arrive(frame, frame_udp(frame, 4000, 1235, payload, 64), GOOD));
    wire_flush();
    run();
    for (answers = 0; wire_take();)
        answers++;
    assert_int_equal(answers, 200);
}

static void a_wrong_checksum_that_the_card_did_not_look_at_is_found(void **state)
{
    (void)state;
    uint16_t length = frame_udp(frame, 4000, 1235, payload, 100);
    arrive(length, 0);
    assert_echo(wire_take(), 4000, 100);
    frame[UDP_PAYLOAD_AT + 50] ^= 1;
    arrive(length, NETDEV_IPV4_GOOD);
    assert_null(wire_take());
    arrive(frame_udp(frame, 4000, 1235, payload, 100), NETDEV_SUM_BAD);
    assert_null(wire_take());
}

static void fragments_are_put_together_and_the_answer_is_cut(void **state)
{
    (void)state;
    static uint8_t whole[4096], packet[4096 + 20];
    uint16_t length = 3008;
    frame_udp(frame, 4000, 1235, payload, 8); /* for the header */
    memcpy(whole, frame + 34, 8);
    memcpy(whole + 8, payload, length - 8);
    put16(whole + 4, length);
    put16(whole + 6, 0);
    arrive(frame_fragment(frame, 9, 0, true, whole, 1480), NETDEV_IPV4_GOOD);
    arrive(frame_fragment(frame, 9, 2960, false, whole + 2960, 48), NETDEV_IPV4_GOOD);
    assert_null(wire_take());
    arrive(frame_fragment(frame, 9, 1480, true, whole + 1480, 1480), NETDEV_IPV4_GOOD);
    /* The echo server's buffers hold 2048 bytes: too short for this one. */
    assert_null(wire_take());
    length = 1608;
    put16(whole + 4, length);
    put16(whole + 6, 0);
    arrive(frame_fragment(frame, 10, 1480, false, whole + 1480, 128), NETDEV_IPV4_GOOD);
    arrive(frame_fragment(frame, 10, 0, true, whole, 1480), NETDEV_IPV4_GOOD);
    const struct wire_frame *first = wire_take(), *second = wire_take();
    assert_non_null(first);
    assert_non_null(second);
    assert_null(wire_take());
    memcpy(packet, first->data + 14, 20);
    memcpy(packet + 20, first->data + 34, 1480);
    memcpy(packet + 20 + 1480, second->data + 34, 128);
    assert_int_equal(get16(packet + 24), length);
    assert_memory_equal(packet + 28, payload, length - 8);
    assert_int_not_equal(get16(packet + 26), 0);
    assert_int_equal(udp_checksum(packet), 0);
}

static void hostile_receive_entries_cost_nothing_but_themselves(void **state)
{
    (void)state;
    const struct net *net = instances[NET].state;
    uint64_t before = net->counts.rx_bad;
    uint32_t free_before = the_wire->end.rx_free.next;
    (void)free_before;
    const struct netdev_buffer forged[] = {
        {.length = 100, .cookie = RX_BUFFERS},
        {.length = 100, .cookie = UINT64_MAX},
        {.length = BUFFER_BYTES + 1, .cookie = 0},
    };
    for (unsigned i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
        wire_forge(&forged[i]);
        run();
    }
    assert_int_equal(net->counts.rx_bad, before + 3);
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    assert_echo(wire_take(), 4000, 1024);
}

static void short_and_senseless_frames_are_dropped(void **state)
{
    (void)state;
    for (uint16_t length = 0; length < 60; length++) {
        memset(frame, 0xff, sizeof(frame));
        arrive(length, 0);
    }
    for (uint16_t length = 0; length < UDP_PAYLOAD_AT; length++) {
        frame_udp(frame, 4000, 1235, payload, 100);
        arrive(length, GOOD);
    }
    wire_forget();
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    assert_echo(wire_take(), 4000, 1024);
}

static void a_taken_port_is_refused(void **state)
{
    (void)state;
    assert_non_null(strstr(host_log, "echo: UDP echo on port 1235\n"));
    assert_non_null(strstr(host_log, "other: port 1235 is taken\n"));
}

static void another_host_with_our_address_is_named_and_told(void **state)
{
    (void)state;
    static const char line[] = "net: address 10.0.2.15 is in use by 02:00:00:00:00:02\n";
    introduce_peer();
    arrive(frame_arp_announcement(frame, PEER_ADDRESS), 0);
    assert_null(strstr(host_log, "is in use by"));
    wire_forget();
    arrive(frame_arp_announcement(frame, SERVER_ADDRESS), 0);
    assert_non_null(strstr(host_log, line));
    const struct wire_frame *sent = wire_take();
    bool announced = false;
    for (; sent; sent = wire_take())
        announced = announced || (get16(sent->data + 12) == 0x0806 && sent->data[0] == 0xff &&
                                  get32(sent->data + 28) == SERVER_ADDRESS &&
                                  memcmp(sent->data + 22, wire_mac, 6) == 0);
    assert_true(announced);
    /* Not again for ten seconds, however often the other says so. */
    for (unsigned i = 0; i < 100; i++)
        arrive(frame_arp_announcement(frame, SERVER_ADDRESS), 0);
    assert_null(strstr(strstr(host_log, line) + 1, line));
    host_clock_us += 11000000;
    arrive(frame_arp_announcement(frame, SERVER_ADDRESS), 0);
    assert_non_null(strstr(strstr(host_log, line) + 1, line));
    wire_forget();
    introduce_peer();
}

static unsigned times_logged(const char *line)
{
    unsigned times = 0;
    for (const char *at = host_log; (at = strstr(at, line)); at++)
        times++;
    return times;
}

static void the_log_says_of_the_medium_what_is_new(void **state)
{
    (void)state;
    assert_int_equal(times_logged("net: link up, 1000 Mb/s\n"), 1);
    for (unsigned i = 0; i < 3; i++) {
        wire_medium(0);
        run();
    }
    assert_int_equal(times_logged("net: link down\n"), 1);
    wire_medium(100);
    run();
    assert_int_equal(times_logged("net: link up, 100 Mb/s\n"), 1);
    wire_medium(1000);
    run();
    assert_int_equal(times_logged("net: link up, 1000 Mb/s\n"), 2);
    introduce_peer();
}

static void the_log_says_what_came_up(void **state)
{
    (void)state;
    assert_non_null(strstr(host_log, "net: card 52:54:00:12:34:56, checksums by the card\n"));
    assert_non_null(strstr(host_log, "net: link up, 1000 Mb/s\n"));
    assert_non_null(strstr(host_log, "net: address 10.0.2.15, gateway 10.0.2.2\n"));
}

/* Wrong entries of a client, put into the ring of `other` in its place. */
static void hostile_sends_come_back_with_length_zero(void **state)
{
    (void)state;
    struct udp_client client;
    struct link *link = &instances[OTHER].links[0];
    memset(link->area, 0, link->area_bytes);
    instances[NET].component->closed(&instances[NET], 2);
    instances[NET].component->opened(&instances[NET], 2);
    udp_client_start(&client, link->area);
    uint64_t words[CALL_WORDS] = {2000};
    assert_int_equal(link_call(link, L4_TAG(UDP_BIND_LABEL, 1, 0), words), 0);
    size_t bytes = link->dataspaces[0].length_bytes;
    const struct udp_datagram forged[] = {
        {.offset = (uint32_t)bytes, .length = 1, .peer_port = 1, .peer_address = PEER_ADDRESS},
        {.offset = UINT32_MAX, .length = 100, .peer_port = 1, .peer_address = PEER_ADDRESS},
        {.offset = (uint32_t)bytes - 99,
         .length = 100,
         .peer_port = 1,
         .peer_address = PEER_ADDRESS},
        {.offset = 0, .length = 100, .peer_port = 0, .peer_address = PEER_ADDRESS},
        {.offset = 0, .length = UINT16_MAX, .peer_port = 1, .peer_address = PEER_ADDRESS},
        {.offset = 0, .length = 100, .peer_port = 1, .peer_address = 0xffffffff},
    };
    unsigned count = sizeof(forged) / sizeof(forged[0]);
    for (unsigned i = 0; i < count; i++)
        udp_send_put(&client, &forged[i]);
    udp_send_publish(&client);
    udp_send_notify(&client, &link->wake);
    run();
    struct udp_datagram entry;
    for (unsigned i = 0; i + 1 < count; i++) {
        assert_true(udp_send_done_try_get(&client, &entry));
        assert_int_equal(entry.length, 0);
    }
    wire_forget();
    struct udp_datagram good = {
        .offset = 2048, .length = 64, .peer_port = 9, .peer_address = PEER_ADDRESS, .cookie = 42};
    udp_send_put(&client, &good);
    udp_send_publish(&client);
    udp_send_notify(&client, &link->wake);
    run();
    const struct wire_frame *sent = wire_take();
    assert_non_null(sent);
    assert_int_equal(get16(sent->data + 34), 2000);
    assert_int_equal(get16(sent->data + 36), 9);
}

/* The other echo server takes its memory out of the session; whoever touches it then is killed. */
static void memory_that_a_client_takes_back_is_not_touched(void **state)
{
    (void)state;
    struct link_dataspace *own = &instances[OTHER].links[0].dataspaces[0];
    struct memory memory = {.base = own->base, .length_bytes = own->length_bytes};
    uint64_t words[CALL_WORDS] = {1240};
    uint64_t bound = link_call(&instances[OTHER].links[0], L4_TAG(UDP_BIND_LABEL, 1, 0), words);
    assert_int_equal(bound, L4_TAG(0, 0, 0));
    for (unsigned round = 0; round < 3; round++) {
        arrive(frame_udp(frame, 4000, 1240, payload, 64), GOOD);
        assert_echo(wire_take(), 4000, 64);
        the_wire->hold_done = round == 2; /* once with a datagram of its on the way */
        arrive(frame_udp(frame, 4000, 1240, payload, 64), GOOD);
        assert_non_null(wire_take());
        link_memory_remove(&instances[OTHER], 0, 0);
        run();
        assert_int_equal(mprotect(memory.base, memory.length_bytes, PROT_NONE), 0);
        arrive(frame_udp(frame, 4000, 1240, payload, 64), GOOD);
        assert_null(wire_take());
        arrive(frame_udp(frame, 4000, 1235, payload, 64), GOOD);
        assert_echo(wire_take(), 4000, 64);
        assert_int_equal(mprotect(memory.base, memory.length_bytes, PROT_READ | PROT_WRITE), 0);
        the_wire->hold_done = false;
        wire_release();
        run();
        assert_true(link_memory_share(&instances[OTHER], 0, 0, &memory, LINK_ACCESS_WRITE, false));
        run();
    }
    arrive(frame_udp(frame, 4000, 1240, payload, 64), GOOD);
    const struct wire_frame *answer = wire_take();
    assert_echo(answer, 4000, 64);
    assert_int_equal(answer->ranges, 2); /* by reference, as before */
}

static void a_client_that_breaks_its_ring_disturbs_nobody(void **state)
{
    (void)state;
    struct link *link = &instances[OTHER].links[0];
    memset(link->area, 0xff, link->area_bytes);
    program.pending |= UINT64_C(1) << (instances[NET].first_event + 2);
    run();
    wire_forget();
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    assert_echo(wire_take(), 4000, 1024);
}

static void driver_restarts(void)
{
    struct link *link = &instances[WIRE].links[0];
    instances[NET].component->closed(&instances[NET], 0);
    memset(link->area, 0, link->area_bytes);
    memset(link->dataspaces, 0, sizeof(link->dataspaces));
    memset(instances[NET].links[0].dataspaces, 0, sizeof(link->dataspaces));
    the_wire->held_count = 0;
    the_wire->hold_done = false;
    wire_forget();
    instances[WIRE].component->opened(&instances[WIRE], 0);
    instances[NET].component->opened(&instances[NET], 0);
    program.pending |= UINT64_C(1) << instances[NET].first_event;
    run();
}

static void a_restarted_driver_gets_all_buffers_again(void **state)
{
    (void)state;
    the_wire->hold_done = true;
    arrive(frame_udp(frame, 4000, 1235, payload, 100), GOOD);
    driver_restarts();
    assert_int_equal(netdev_rx_free_available(&the_wire->end, RX_BUFFERS), RX_BUFFERS);
    introduce_peer();
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    assert_echo(wire_take(), 4000, 1024);
}

/* What does not fit a frame is cut into pieces of what does: of nothing there would be no end. */
static void a_driver_of_frames_too_short_for_ipv4_is_not_used(void **state)
{
    (void)state;
    for (uint32_t mtu_bytes = 0; mtu_bytes < 576; mtu_bytes += 1 + mtu_bytes / 3) {
        wire_mtu_bytes = mtu_bytes;
        driver_restarts();
        assert_int_equal(netdev_rx_free_available(&the_wire->end, 1), 0);
    }
    assert_non_null(strstr(host_log, "net: the card carries packets of 19 bytes: too short\n"));
    wire_mtu_bytes = 576;
    driver_restarts();
    introduce_peer();
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    unsigned pieces = 0;
    for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
        pieces += sent->length <= 14 + 576;
    assert_int_equal(pieces, 2);
    wire_mtu_bytes = 1500;
    driver_restarts();
    introduce_peer();
    arrive(frame_udp(frame, 4000, 1235, payload, 1024), GOOD);
    assert_echo(wire_take(), 4000, 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_says_what_came_up),
        cmocka_unit_test(the_log_says_of_the_medium_what_is_new),
        cmocka_unit_test(a_taken_port_is_refused),
        cmocka_unit_test(an_arp_request_is_answered),
        cmocka_unit_test(a_ping_is_answered),
        cmocka_unit_test(another_host_with_our_address_is_named_and_told),
        cmocka_unit_test(a_datagram_comes_back_from_the_clients_memory),
        cmocka_unit_test(every_length_comes_back_unchanged),
        cmocka_unit_test(a_thousand_datagrams_come_back_in_order),
        cmocka_unit_test(a_burst_longer_than_all_buffers_loses_datagrams_but_no_buffers),
        cmocka_unit_test(a_wrong_checksum_that_the_card_did_not_look_at_is_found),
        cmocka_unit_test(fragments_are_put_together_and_the_answer_is_cut),
        cmocka_unit_test(hostile_receive_entries_cost_nothing_but_themselves),
        cmocka_unit_test(short_and_senseless_frames_are_dropped),
        cmocka_unit_test(memory_that_a_client_takes_back_is_not_touched),
        cmocka_unit_test(hostile_sends_come_back_with_length_zero),
        cmocka_unit_test(a_client_that_breaks_its_ring_disturbs_nobody),
        cmocka_unit_test(a_restarted_driver_gets_all_buffers_again),
        cmocka_unit_test(a_driver_of_frames_too_short_for_ipv4_is_not_used),
    };
    return cmocka_run_group_tests_name("net", tests, set_up, NULL);
}
