/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Clients of UDP that want to disturb others, and what strangers send to nobody or in pieces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "attack.h"
#include <idl/udp_session.h>
#include <interface/message.h>
#include <rt/host.h>
#include <servers/net/net.h>
#include <string.h>

static struct udp_client udp;

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

/* More than its share, and nothing of it under way that would wake the server later. */
static void all_that_comes_back_at_once_does(void **state)
{
    (void)state;
    struct udp_datagram wrong = {.length = 1000};
    attacker_binds();
    for (unsigned i = 0; i < UDP_SEND_DEPTH; i++)
        udp_send_put(&udp, &wrong);
    udp_send_publish(&udp);
    udp_send_notify(&udp, &link_of(ATTACKER_UDP)->wake);
    run();
    assert_int_equal(udp_send_done_available(&udp, UDP_SEND_DONE_DEPTH), UDP_SEND_DEPTH);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_sends_and_takes_nothing_in_makes_nobody_deaf),
        cmocka_unit_test(a_client_that_is_waited_for_in_vain_costs_others_no_datagram),
        cmocka_unit_test(a_client_that_floods_leaves_room_for_others),
        cmocka_unit_test(what_comes_back_at_once_takes_no_room_from_what_is_under_way),
        cmocka_unit_test(all_that_comes_back_at_once_does),
        cmocka_unit_test(a_client_of_long_datagrams_leaves_room_for_others),
        cmocka_unit_test(a_client_that_takes_nothing_back_stops_only_itself),
        cmocka_unit_test(the_ports_of_others_are_not_to_be_had_while_they_are_away),
        cmocka_unit_test(a_flood_of_incomplete_datagrams_hides_no_complete_one),
        cmocka_unit_test(fragments_that_overlap_come_to_nothing),
        cmocka_unit_test(a_flood_for_no_client_leaves_time_to_clients),
        cmocka_unit_test(strangers_that_ask_for_our_address_push_out_nobody),
        cmocka_unit_test(after_all_this_every_buffer_is_back),
    };
    return cmocka_run_group_tests_name("net-clients", tests, attack_set_up, NULL);
}
