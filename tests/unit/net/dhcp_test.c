/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The network server asks a DHCP server that the tests play: silence, a refusal, an address that
 * somebody has, a lease, and its end. One after the other, for lwIP's state is global.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frames.h"
#include "program.h"
#include "wire.h"
#include <rt/host.h>
#include <servers/net/net.h>
#include <string.h>

enum { WIRE, NET };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD, STEP_US = 100000, SECOND = 10 };
enum { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK };
enum { OPTIONS_AT = 240, LEASE_S = 120 };

static uint8_t frame[WIRE_FRAME_BYTES];
static uint8_t asked[WIRE_FRAME_BYTES]; /* the last message of the client: its payload */

static void arrive(uint16_t length, uint8_t flags)
{
    assert_true(wire_arrive(frame, length, flags));
    wire_flush();
    program_dispatch(&program);
}

/* The kind of a message of DHCP; 0 if the frame is none. */
static unsigned kind_of(const struct wire_frame *sent)
{
    if (get16(sent->data + 12) != 0x0800 || sent->data[23] != 17 || get16(sent->data + 36) != 67)
        return 0;
    memcpy(asked, sent->data + UDP_PAYLOAD_AT, sent->length - UDP_PAYLOAD_AT);
    assert_int_equal(asked[OPTIONS_AT], 53);
    return asked[OPTIONS_AT + 2];
}

/* Lets time pass until a message of that kind is sent. False if none is within so many steps. */
static bool sends(unsigned kind, unsigned steps)
{
    for (unsigned step = 0; step < steps; step++) {
        bool found = false;
        for (const struct wire_frame *sent = wire_take(); sent; sent = wire_take())
            found = found || kind_of(sent) == kind;
        if (found)
            return true;
        host_clock_us += STEP_US;
        program_dispatch(&program);
    }
    return false;
}

static void time_passes(unsigned steps)
{
    assert_false(sends(0xff, steps));
}

static uint32_t random_below(uint32_t limit)
{
    static uint64_t state = 0x5eed;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 16) % limit);
}

/* Spoils up to `damages` bytes behind the transaction's number, and perhaps the length. */
static void server_babbles(uint8_t kind, unsigned damages)
{
    uint8_t message[300] = {2, 1, 6, 0};
    const uint8_t options[] = {0x63, 0x82, 0x53, 0x63, 53, 1,  kind, 54,      4, 10, 0,
                               2,    2,    51,   4,    0,  0,  0,    LEASE_S, 1, 4,  255,
                               255,  255,  0,    3,    4,  10, 0,    2,       2, 255};
    memcpy(message + 4, asked + 4, 4); /* transaction */
    if (kind != NAK)
        memcpy(message + 16, (const uint8_t[]){10, 0, 2, 15}, 4);
    memcpy(message + 28, wire_mac, 6);
    memcpy(message + 236, options, sizeof(options));
    uint16_t length = sizeof(message);
    for (unsigned i = 0; i < damages; i++) {
        unsigned at = random_below(4) ? 236 + random_below(sizeof(options)) : 8 + random_below(290);
        message[at] = (uint8_t)(random_below(2) ? random_below(8) : random_below(256));
        if (random_below(16) == 0)
            length = (uint16_t)random_below(sizeof(message) + 1);
    }
    arrive(frame_udp(frame, 67, 68, message, length), GOOD);
}

static void server_says(uint8_t kind)
{
    server_babbles(kind, 0);
}

static void silence_is_told_of(void **state)
{
    (void)state;
    assert_true(sends(DISCOVER, 2 * SECOND));
    assert_true(sends(DISCOVER, 10 * SECOND));
    assert_non_null(strstr(host_log, "net: no DHCP server answers, asked 2 times; no address yet"));
    assert_true(sends(DISCOVER, 20 * SECOND));
}

static void a_refused_lease_is_asked_for_again(void **state)
{
    (void)state;
    server_says(OFFER);
    assert_true(sends(REQUEST, SECOND));
    server_says(NAK);
    assert_true(sends(DISCOVER, 20 * SECOND));
    assert_non_null(strstr(host_log, "net: DHCP gives no lease on the address it offered"));
    assert_null(strstr(host_log, "net: address "));
}

static void an_address_that_somebody_has_is_declined(void **state)
{
    (void)state;
    server_says(OFFER);
    assert_true(sends(REQUEST, SECOND));
    server_says(ACK);
    uint16_t length = frame_arp_reply(frame);
    memcpy(frame + 28, (const uint8_t[]){10, 0, 2, 15}, 4);
    arrive(length, 0);
    assert_true(sends(DECLINE, SECOND));
    assert_non_null(strstr(host_log, "net: address 10.0.2.15 is in use by 02:00:00:00:00:02\n"));
    assert_null(strstr(host_log, "net: address 10.0.2.15, gateway"));
    assert_true(sends(DISCOVER, 15 * SECOND));
}

static void an_address_that_nobody_has_is_taken(void **state)
{
    (void)state;
    server_says(OFFER);
    assert_true(sends(REQUEST, SECOND));
    server_says(ACK);
    assert_null(strstr(host_log, "net: address 10.0.2.15, gateway"));
    time_passes(2 * SECOND);
    assert_non_null(strstr(host_log, "net: address 10.0.2.15, gateway 10.0.2.2\n"));
}

static void a_lease_is_renewed_and_its_end_is_told(void **state)
{
    (void)state;
    arrive(frame_arp_request(frame), 0); /* the server shows where it is */
    assert_true(sends(REQUEST, (LEASE_S / 2 + 60) * SECOND));
    server_says(ACK);
    time_passes((LEASE_S / 2 - 5) * SECOND);
    assert_null(strstr(host_log, "no address any more"));
    time_passes(4 * LEASE_S * SECOND);
    assert_non_null(strstr(host_log, "net: no address any more\n"));
}

/* In every state: what it asks for is answered by those who spoil the answer. */
static void servers_that_babble_do_no_harm(void **state)
{
    (void)state;
    host_log[0] = 0;
    for (unsigned i = 0; i < 100000; i++) {
        server_babbles((uint8_t)(1 + random_below(8)), 1 + random_below(6));
        if (i % 8 == 0)
            time_passes(random_below(50));
        wire_forget();
    }
    assert_non_null(strstr(host_log, "net: address ")); /* some of it was believed */
    assert_int_equal(buffers_with_driver(), RX_BUFFERS);
}

static int set_up(void **state)
{
    (void)state;
    if (!program_compose(&wire_component, "dhcp", NULL, 0))
        return 1;
    program_dispatch(&program);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_told_of),
        cmocka_unit_test(a_refused_lease_is_asked_for_again),
        cmocka_unit_test(an_address_that_somebody_has_is_declined),
        cmocka_unit_test(an_address_that_nobody_has_is_taken),
        cmocka_unit_test(a_lease_is_renewed_and_its_end_is_told),
        cmocka_unit_test(servers_that_babble_do_no_harm),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
