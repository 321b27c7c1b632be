/* SPDX-License-Identifier: BSD-2-Clause
 *
 * UDP echo. A buffer goes round: it waits with the network server to be filled, comes here with a
 * datagram, goes back as the answer, and when that is sent it waits again. The buffers lie in the
 * session's dataspace 0, which belongs to this component.
 */
#include <idl/udp_client.h>
#include <idl/udp_session.h>
#include <ring/sleep.h>
#include <rt/endpoint.h>
#include <rt/log.h>
#include <session/memory.h>

enum {
    BUFFERS = UDP_RECEIVE_FREE_DEPTH,
    BUFFER_BYTES = 2048,
    DEFAULT_PORT = 1235,
};

struct udp_echo {
    unsigned link;
    struct udp_client end;
    struct memory memory;
    struct ring_set rings;
};

static bool start(struct instance *self)
{
    struct udp_echo *echo = self->state;
    int link = instance_link(self, "udp", -1);
    if (link < 0) {
        log_line(self, "the image has no link \"udp\" to a network server");
        return false;
    }
    echo->link = (unsigned)link;
    return memory_create(self, &echo->memory, BUFFERS * BUFFER_BYTES);
}

static void opened(struct instance *self, unsigned number)
{
    struct udp_echo *echo = self->state;
    struct link *link = &self->links[number];
    struct endpoint net = link_endpoint(link);
    uint16_t port = (uint16_t)instance_number(self, "port", 1, 65535, DEFAULT_PORT);
    udp_client_start(&echo->end, link->area);
    ring_set_add(&echo->rings, &echo->end.receive, 1);
    if (!link_memory_share(self, number, 0, &echo->memory, LINK_ACCESS_WRITE, false))
        return;
    for (uint32_t i = 0; i < BUFFERS; i++) {
        struct udp_datagram entry = {.offset = i * BUFFER_BYTES, .length = BUFFER_BYTES};
        udp_receive_free_put(&echo->end, &entry);
    }
    udp_receive_free_publish(&echo->end);
    int status = udp_bind(&net, port);
    if (status == 0)
        log_line(self, "UDP echo on port %u", port);
    else if (status == UDP_ERROR_PORT_TAKEN)
        log_line(self, "port %u is taken", port);
    else
        log_line(self, "no port %u: %s", port, interface_status_text(status));
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct udp_echo *echo = self->state;
    ring_set_remove(&echo->rings, &echo->end.receive);
    log_line(self, "the network server has gone");
}

/* Datagrams become answers. A buffer that comes back unused waits again. There is room in both
   rings for all buffers at once. */
static void answer(struct instance *self, struct udp_echo *echo)
{
    struct udp_datagram entry;
    uint32_t count = udp_receive_available(&echo->end, 1);
    if (count == 0)
        return;
    while (count-- > 0) {
        udp_receive_get(&echo->end, &entry);
        if (entry.peer_port != 0 && udp_send_room(&echo->end, 1)) {
            udp_send_put(&echo->end, &entry);
        } else {
            entry.length = BUFFER_BYTES;
            udp_receive_free_try_put(&echo->end, &entry);
        }
    }
    udp_receive_release(&echo->end);
    udp_send_publish(&echo->end);
    udp_send_notify(&echo->end, &self->links[echo->link].wake);
}

static void recycle(struct udp_echo *echo)
{
    struct udp_datagram entry;
    uint32_t count = udp_send_done_available(&echo->end, 1);
    if (count == 0)
        return;
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
    ring_set_end(&echo->rings);
    answer(self, echo);
    recycle(echo);
    if (echo->end.receive_free.next != echo->end.receive_free.published) {
        udp_receive_free_publish(&echo->end);
        udp_receive_free_notify(&echo->end, &self->links[echo->link].wake);
    }
}

static bool before_sleep(struct instance *self)
{
    struct udp_echo *echo = self->state;
    return !ring_set_prepare(&echo->rings);
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
    .sleep = before_sleep,
    .report = report,
};
