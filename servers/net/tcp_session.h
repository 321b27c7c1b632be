/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sessions with clients that use TCP.
 */
#ifndef NET_TCP_SESSION_H
#define NET_TCP_SESSION_H

#include <idl/tcp_session.h>
#include <rt/component.h>

enum { TCP_SESSIONS = 4 };

struct net;
struct tcp_pcb;

/* Entries of `send` that wait for room in lwIP, in order. */
struct tcp_waiting {
    struct tcp_segment entry;
    uint16_t next; /* NO_ENTRY: the last */
};

struct tcp_connection {
    struct tcp_session *session;
    struct tcp_pcb *pcb;  /* null: lwIP is done with it */
    uint32_t serial;      /* 0: free */
    uint16_t first, last; /* of its waiting entries */
    uint16_t waiting_count;
    bool finishing;                          /* the client has said that it sends no more */
    bool peer_ended;                         /* the peer has */
    bool lingers;                            /* only the peer's end is missing, for long already */
    bool tell_opened, tell_ended, tell_gone; /* entries for which there was no room yet */
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

#endif
