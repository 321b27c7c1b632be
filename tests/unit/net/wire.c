/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"
#include <idl/netdev_server.h>
#include <stdlib.h>
#include <string.h>

struct wire *the_wire;
uint32_t wire_offloads = NETDEV_OFFLOAD_TX | NETDEV_OFFLOAD_RX;
uint32_t wire_mtu_bytes = 1500;
const uint8_t wire_mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
static unsigned next_taken;

/* Memory of the client as a device reaches it: translated page by page. */
static uint8_t *reach(uint8_t dataspace, uint32_t offset, uint16_t length)
{
    const struct link_dataspace *space = &the_wire->self->links[0].dataspaces[dataspace];
    const uint64_t *entries = space->translation;
    if (!entries || (size_t)offset + length > space->length_bytes)
        abort();
    return (uint8_t *)(uintptr_t)(entries[offset / 4096] & ~UINT64_C(4095)) + offset % 4096;
}

bool wire_arrive(const uint8_t *frame, uint16_t length, uint8_t flags)
{
    struct netdev_buffer entry;
    if (!netdev_rx_free_try_get(&the_wire->end, &entry))
        return false;
    the_wire->taken++;
    if (length > entry.length)
        abort();
    memcpy(reach(entry.dataspace, entry.offset, length), frame, length);
    entry.length = length;
    entry.flags = flags;
    netdev_rx_put(&the_wire->end, &entry);
    the_wire->given++;
    return true;
}

void wire_forge(const struct netdev_buffer *entry)
{
    netdev_rx_put(&the_wire->end, entry);
    wire_flush();
}

void wire_medium(uint32_t speed_mbps)
{
    struct netdev_link_changed changed = {.speed_mbps = speed_mbps, .full_duplex = true};
    netdev_link_changed_post(&the_wire->end, &changed, &the_wire->self->links[0].wake);
}

void wire_flush(void)
{
    netdev_rx_free_release(&the_wire->end);
    netdev_rx_publish(&the_wire->end);
    netdev_rx_notify(&the_wire->end, &the_wire->self->links[0].wake);
}

const struct wire_frame *wire_take(void)
{
    if (next_taken == the_wire->sent_count) {
        next_taken = the_wire->sent_count = 0;
        return NULL;
    }
    return &the_wire->sent[next_taken++];
}

void wire_forget(void)
{
    while (wire_take()) {
    }
}

static void done(struct wire *wire, const struct netdev_buffer *first)
{
    struct netdev_buffer entry = {.cookie = first->cookie};
    netdev_tx_done_put(&wire->end, &entry);
}

void wire_release(void)
{
    for (unsigned i = 0; i < the_wire->held_count; i++)
        done(the_wire, &the_wire->held[i]);
    the_wire->held_count = 0;
    netdev_tx_done_publish(&the_wire->end);
    netdev_tx_done_notify(&the_wire->end, &the_wire->self->links[0].wake);
}

static void send_all(struct wire *wire)
{
    struct netdev_buffer range, first;
    while (netdev_tx_available(&wire->end, 1)) {
        if (wire->sent_count == WIRE_FRAMES)
            abort();
        struct wire_frame *frame = &wire->sent[wire->sent_count++];
        *frame = (struct wire_frame){0};
        do {
            if (!netdev_tx_try_get(&wire->end, &range))
                abort();
            if (frame->ranges++ == 0)
                first = range;
            memcpy(frame->data + frame->length, reach(range.dataspace, range.offset, range.length),
                   range.length);
            frame->length = (uint16_t)(frame->length + range.length);
            frame->dataspace = range.dataspace;
        } while (range.flags & NETDEV_MORE);
        frame->flags = first.flags;
        if (wire->held_count == WIRE_FRAMES)
            abort();
        wire->held[wire->held_count++] = first;
    }
    netdev_tx_release(&wire->end);
    if (!wire->hold_done)
        wire_release();
}

static bool start(struct instance *self)
{
    the_wire = self->state;
    the_wire->self = self;
    the_wire->offloads = wire_offloads;
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    netdev_server_start(&the_wire->end, self->links[link].area);
    wire_medium(WIRE_SPEED_MBPS);
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    send_all(self->state);
}

static bool before_sleep(struct instance *self)
{
    struct wire *wire = self->state;
    return !ring_arm(&wire->end.tx);
}

static int info(void *context, uint64_t sender, uint8_t mac[6], uint32_t *mtu, uint32_t *offloads,
                uint32_t *speed)
{
    (void)sender;
    struct wire *wire = context;
    memcpy(mac, wire_mac, 6);
    *mtu = wire_mtu_bytes;
    *offloads = wire->offloads;
    *speed = WIRE_SPEED_MBPS;
    return 0;
}

static const struct netdev_handlers handlers = {.info = info};

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct l4_message message = {.label = link, .tag = tag};
    memcpy(message.w, words, sizeof(message.w));
    netdev_dispatch(&handlers, self->state, &message);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}

const struct component wire_component = {
    .name = "wire",
    .state_bytes = sizeof(struct wire),
    .start = start,
    .opened = opened,
    .event = event,
    .sleep = before_sleep,
    .call = call,
};
