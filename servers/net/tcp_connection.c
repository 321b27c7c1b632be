/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Connections: two streams each, between a peer and a client.
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

/* A connection on which so many entries wait to be sent receives nothing more: a peer that does not
   read its echo must not use up the client's buffers. */
enum { WAITING_MAX = 8 };

enum {
    SEGMENT_BYTES_LEAST = 216, /* a peer that asks for shorter ones only wants many */
    SEGMENTS_AT_ONCE = 16,
    LEFT_MAX = 4, /* pieces that lwIP sees to alone */
    PROBE_AFTER_MS = 60000,
    PROBE_EVERY_MS = 10000,
    PROBES = 6,
    END_LOOK = 240, /* in half seconds: how often lwIP asks about a connection */
};

static uint8_t number_of(const struct tcp_connection *connection)
{
    return (uint8_t)(connection - connection->session->connections);
}

/* ---- to the client */

static bool tell(struct tcp_connection *connection, enum tcp_kind what)
{
    struct tcp_segment entry = {
        .connection = number_of(connection), .what = (uint8_t)what, .serial = connection->serial};
    tcp_session_touch(connection->session);
    return tcp_receive_try_put(&connection->session->end, &entry);
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
            tcp_session_give_back(session, waiting->entry, false);
        connection->first = waiting->next;
        waiting_free(session, number);
    }
    connection->waiting_count = 0;
    connection->last = NO_ENTRY;
}

void tcp_connection_tell(struct tcp_connection *connection)
{
    if (connection->tell_opened && tell(connection, TCP_KIND_OPENED))
        connection->tell_opened = false;
    if (connection->tell_ended && !connection->tell_opened && tell(connection, TCP_KIND_ENDED))
        connection->tell_ended = false;
    if (connection->tell_gone && !connection->tell_opened && !connection->tell_ended &&
        tell(connection, TCP_KIND_GONE))
        *connection = (struct tcp_connection){.session = connection->session};
}

struct tcp_pcb *tcp_connection_detach(struct tcp_connection *connection)
{
    struct tcp_pcb *pcb = connection->pcb;
    connection->pcb = NULL;
    if (pcb) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_sent(pcb, NULL);
        tcp_err(pcb, NULL);
        tcp_poll(pcb, NULL, 0);
    }
    return pcb;
}

/* The client hears that the connection is gone. Returns the pcb, which is lwIP's alone. */
static struct tcp_pcb *part(struct tcp_connection *connection)
{
    struct tcp_pcb *pcb = tcp_connection_detach(connection);
    connection->tell_gone = true;
    drop_waiting(connection);
    tcp_connection_tell(connection);
    return pcb;
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
    tcp_session_touch(session);
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
        tcp_connection_tell(connection);
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

/* How much of what is left goes to lwIP at once: no more segments than it soon has room for. */
static uint16_t portion_of(const struct tcp_pcb *pcb, uint16_t left_bytes)
{
    uint32_t segment_bytes = LWIP_MIN(pcb->mss, pcb->snd_wnd_max / 2u);
    return (uint16_t)LWIP_MIN(left_bytes, SEGMENTS_AT_ONCE * LWIP_MAX(segment_bytes, 1u));
}

/* Hands an entry to lwIP. False if it, or the rest of it, has to wait. */
static bool send_entry(struct tcp_connection *connection, struct tcp_waiting *waiting)
{
    struct tcp_session *session = connection->session;
    struct tcp_pcb *pcb = connection->pcb;
    const struct tcp_segment *entry = &waiting->entry;
    err_t status = ERR_OK;
    if (entry->what == TCP_KIND_ENDED)
        return tcp_shutdown(pcb, 0, 1) != ERR_MEM;
    if (!tcp_session_holds(session, entry)) { /* its memory has gone since */
        tcp_session_give_back(session, *entry, false);
        return true;
    }
    while (status == ERR_OK && waiting->sent < entry->length) {
        uint16_t left_bytes = (uint16_t)(entry->length - waiting->sent);
        uint16_t portion_bytes = portion_of(pcb, left_bytes);
        if (tcp_sndbuf(pcb) < portion_bytes)
            return false;
        status =
            tcp_write(pcb, session->base + entry->offset + waiting->sent, portion_bytes,
                      TCP_WRITE_FLAG_COPY | (portion_bytes < left_bytes ? TCP_WRITE_FLAG_MORE : 0));
        if (status == ERR_MEM)
            return false;
        waiting->sent = (uint16_t)(waiting->sent + portion_bytes);
    }
    tcp_session_give_back(session, *entry, status == ERR_OK);
    return true;
}

static void send_waiting(struct tcp_connection *connection)
{
    struct tcp_session *session = connection->session;
    while (connection->pcb && connection->first != NO_ENTRY) {
        uint16_t number = connection->first;
        struct tcp_waiting *waiting = &session->waiting[number];
        if (!send_entry(connection, waiting))
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
    tcp_abort(part(connection));
    return ERR_ABRT;
}

static void append_waiting(struct tcp_connection *connection, const struct tcp_segment *entry)
{
    struct tcp_session *session = connection->session;
    uint16_t number = session->first_unused;
    session->first_unused = session->waiting[number].next;
    session->waiting_count++;
    connection->waiting_count++;
    session->waiting[number] = (struct tcp_waiting){.entry = *entry, .next = NO_ENTRY};
    if (connection->last == NO_ENTRY)
        connection->first = number;
    else
        session->waiting[connection->last].next = number;
    connection->last = number;
}

void tcp_connection_send(struct tcp_connection *connection, const struct tcp_segment *entry)
{
    connection->finishing = entry->what == TCP_KIND_ENDED;
    append_waiting(connection, entry);
    send_waiting(connection);
}

void tcp_connection_resume(struct tcp_connection *connection)
{
    if (connection->pcb && connection->pcb->refused_data)
        tcp_process_refused_data(connection->pcb);
}

void tcp_connection_abort(struct tcp_connection *connection)
{
    tcp_abort(part(connection));
}

void tcp_connection_open(struct tcp_connection *connection, struct tcp_pcb *pcb, uint32_t serial)
{
    *connection = (struct tcp_connection){.session = connection->session,
                                          .pcb = pcb,
                                          .serial = serial,
                                          .first = NO_ENTRY,
                                          .last = NO_ENTRY,
                                          .tell_opened = true};
    pcb->mss = LWIP_MAX(pcb->mss, SEGMENT_BYTES_LEAST);
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
    tcp_connection_tell(connection);
}
