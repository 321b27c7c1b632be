/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sessions with clients that use TCP.
 */
#ifndef NET_TCP_SESSION_H
#define NET_TCP_SESSION_H

#include "tcp_connection.h"
#include <rt/component.h>

enum { TCP_SESSIONS = 4 };

struct net;

/* Entries of `send` that wait for room in lwIP, in order. */
struct tcp_waiting {
    struct tcp_segment entry;
    uint16_t next; /* NO_ENTRY: the last */
    uint16_t sent; /* bytes that lwIP has already */
};

struct tcp_session {
    struct net *net;
    struct link *link; /* null: no session */
    uint64_t bit;      /* of the link, in masks */
    struct tcp_server end;
    struct tcp_pcb *listener;
    const uint8_t *base; /* the client's dataspace, null: not there yet */
    size_t length_bytes;
    uint32_t next_serial;
    struct tcp_segment free[TCP_RECEIVE_FREE_DEPTH]; /* good buffers to receive with */
    unsigned free_count;
    struct tcp_waiting waiting[TCP_SEND_DEPTH];
    uint16_t first_unused; /* of `waiting` */
    uint16_t waiting_count;
    struct tcp_connection connections[TCP_CONNECTIONS_MAX];
};

void tcp_session_opened(struct net *net, unsigned link);
void tcp_session_closed(struct tcp_session *session);
/* The client may have brought its dataspace, taken it back, or both. Called before anything else
   when the link was woken. */
void tcp_session_update(struct tcp_session *session);
/* Takes buffers and what is to be sent, as far as there is room, and asks for wake-ups. */
void tcp_session_serve(struct tcp_session *session);
/* Shows the client what was put into its rings. */
void tcp_session_flush(struct tcp_session *session);
uint64_t tcp_session_call(struct tcp_session *session, uint64_t tag, uint64_t words[CALL_WORDS]);

/* For connections. */

static inline bool tcp_session_holds(const struct tcp_session *session,
                                     const struct tcp_segment *entry)
{
    return session->length_bytes >= (size_t)entry->offset + entry->length;
}

/* Something was put for the client, or there is news to be told. */
void tcp_session_touch(struct tcp_session *session);
/* The client gets an entry of `send` back. */
void tcp_session_give_back(struct tcp_session *session, struct tcp_segment entry, bool sent);

#endif
