/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Connections of a session with a client that uses TCP.
 */
#ifndef NET_TCP_CONNECTION_H
#define NET_TCP_CONNECTION_H

#include <idl/tcp_session.h>
#include <stdbool.h>
#include <stdint.h>

#define NO_ENTRY UINT16_MAX

struct tcp_pcb;
struct tcp_session;

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

/* lwIP has a new pcb; `connection` is free. */
void tcp_connection_open(struct tcp_connection *connection, struct tcp_pcb *pcb, uint32_t serial);
/* The news of a connection, in their order, as far as there is room. Frees it after the last. */
void tcp_connection_tell(struct tcp_connection *connection);
/* What the client wants to send, or its end. The list has room for all that may be in its ring. */
void tcp_connection_send(struct tcp_connection *connection, const struct tcp_segment *entry);
/* The client has brought buffers: what was refused is offered again. */
void tcp_connection_resume(struct tcp_connection *connection);
/* The client gives it up. */
void tcp_connection_abort(struct tcp_connection *connection);
/* lwIP's pcb, if there is one, no longer leads here. Returns it. */
struct tcp_pcb *tcp_connection_detach(struct tcp_connection *connection);

#endif
