/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sessions with clients that use TCP: one listening port each, and the rings.
 */
#include "net.h"
#include <idl/tcp_server.h>
#include <lwip/tcp.h>
#include <rt/log.h>
#include <string.h>

static_assert(TCP_SESSIONS == PORT_CLIENTS && TCP_CONNECTIONS_MAX == PORT_CONNECTIONS,
              "lwIP's pools have room for them");

void tcp_session_touch(struct tcp_session *session)
{
    session->net->touched |= session->bit;
}

void tcp_session_give_back(struct tcp_session *session, struct tcp_segment entry, bool sent)
{
    if (!sent)
        entry.length = 0;
    tcp_send_done_put(&session->end, &entry);
    tcp_session_touch(session);
}

static void take_send(struct tcp_session *session, const struct tcp_segment *entry)
{
    struct tcp_connection *connection =
        &session->connections[entry->connection % TCP_CONNECTIONS_MAX];
    bool known = entry->connection < TCP_CONNECTIONS_MAX && connection->pcb &&
                 connection->serial == entry->serial;
    if (entry->what == TCP_KIND_GONE) {
        if (known)
            tcp_connection_abort(connection);
        return;
    }
    known = known && !connection->finishing;
    if (entry->what == TCP_KIND_DATA &&
        (!known || !tcp_session_holds(session, entry) || entry->length == 0)) {
        tcp_session_give_back(session, *entry, false);
        return;
    }
    if (!known || entry->what == TCP_KIND_OPENED)
        return;
    tcp_connection_send(connection, entry);
}

static void take_buffers(struct tcp_session *session)
{
    struct tcp_segment entry;
    bool more = false;
    while (session->free_count < TCP_RECEIVE_FREE_DEPTH &&
           tcp_receive_free_available(&session->end, 1)) {
        if (tcp_receive_free_get(&session->end, &entry) && entry.length >= TCP_SEGMENT_BYTES &&
            tcp_session_holds(session, &entry)) {
            session->free[session->free_count++] = entry;
            more = true;
        }
    }
    for (unsigned i = 0; more && i < TCP_CONNECTIONS_MAX; i++)
        tcp_connection_resume(&session->connections[i]);
}

/* Buffers that are not in the client's new memory are forgotten: it has lent them in vain. */
static void drop_buffers(struct tcp_session *session)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < session->free_count; i++)
        if (tcp_session_holds(session, &session->free[i]))
            session->free[kept++] = session->free[i];
    session->free_count = kept;
}

void tcp_session_update(struct tcp_session *session)
{
    const struct link_dataspace *dataspace = &session->link->dataspaces[0];
    bool usable = dataspace->base && dataspace->writable;
    size_t length_bytes = usable ? dataspace->length_bytes : 0;
    const uint8_t *base = usable ? dataspace->base : NULL;
    if (base == session->base && length_bytes == session->length_bytes)
        return;
    session->base = base;
    session->length_bytes = length_bytes;
    if (base) {
        link_memory_populate(dataspace);
        drop_buffers(session);
    }
}

__attribute__((noinline)) void tcp_session_serve(struct tcp_session *session)
{
    struct net *net = session->net;
    struct tcp_segment entry;
    ring_stall(&session->end.send, true);
    if (!session->base)
        return; /* it is told when there is one */
    take_buffers(session);
    while (session->first_unused != NO_ENTRY && tcp_send_available(&session->end, 1) &&
           tcp_send_done_room(&session->end, TCP_SEND_DONE_DEPTH) > session->waiting_count) {
        if (tcp_send_get(&session->end, &entry))
            take_send(session, &entry);
    }
    tcp_session_touch(session);
    ring_stall(&session->end.send, tcp_send_available(&session->end, 1) != 0);
    if (tcp_send_available(&session->end, 1) || tcp_receive_free_available(&session->end, 1))
        net->blocked |= session->bit;
    else if (!tcp_send_arm(&session->end) || !tcp_receive_free_arm(&session->end))
        net->work |= session->bit;
}

__attribute__((noinline)) void tcp_session_flush(struct tcp_session *session)
{
    struct link *link = session->link;
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX; i++)
        if (session->connections[i].serial)
            tcp_connection_tell(&session->connections[i]);
    if (session->end.receive_free.next != session->end.receive_free.released)
        tcp_receive_free_release(&session->end);
    if (session->end.send.next != session->end.send.released)
        tcp_send_release(&session->end);
    if (session->end.receive.next != session->end.receive.published) {
        tcp_receive_publish(&session->end);
        tcp_receive_notify(&session->end, &link->wake);
    }
    if (session->end.send_done.next != session->end.send_done.published) {
        tcp_send_done_publish(&session->end);
        tcp_send_done_notify(&session->end, &link->wake);
    }
}

static err_t accepted(void *context, struct tcp_pcb *pcb, err_t status)
{
    struct tcp_session *session = context;
    struct tcp_connection *connection = NULL;
    if (status != ERR_OK || !pcb)
        return ERR_VAL;
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX && !connection; i++)
        if (!session->connections[i].serial)
            connection = &session->connections[i];
    if (!connection) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    if (++session->next_serial == 0)
        session->next_serial = 1;
    tcp_connection_open(connection, pcb, session->next_serial);
    return ERR_OK;
}

static int serve(void *context, uint64_t sender, uint16_t port)
{
    (void)sender;
    struct tcp_session *session = context;
    err_t status = ERR_OK;
    if (session->listener)
        return INTERFACE_REFUSED;
    if (port_is_anothers(session->net, (unsigned)(session->link - session->net->self->links), port))
        return TCP_ERROR_PORT_TAKEN;
    struct tcp_pcb *pcb = tcp_new();
    if (!pcb)
        return INTERFACE_EXHAUSTED;
    ip_set_option(pcb, SOF_REUSEADDR);
    status = tcp_bind(pcb, IP_ANY_TYPE, port);
    struct tcp_pcb *listener =
        status == ERR_OK ? tcp_listen_with_backlog_and_err(pcb, TCP_CONNECTIONS_MAX, &status)
                         : NULL;
    if (!listener) {
        tcp_close(pcb);
        return status == ERR_USE ? TCP_ERROR_PORT_TAKEN : INTERFACE_EXHAUSTED;
    }
    tcp_arg(listener, session);
    tcp_accept(listener, accepted);
    session->listener = listener;
    return 0;
}

static const struct tcp_handlers handlers = {.serve = serve};

uint64_t tcp_session_call(struct tcp_session *session, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct l4_message message = {.tag = tag};
    memcpy(message.w, words, sizeof(message.w));
    tcp_dispatch(&handlers, session, &message);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}

void tcp_session_opened(struct net *net, unsigned link)
{
    struct tcp_session *session = NULL;
    for (unsigned i = 0; i < TCP_SESSIONS && !session; i++)
        if (!net->tcp[i].link)
            session = &net->tcp[i];
    if (!session) {
        log_line(net->self, "more than %d clients with TCP: no room for another", TCP_SESSIONS);
        return;
    }
    uint32_t serial = session->next_serial;
    memset(session, 0, sizeof(*session));
    session->net = net;
    session->link = &net->self->links[link];
    session->bit = UINT64_C(1) << link;
    session->next_serial = serial;
    for (unsigned i = 0; i < TCP_SEND_DEPTH; i++)
        session->waiting[i].next = i + 1 < TCP_SEND_DEPTH ? (uint16_t)(i + 1) : NO_ENTRY;
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX; i++)
        session->connections[i].session = session;
    tcp_server_start(&session->end, session->link->area);
    net->users[link].tcp = session;
    ring_wake(&session->link->wake); /* a client that came before us asks for its port now */
}

void tcp_session_closed(struct tcp_session *session)
{
    struct net *net = session->net;
    net->users[session->link - net->self->links].tcp = NULL;
    net->work &= ~session->bit;
    net->touched &= ~session->bit;
    net->blocked &= ~session->bit;
    if (session->listener) {
        tcp_handshakes_drop(session->listener);
        tcp_close(session->listener);
    }
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        struct tcp_pcb *pcb = tcp_connection_detach(&session->connections[i]);
        if (pcb)
            tcp_abort(pcb);
    }
    session->listener = NULL;
    session->link = NULL;
}
