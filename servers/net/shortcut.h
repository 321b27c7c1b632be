/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The usual datagram, without lwIP.
 */
#ifndef NET_SHORTCUT_H
#define NET_SHORTCUT_H

#include <idl/udp_session.h>
#include <stdbool.h>
#include <stdint.h>

struct net;
struct tx_slot;
struct udp_session;

enum { SHORTCUT_HEADER_BYTES = 14 + 20 + 8 };

/* The headers of a session's last datagram that lwIP sent. */
struct shortcut {
    uint32_t turns; /* of lwIP, when it was sent */
    uint32_t peer_address;
    uint16_t peer_port;
    uint8_t header[SHORTCUT_HEADER_BYTES];
};

/* A frame that the card has found good. True: it was a usual datagram and is dealt with, its buffer
   is free. */
bool shortcut_receive(struct net *net, const uint8_t *frame, uint32_t length_bytes);

/* A datagram that fits a frame, checked by the caller, who also knows that there is room. True: it
   is on its way. */
bool shortcut_send(struct udp_session *session, const struct udp_datagram *entry);

/* lwIP sends the datagram in the slot; its headers stand in one piece at `header`. */
void shortcut_learn(struct net *net, const struct tx_slot *slot, const uint8_t *header,
                    uint32_t header_bytes);

#endif
