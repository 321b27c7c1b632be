/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The ipbench CPU target: reports, over a TCP connection, for how long the processor was idle while
 * a load generator was at work. The protocol is in ipbench.c; the counters are the kernel's.
 *
 * One connection at a time holds the target, from HELLO to its end; others are told that it is
 * taken. Replies are short and each goes out as one entry, hence as one segment.
 */
#include "ipbench.h"
#include "port.h"
#include <idl/tcp_client.h>
#include <idl/tcp_session.h>
#include <rt/clock.h>
#include <string.h>

enum {
    RECEIVE_BUFFERS = 16,
    SEND_BUFFERS = 64,
    BUFFER_BYTES = 2048,
    DEFAULT_PORT = 1237,
};

struct target_connection {
    uint32_t serial; /* 0: free */
    struct ipbench bench;
};

struct cpu_target {
    struct port port;
    struct tcp_client end;
    uint32_t free_send[SEND_BUFFERS]; /* offsets */
    unsigned free_send_count;
    struct target_connection connections[TCP_CONNECTIONS_MAX];
};

static const struct port_kind kind = {
    .link = "tcp",
    .service = "ipbench CPU target",
    .number = DEFAULT_PORT,
    .error_taken = TCP_ERROR_PORT_TAKEN,
    .take = tcp_serve,
};

static bool start(struct instance *self)
{
    struct cpu_target *target = self->state;
    return port_start(&target->port, self, &kind, (RECEIVE_BUFFERS + SEND_BUFFERS) * BUFFER_BYTES);
}

static void opened(struct instance *self, unsigned number)
{
    struct cpu_target *target = self->state;
    tcp_client_start(&target->end, self->links[number].area);
    memset(target->connections, 0, sizeof(target->connections));
    ring_set_add(&target->port.rings, &target->end.receive, 1);
    if (!port_share(&target->port, self))
        return;
    for (uint32_t i = 0; i < RECEIVE_BUFFERS; i++) {
        struct tcp_segment entry = {.offset = i * BUFFER_BYTES, .length = BUFFER_BYTES};
        tcp_receive_free_put(&target->end, &entry);
    }
    tcp_receive_free_publish(&target->end);
    for (uint32_t i = 0; i < SEND_BUFFERS; i++)
        target->free_send[i] = (RECEIVE_BUFFERS + i) * BUFFER_BYTES;
    target->free_send_count = SEND_BUFFERS;
    port_take(&target->port, self);
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct cpu_target *target = self->state;
    port_closed(&target->port, self);
}

/* One reply, one entry. Without a free buffer the connection is given up: it has sent more commands
   than it has read replies. */
static void send_text(struct cpu_target *target, const struct tcp_segment *to, const char *text,
                      size_t length)
{
    struct tcp_segment entry = {.connection = to->connection, .serial = to->serial};
    if (target->free_send_count == 0) {
        entry.what = TCP_KIND_GONE;
    } else {
        entry.offset = target->free_send[--target->free_send_count];
        entry.length = (uint16_t)length;
        entry.what = TCP_KIND_DATA;
        memcpy((char *)target->port.memory.base + entry.offset, text, length);
    }
    tcp_send_try_put(&target->end, &entry);
}

static void send_end(struct cpu_target *target, const struct tcp_segment *to)
{
    struct tcp_segment entry = {
        .connection = to->connection, .serial = to->serial, .what = TCP_KIND_ENDED};
    tcp_send_try_put(&target->end, &entry);
}

static bool is_busy(const struct cpu_target *target, const struct target_connection *but)
{
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        const struct target_connection *connection = &target->connections[i];
        if (connection != but && connection->serial && connection->bench.state != IPBENCH_LISTEN &&
            connection->bench.state != IPBENCH_DONE)
            return true;
    }
    return false;
}

static void data(struct cpu_target *target, struct target_connection *connection,
                 const struct tcp_segment *entry)
{
    const char *bytes = (const char *)target->port.memory.base + entry->offset;
    struct ipbench_reply reply;
    struct clock_load load = clock_load();
    if ((size_t)entry->offset + entry->length > target->port.memory.length_bytes)
        return;
    for (uint16_t i = 0; i < entry->length; i++) {
        if (!ipbench_byte(&connection->bench, bytes[i], is_busy(target, connection),
                          (struct ipbench_load){load.idle_ticks, load.total_ticks}, &reply))
            continue;
        if (reply.length)
            send_text(target, entry, reply.text, reply.length);
        if (reply.finish)
            send_end(target, entry);
    }
}

static void news(struct cpu_target *target, const struct tcp_segment *entry)
{
    if (entry->connection >= TCP_CONNECTIONS_MAX)
        return;
    struct target_connection *connection = &target->connections[entry->connection];
    if (entry->what == TCP_KIND_OPENED) {
        *connection = (struct target_connection){.serial = entry->serial};
        send_text(target, entry, ipbench_greeting, strlen(ipbench_greeting));
    } else if (connection->serial != entry->serial) {
        return;
    } else if (entry->what == TCP_KIND_DATA) {
        data(target, connection, entry);
    } else if (entry->what == TCP_KIND_ENDED) {
        send_end(target, entry);
    } else {
        connection->serial = 0;
    }
}

/* The server says which buffers it has done with; only what is one is taken back. */
static void recycle(struct cpu_target *target)
{
    struct tcp_segment entry;
    for (uint32_t count = tcp_send_done_available(&target->end, 1); count > 0; count--) {
        if (!tcp_send_done_get(&target->end, &entry))
            continue;
        uint32_t number = entry.offset / BUFFER_BYTES;
        if (entry.offset % BUFFER_BYTES == 0 && number >= RECEIVE_BUFFERS &&
            number < RECEIVE_BUFFERS + SEND_BUFFERS && target->free_send_count < SEND_BUFFERS)
            target->free_send[target->free_send_count++] = entry.offset;
    }
    tcp_send_done_release(&target->end);
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    struct cpu_target *target = self->state;
    const struct ring_wake *wake = &self->links[target->port.link].wake;
    struct tcp_segment entry;
    if (!target->port.settled)
        port_take(&target->port, self);
    ring_set_end(&target->port.rings);
    recycle(target);
    for (uint32_t count = tcp_receive_available(&target->end, 1); count > 0; count--) {
        if (!tcp_receive_get(&target->end, &entry))
            continue;
        news(target, &entry);
        if (entry.what == TCP_KIND_DATA) {
            entry.length = BUFFER_BYTES;
            tcp_receive_free_try_put(&target->end, &entry);
        }
    }
    tcp_receive_release(&target->end);
    tcp_receive_free_publish(&target->end);
    tcp_send_publish(&target->end);
    tcp_send_notify(&target->end, wake);
    tcp_receive_free_notify(&target->end, wake);
}

static bool before_sleep(struct instance *self)
{
    struct cpu_target *target = self->state;
    return !ring_set_prepare(&target->port.rings);
}

const struct component cpu_target_component = {
    .name = "cpu_target",
    .state_bytes = sizeof(struct cpu_target),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .sleep = before_sleep,
};
