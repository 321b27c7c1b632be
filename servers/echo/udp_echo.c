/* SPDX-License-Identifier: BSD-2-Clause
 *
 * UDP echo. A buffer goes round: it waits with the network server to be filled, comes here with a
 * datagram, goes back as the answer, and when that is sent it waits again. The buffers lie in the
 * session's dataspace 0, which belongs to this component.
 */
#include "port.h"
#include <idl/udp_client.h>
#include <idl/udp_session.h>
#include <rt/log.h>

enum {
    BUFFERS = UDP_RECEIVE_FREE_DEPTH,
    BUFFER_BYTES = 2048,
    DEFAULT_PORT = 1235,
    OUT_MOST = BUFFERS / 8, /* answers on their way before it is looked which have been sent */
};

struct udp_echo {
    struct port port;
    struct udp_client end;
    uint32_t out; /* answers whose buffers have not come back */
};

static const struct port_kind kind = {
    .link = "udp",
    .service = "UDP echo",
    .number = DEFAULT_PORT,
    .error_taken = UDP_ERROR_PORT_TAKEN,
    .take = udp_bind,
};

static bool start(struct instance *self)
{
    struct udp_echo *echo = self->state;
    return port_start(&echo->port, self, &kind, BUFFERS * BUFFER_BYTES);
}

static void opened(struct instance *self, unsigned number)
{
    struct udp_echo *echo = self->state;
    udp_client_start(&echo->end, self->links[number].area);
    echo->out = 0;
    if (!port_share(&echo->port, self))
        return;
    for (uint32_t i = 0; i < BUFFERS; i++) {
        struct udp_datagram entry = {.offset = i * BUFFER_BYTES, .length = BUFFER_BYTES};
        udp_receive_free_put(&echo->end, &entry);
    }
    udp_receive_free_publish(&echo->end);
    port_take(&echo->port, self);
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct udp_echo *echo = self->state;
    port_closed(&echo->port, self);
}

/* Datagrams become answers. A buffer that comes back unused waits again. There is room in both
   rings for all buffers at once. */
static void answer(struct instance *self, struct udp_echo *echo)
{
    struct udp_datagram entry;
    uint32_t count = udp_receive_arm_look(&echo->end);
    if (count == 0)
        return;
    while (count-- > 0) {
        udp_receive_get(&echo->end, &entry);
        if (entry.peer_port != 0 && udp_send_room(&echo->end, 1)) {
            udp_send_put(&echo->end, &entry);
            echo->out++;
        } else {
            entry.length = BUFFER_BYTES;
            udp_receive_free_try_put(&echo->end, &entry);
        }
    }
    udp_receive_release(&echo->end);
    udp_send_publish(&echo->end);
    udp_send_notify(&echo->end, &self->links[echo->port.link].wake);
}

static void recycle(struct udp_echo *echo)
{
    struct udp_datagram entry;
    uint32_t count = udp_send_done_available(&echo->end, 1);
    if (count == 0)
        return;
    echo->out -= count;
    while (count-- > 0) {
        udp_send_done_get(&echo->end, &entry);
        entry.length = BUFFER_BYTES;
        udp_receive_free_try_put(&echo->end, &entry);
    }
    udp_send_done_release(&echo->end);
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    struct udp_echo *echo = self->state;
    if (__builtin_expect(!echo->port.settled, 0))
        port_take(&echo->port, self);
    answer(self, echo);
    if (echo->out >= OUT_MOST)
        recycle(echo);
    if (echo->end.receive_free.next != echo->end.receive_free.published) {
        udp_receive_free_publish(&echo->end);
        udp_receive_free_notify(&echo->end, &self->links[echo->port.link].wake);
    }
}

/* Buffers that wait to be filled, and those that were sent but not fetched yet. */
static void report(struct instance *self)
{
    struct udp_echo *echo = self->state;
    uint32_t waiting =
        UDP_RECEIVE_FREE_DEPTH - udp_receive_free_room(&echo->end, UDP_RECEIVE_FREE_DEPTH);
    uint32_t sent = udp_send_done_available(&echo->end, UDP_SEND_DONE_DEPTH);
    log_line(self, "report: %u buffers", waiting + sent);
}

const struct component udp_echo_component = {
    .name = "udp_echo",
    .state_bytes = sizeof(struct udp_echo),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .report = report,
};
