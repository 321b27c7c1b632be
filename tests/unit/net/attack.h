/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Attackers of the network server, on the wire and as its clients, beside echo servers that must
 * not notice. The attacker's program does nothing by itself: the tests are at its end of the rings.
 */
#ifndef TESTS_NET_ATTACK_H
#define TESTS_NET_ATTACK_H

#include "frames.h"
#include "program.h"
#include "wire.h"
#include <idl/netdev_session.h>
#include <rt/component.h>
#include <session/memory.h>

enum { WIRE, NET, UDP, TCP, TARGET, ATTACKER_UDP, ATTACKER_TCP, ATTACKER_SECOND_TCP };
enum { GOOD = NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD, MEMORY_BYTES = 1 << 20 };
enum { ATTACKER_PORT = 2000, ATTACKER_SECOND_PORT = 2001 };

extern uint8_t frame[WIRE_FRAME_BYTES], payload[1472];
extern struct memory memory; /* the attacker's */

int attack_set_up(void **state);

void run(void);
void time_passes(unsigned ms);
void put(uint16_t length, uint8_t flags);
void arrive(uint16_t length, uint8_t flags);
bool answer_of(uint16_t port, struct frame_tcp *answer, uint16_t *length);
void peer_says(uint16_t from, uint16_t to, uint32_t sequence, uint32_t acknowledged, uint8_t flags,
               uint16_t length);
/* Opens a connection; returns what the peer expects next, or 0 if the server does not answer. */
uint32_t peer_connects(uint16_t from, uint16_t to);
void peer_resets(uint16_t from, uint16_t to, uint32_t sequence);
bool udp_echo_works(void);
bool target_greets(void);
bool tcp_echo_works(void);
void assert_nobody_is_disturbed(void);
struct link *link_of(unsigned number);
void client_goes(unsigned number);
void client_comes(unsigned number);
void attacker_closes(unsigned number);

/* A test: the last one. */
void after_all_this_every_buffer_is_back(void **state);

#endif
