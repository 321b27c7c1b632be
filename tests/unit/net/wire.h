/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A driver without a card: the server's end of netdev.idl, and frames that a test puts in and
 * takes out.
 */
#ifndef TESTS_NET_WIRE_H
#define TESTS_NET_WIRE_H

#include <idl/netdev_session.h>
#include <rt/component.h>

enum { WIRE_FRAMES = 1024, WIRE_FRAME_BYTES = 2048, WIRE_SPEED_MBPS = 1000 };

struct wire_frame {
    uint16_t length;
    uint8_t flags;     /* of the first range */
    uint8_t ranges;    /* how many pieces it had */
    uint8_t dataspace; /* of the last piece */
    uint8_t data[WIRE_FRAME_BYTES];
};

struct wire {
    struct instance *self;
    struct netdev_server end;
    uint32_t offloads;
    bool hold_done; /* sent packets are not returned */
    struct wire_frame sent[WIRE_FRAMES];
    unsigned sent_count;
    struct netdev_buffer held[WIRE_FRAMES];
    unsigned held_count;
    uint32_t taken; /* receive buffers got from the client */
    uint32_t given; /* and returned to it */
};

extern const struct component wire_component;

/* The one instance, once started. */
extern struct wire *the_wire;

/* What the next started wire offers. */
extern uint32_t wire_offloads, wire_mtu_bytes;

extern const uint8_t wire_mac[6];

/* A frame arrives. False if the client has left no buffer. */
bool wire_arrive(const uint8_t *frame, uint16_t length, uint8_t flags);

/* The driver says how fast the medium is, which it may have said before. */
void wire_medium(uint32_t speed_mbps);

/* Makes what arrived visible, and wakes the client. */
void wire_flush(void);

/* Takes the next frame that was sent, oldest first; null if there is none. */
const struct wire_frame *wire_take(void);

/* Takes all of them and looks at none. */
void wire_forget(void);

/* Returns all packets that were held. */
void wire_release(void);

/* Puts any entry into the receive queue, as a faulty driver would. */
void wire_forge(const struct netdev_buffer *entry);

#endif
