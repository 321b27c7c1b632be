/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include <idl/netdev_session.h>
#include <idl/tcp_session.h>
#include <idl/udp_session.h>
#include <rt/host.h>
#include <servers/net/net.h>
#include <string.h>

enum { DRIVER, NET, CLIENTS };

extern const struct component net_component;

static struct link driver_link = {.name = "netdev"};
static struct link net_links[SESSIONS_OF_CLIENTS + PROGRAM_CLIENTS] = {{.name = "netdev"}};
static struct link client_links[PROGRAM_CLIENTS];
static struct parameter client_parameters[PROGRAM_CLIENTS][2]; /* the second has no name */
static const struct parameter *net_peers[SESSIONS_OF_CLIENTS + PROGRAM_CLIENTS];
static struct parameter parameters[] = {{"address", NULL}, {"gateway", "10.0.2.2"}};
static struct program_join joins[1 + PROGRAM_CLIENTS] = {{NET, 0, DRIVER, 0, NETDEV_SESSION_BYTES}};
struct instance instances[CLIENTS + PROGRAM_CLIENTS] = {
    [DRIVER] = {.name = "driver", .links = &driver_link, .link_count = 1},
    [NET] = {.component = &net_component,
             .name = "net",
             .links = net_links,
             .peers = net_peers,
             .parameters = parameters,
             .parameter_count = 2},
};
struct program program = {.name = "test", .instances = instances, .joins = joins};

bool program_compose(const struct component *driver, const char *address,
                     const struct program_client *clients, unsigned client_count)
{
    if (client_count > PROGRAM_CLIENTS)
        return false;
    instances[DRIVER].component = driver;
    parameters[0].value = address;
    for (unsigned i = 0; i < client_count; i++) {
        bool udp = strcmp(clients[i].interface, "udp") == 0;
        unsigned session = SESSIONS_OF_CLIENTS + i;
        net_links[session].name = client_links[i].name = clients[i].interface;
        instances[CLIENTS + i] = (struct instance){.component = clients[i].component,
                                                   .name = clients[i].name,
                                                   .links = &client_links[i],
                                                   .link_count = 1};
        if (clients[i].port) {
            client_parameters[i][0] = (struct parameter){"port", clients[i].port};
            instances[CLIENTS + i].parameters = net_peers[session] = client_parameters[i];
            instances[CLIENTS + i].parameter_count = 1;
        }
        joins[1 + i] = (struct program_join){CLIENTS + i, 0, NET, session,
                                             udp ? UDP_SESSION_BYTES : TCP_SESSION_BYTES};
    }
    instances[NET].link_count = SESSIONS_OF_CLIENTS + client_count;
    program.instance_count = CLIENTS + client_count;
    program.join_count = 1 + client_count;
    return program_start(&program);
}

void program_settle(void)
{
    const struct net *net = instances[NET].state;
    program_dispatch(&program);
    while (net->paused & net->card_bit) {
        host_clock_us += OTHERS_PAUSE_US;
        program_dispatch(&program);
    }
}

unsigned buffers_with_driver(void)
{
    const struct net *net = instances[NET].state;
    unsigned count = 0;
    for (unsigned i = 0; i < RX_BUFFERS; i++)
        count += net->rx[i].with_driver;
    return count;
}

unsigned slots_at_rest(void)
{
    struct net *net = instances[NET].state;
    unsigned done = 0;
    for (unsigned i = 0; i < TX_SLOTS; i++)
        done += net->slots[i].with_driver;
    bool all_done = netdev_tx_done_available(&net->end, TX_SLOTS) == net->with_driver;
    return net->free_slot_count + (all_done ? done : 0);
}
