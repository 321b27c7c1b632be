/* SPDX-License-Identifier: BSD-2-Clause
 *
 * TCP echo: every buffer goes back to the connection it came from. Buffers go round like those of
 * the UDP echo; a peer that does not read its echo keeps buffers here until none is left to receive
 * with, and then its window, like everybody's, closes.
 */
#include "port.h"
#include <idl/tcp_client.h>
#include <idl/tcp_session.h>

enum {
    BUFFERS = 192, /* less than `send` holds: there is room for the ends of connections */
    BUFFER_BYTES = 2048,
    DEFAULT_PORT = 1236,
};

struct tcp_echo {
    struct port port;
    struct tcp_client end;
};

static const struct port_kind kind = {
    .link = "tcp",
    .service = "TCP echo",
    .number = DEFAULT_PORT,
    .error_taken = TCP_ERROR_PORT_TAKEN,
    .take = tcp_serve,
};

static bool start(struct instance *self)
{
    struct tcp_echo *echo = self->state;
    return port_start(&echo->port, self, &kind, BUFFERS * BUFFER_BYTES);
}

static void opened(struct instance *self, unsigned number)
{
    struct tcp_echo *echo = self->state;
    tcp_client_start(&echo->end, self->links[number].area);
    ring_set_add(&echo->port.rings, &echo->end.receive, 1);
    ring_set_add(&echo->port.rings, &echo->end.send_done, 1);
    if (!port_share(&echo->port, self))
        return;
    for (uint32_t i = 0; i < BUFFERS; i++) {
        struct tcp_segment entry = {.offset = i * BUFFER_BYTES, .length = BUFFER_BYTES};
        tcp_receive_free_put(&echo->end, &entry);
    }
    tcp_receive_free_publish(&echo->end);
    port_take(&echo->port, self);
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct tcp_echo *echo = self->state;
    port_closed(&echo->port, self);
}

static void buffer_give(struct tcp_echo *echo, struct tcp_segment entry)
{
    entry.length = BUFFER_BYTES;
    tcp_receive_free_try_put(&echo->end, &entry);
}

static void answer(struct tcp_echo *echo)
{
    struct tcp_segment entry;
    for (uint32_t count = tcp_receive_available(&echo->end, 1); count > 0; count--) {
        if (!tcp_receive_get(&echo->end, &entry))
            continue;
        bool data = entry.what == TCP_KIND_DATA;
        if ((data || entry.what == TCP_KIND_ENDED) && !tcp_send_try_put(&echo->end, &entry) && data)
            buffer_give(echo, entry);
    }
    for (uint32_t count = tcp_send_done_available(&echo->end, 1); count > 0; count--) {
        if (tcp_send_done_get(&echo->end, &entry))
            buffer_give(echo, entry);
    }
    tcp_receive_release(&echo->end);
    tcp_send_done_release(&echo->end);
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    struct tcp_echo *echo = self->state;
    const struct ring_wake *wake = &self->links[echo->port.link].wake;
    if (!echo->port.settled)
        port_take(&echo->port, self);
    ring_set_end(&echo->port.rings);
    answer(echo);
    tcp_send_publish(&echo->end);
    tcp_receive_free_publish(&echo->end);
    tcp_send_notify(&echo->end, wake);
    tcp_receive_free_notify(&echo->end, wake);
}

static bool before_sleep(struct instance *self)
{
    struct tcp_echo *echo = self->state;
    return !ring_set_prepare(&echo->port.rings);
}

const struct component tcp_echo_component = {
    .name = "tcp_echo",
    .state_bytes = sizeof(struct tcp_echo),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .sleep = before_sleep,
};
