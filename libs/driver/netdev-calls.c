/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls of idl/netdev.idl. */
#include <driver/netdev.h>
#include <idl/netdev_server.h>
#include <string.h>

static int info(void *context, uint64_t sender, uint8_t mac[6], uint32_t *mtu_bytes,
                uint32_t *offloads, uint32_t *speed_mbps)
{
    const struct netdev_port *port = context;

    (void)sender;
    if (port->gone)
        return NETDEV_ERROR_NO_SUCH_CARD;
    memcpy(mac, port->mac, sizeof(port->mac));
    *mtu_bytes = port->mtu_bytes;
    *offloads = port->offloads;
    *speed_mbps = port->speed_mbps;
    return 0;
}

static int promiscuous_set(void *context, uint64_t sender, bool on)
{
    struct netdev_port *port = context;

    (void)sender;
    if (port->gone)
        return NETDEV_ERROR_NO_SUCH_CARD;
    port->promiscuous = on;
    port->hardware->filter_set(port);
    return 0;
}

static int multicast_add(void *context, uint64_t sender, const uint8_t address[6])
{
    struct netdev_port *port = context;

    (void)sender;
    if (port->gone)
        return NETDEV_ERROR_NO_SUCH_CARD;
    if (!(address[0] & 1))
        return INTERFACE_MALFORMED;
    for (unsigned i = 0; i < port->group_count; i++)
        if (memcmp(port->groups[i], address, 6) == 0)
            return 0;
    if (port->group_count == NETDEV_GROUPS_MAX)
        return NETDEV_ERROR_TABLE_FULL;
    memcpy(port->groups[port->group_count++], address, 6);
    port->hardware->filter_set(port);
    return 0;
}

static int statistics_get(void *context, uint64_t sender, struct netdev_statistics *counts)
{
    const struct netdev_port *port = context;

    (void)sender;
    *counts = port->counts;
    return 0;
}

static const struct netdev_handlers handlers = {
    .info = info,
    .promiscuous_set = promiscuous_set,
    .multicast_add = multicast_add,
    .statistics_get = statistics_get,
};

uint64_t netdev_call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    struct netdev_port *port = self->state;
    struct l4_message message = {.label = link, .tag = tag};

    if (&self->links[link] != port->link) {
        message_refuse(&message, INTERFACE_UNKNOWN);
        return message.tag;
    }
    memcpy(message.w, words, sizeof(message.w));
    netdev_dispatch(&handlers, port, &message);
    memcpy(words, message.w, sizeof(message.w));
    return message.tag;
}
