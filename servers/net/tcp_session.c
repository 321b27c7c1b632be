/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sessions with clients that use TCP: one listening port each.
 *
 * Streams to the client. lwIP hands over what arrived; it is copied into the client's buffers if
 * there are enough for all of it, and refused otherwise: lwIP keeps what was refused, one piece a
 * connection, and closes the window. When the client brings buffers it is offered again. News of a
 * connection waits in the connection until there is room for an entry.
 *
 * Streams from the client. Entries are copied into lwIP's heap, as far as the connection's window
 * and buffer allow; the others wait, in a list for each connection, so that a peer that does not
 * read holds up nobody but itself.
 *
 * The life of a connection ends when both ends have finished and the peer has acknowledged nearly
 * all, or when lwIP reports an error, or when the client gives it up. lwIP may go on with its pcb
 * then (LAST_ACK, TIME_WAIT), without us. A peer that is no longer there is found out: by probes
 * while it could still send, by the clock when only its end is waited for.
 */
#include "net.h"
#include <idl/tcp_server.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>
#include <rt/log.h>
#include <string.h>

#define NO_ENTRY UINT16_MAX

/* A connection on which so many entries wait to be sent receives nothing more: a peer that does not
   read its echo must not use up the client's buffers. */
enum { WAITING_MAX = 8 };

enum {
    LEFT_MAX = 4, /* pieces that lwIP sees to alone */
    PROBE_AFTER_MS = 60000,
    PROBE_EVERY_MS = 10000,
    PROBES = 6,
    END_LOOK = 240, /* in half seconds: how often lwIP asks about a connection */
};

static_assert(TCP_SESSIONS == PORT_CLIENTS && TCP_CONNECTIONS_MAX == PORT_CONNECTIONS,
              "lwIP's pools have room for them");

static bool range_is_valid(const struct tcp_session *session, const struct tcp_segment *entry)
{
    return session->length_bytes >= (size_t)entry->offset + entry->length;
}

static uint8_t number_of(const struct tcp_connection *connection)
{
    return (uint8_t)(connection - connection->session->connections);
}

/* Something was put for the client, or there is news to be told. */
static void touch(struct tcp_session *session)
{
    session->net->touched |= session->bit;
}

/* ---- to the client */

static bool tell(struct tcp_connection *connection, enum tcp_kind what)
{
    struct tcp_segment entry = {
        .connection = number_of(connection), .what = (uint8_t)what, .serial = connection->serial};
    touch(connection->session);
    return tcp_receive_try_put(&connection->session->end, &entry);
}

static void give_back(struct tcp_session *session, struct tcp_segment entry, bool sent)
{
    if (!sent)
        entry.length = 0;
    tcp_send_done_put(&session->end, &entry);
    touch(session);
}

static void waiting_free(struct tcp_session *session, uint16_t number)
{
    session->waiting[number].next = session->first_unused;
    session->first_unused = number;
    session->waiting_count--;
}

/* What the client was to send on a connection that is gone. */
static void drop_waiting(struct tcp_connection *connection)
{
    struct tcp_session *session = connection->session;
    while (connection->first != NO_ENTRY) {
        struct tcp_waiting *waiting = &session->waiting[connection->first];
        uint16_t number = connection->first;
        if (waiting->entry.what == TCP_KIND_DATA)
            give_back(session, waiting->entry, false);
        connection->first = waiting->next;
        waiting_free(session, number);
    }
    connection->waiting_count = 0;
    connection->last = NO_ENTRY;
}

/* The news of a connection, in their order, as far as there is room. Frees it after the last. */
static void tell_all(struct tcp_connection *connection)
{
    if (connection->tell_opened && tell(connection, TCP_KIND_OPENED))
        connection->tell_opened = false;
    if (connection->tell_ended && !connection->tell_opened && tell(connection, TCP_KIND_ENDED))
        connection->tell_ended = false;
    if (connection->tell_gone && !connection->tell_opened && !connection->tell_ended &&
        tell(connection, TCP_KIND_GONE))
        *connection = (struct tcp_connection){.session = connection->session};
}

/* lwIP's pcb is no longer ours. */
static void part(struct tcp_connection *connection)
{
    struct tcp_pcb *pcb = connection->pcb;
    if (pcb) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_err(pcb, NULL);
        tcp_poll(pcb, NULL, 0);
    }
    connection->pcb = NULL;
    connection->tell_gone = true;
    drop_waiting(connection);
    tell_all(connection);
}

/* Ends the connection if nothing is left to do but what lwIP does alone. */
static void part_if_over(struct tcp_connection *connection)
{
    if (connection->pcb && connection->finishing && connection->first == NO_ENTRY &&
        connection->peer_ended && connection->pcb->snd_queuelen <= LEFT_MAX)
        part(connection);
}

static void deliver(struct tcp_connection *connection, struct pbuf *pbuf)
{
    struct tcp_session *session = connection->session;
    touch(session);
    for (uint16_t done = 0; done < pbuf->tot_len;) {
        struct tcp_segment entry = session->free[--session->free_count];
        uint16_t part_bytes = (uint16_t)(pbuf->tot_len - done);
        if (part_bytes > entry.length)
            part_bytes = entry.length;
        pbuf_copy_partial(pbuf, (uint8_t *)session->base + entry.offset, part_bytes, done);
        entry.length = part_bytes;
        entry.connection = number_of(connection);
        entry.what = TCP_KIND_DATA;
        entry.serial = connection->serial;
        tcp_receive_put(&session->end, &entry);
        done = (uint16_t)(done + part_bytes);
    }
}

/* lwIP's callbacks. */

static err_t received(void *context, struct tcp_pcb *pcb, struct pbuf *pbuf, err_t status)
{
    struct tcp_connection *connection = context;
    struct tcp_session *session = connection->session;
    (void)status;
    if (!pbuf) {
        connection->peer_ended = connection->tell_ended = true;
        tell_all(connection);
        part_if_over(connection);
        return ERR_OK;
    }
    unsigned pieces = (pbuf->tot_len + TCP_SEGMENT_BYTES - 1u) / TCP_SEGMENT_BYTES;
    if (!session->base || connection->tell_opened || connection->waiting_count >= WAITING_MAX ||
        session->free_count < pieces || tcp_receive_room(&session->end, pieces) < pieces)
        return ERR_MEM;
    deliver(connection, pbuf);
    tcp_recved(pcb, pbuf->tot_len);
    pbuf_free(pbuf);
    return ERR_OK;
}

static void failed(void *context, err_t status)
{
    struct tcp_connection *connection = context;
    (void)status;
    connection->pcb = NULL; /* lwIP has freed it */
    part(connection);
}

/* ---- from the client */

/* Hands an entry to lwIP. False if it has to wait. */
static bool send_entry(struct tcp_connection *connection, const struct tcp_segment *entry)
{
    struct tcp_session *session = connection->session;
    struct tcp_pcb *pcb = connection->pcb;
    if (entry->what == TCP_KIND_ENDED)
        return tcp_shutdown(pcb, 0, 1) != ERR_MEM;
    if (!range_is_valid(session, entry)) { /* its memory has gone since */
        give_back(session, *entry, false);
        return true;
    }
    if (tcp_sndbuf(pcb) < entry->length)
        return false;
    err_t status =
        tcp_write(pcb, session->base + entry->offset, entry->length, TCP_WRITE_FLAG_COPY);
    if (status == ERR_MEM)
        return false;
    give_back(session, *entry, status == ERR_OK);
    return true;
}

static void send_waiting(struct tcp_connection *connection)
{
    struct tcp_session *session = connection->session;
    while (connection->pcb && connection->first != NO_ENTRY) {
        uint16_t number = connection->first;
        struct tcp_waiting *waiting = &session->waiting[number];
        struct tcp_segment entry = waiting->entry;
        if (!send_entry(connection, &entry))
            break;
        if (!connection->serial || connection->first != number)
            return; /* it is gone, with the list */
        connection->first = waiting->next;
        if (connection->first == NO_ENTRY)
            connection->last = NO_ENTRY;
        connection->waiting_count--;
        waiting_free(session, number);
    }
    if (connection->pcb)
        tcp_output(connection->pcb);
    part_if_over(connection);
}

static err_t sent(void *context, struct tcp_pcb *pcb, u16_t length)
{
    struct tcp_connection *connection = context;
    (void)length;
    send_waiting(connection);
    if (connection->pcb && connection->waiting_count < WAITING_MAX && pcb->refused_data)
        return tcp_process_refused_data(pcb);
    return ERR_OK;
}

/* lwIP's callback, now and then. A peer that has acknowledged our end and says no more for two
   turns never will. */
static err_t looked_at(void *context, struct tcp_pcb *pcb)
{
    struct tcp_connection *connection = context;
    if (!connection || pcb->state != FIN_WAIT_2)
        return ERR_OK;
    if (!connection->lingers) {
        connection->lingers = true;
        return ERR_OK;
    }
    part(connection);
    tcp_abort(pcb);
    return ERR_ABRT;
}

/* The list has room for all that may be in the client's ring. */
static void append_waiting(struct tcp_connection *connection, const struct tcp_segment *entry)
{
    struct tcp_session *session = connection->session;
    uint16_t number = session->first_unused;
    session->first_unused = session->waiting[number].next;
    session->waiting_count++;
    connection->waiting_count++;
    session->waiting[number] = (struct tcp_waiting){*entry, NO_ENTRY};
    if (connection->last == NO_ENTRY)
        connection->first = number;
    else
        session->waiting[connection->last].next = number;
    connection->last = number;
}

static void take_send(struct tcp_session *session, const struct tcp_segment *entry)
{
    struct tcp_connection *connection =
        &session->connections[entry->connection % TCP_CONNECTIONS_MAX];
    bool known = entry->connection < TCP_CONNECTIONS_MAX && connection->pcb &&
                 connection->serial == entry->serial && !connection->finishing;
    if (entry->what == TCP_KIND_GONE) {
        struct tcp_pcb *pcb = known ? connection->pcb : NULL;
        if (pcb) {
            part(connection);
            tcp_abort(pcb);
        }
        return;
    }
    if (entry->what == TCP_KIND_DATA &&
        (!known || !range_is_valid(session, entry) || entry->length == 0)) {
        give_back(session, *entry, false);
        return;
    }
    if (!known || entry->what == TCP_KIND_OPENED)
        return;
    connection->finishing = entry->what == TCP_KIND_ENDED;
    append_waiting(connection, entry);
    send_waiting(connection);
}

static void take_buffers(struct tcp_session *session)
{
    struct tcp_segment entry;
    bool more = false;
    while (session->free_count < TCP_RECEIVE_FREE_DEPTH &&
           tcp_receive_free_available(&session->end, 1)) {
        if (tcp_receive_free_get(&session->end, &entry) && entry.length >= TCP_SEGMENT_BYTES &&
            range_is_valid(session, &entry)) {
            session->free[session->free_count++] = entry;
            more = true;
        }
    }
    for (unsigned i = 0; more && i < TCP_CONNECTIONS_MAX; i++) {
        struct tcp_connection *connection = &session->connections[i];
        if (connection->pcb && connection->pcb->refused_data)
            tcp_process_refused_data(connection->pcb);
    }
}

/* Buffers that are not in the client's new memory are forgotten: it has lent them in vain. */
static void drop_buffers(struct tcp_session *session)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < session->free_count; i++)
        if (range_is_valid(session, &session->free[i]))
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
        memory_populate(dataspace);
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
    touch(session);
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
            tell_all(&session->connections[i]);
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

/* ---- connections and sessions */

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
    *connection = (struct tcp_connection){.session = session,
                                          .pcb = pcb,
                                          .serial = session->next_serial,
                                          .first = NO_ENTRY,
                                          .last = NO_ENTRY,
                                          .tell_opened = true};
    tcp_arg(pcb, connection);
    tcp_recv(pcb, received);
    tcp_sent(pcb, sent);
    tcp_err(pcb, failed);
    tcp_poll(pcb, looked_at, END_LOOK);
    tcp_nagle_disable(pcb);
    ip_set_option(pcb, SOF_KEEPALIVE);
    pcb->keep_idle = PROBE_AFTER_MS;
    pcb->keep_intvl = PROBE_EVERY_MS;
    pcb->keep_cnt = PROBES;
    tell_all(connection);
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
    if (session->listener)
        tcp_close(session->listener);
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        struct tcp_pcb *pcb = session->connections[i].pcb;
        if (!pcb)
            continue;
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_err(pcb, NULL);
        tcp_abort(pcb);
    }
    session->listener = NULL;
    session->link = NULL;
}
