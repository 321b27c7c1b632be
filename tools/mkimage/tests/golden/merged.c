/* SPDX-License-Identifier: BSD-2-Clause */
/* Program net. Made by mkimage from tools/mkimage/tests/good/echo.image; change that file, not this one. */
#include <interface/note.h>
#include <rt/loop.h>

extern const struct component dp83820_component;
extern const struct interface_note dp83820_notes[];
extern const struct component net_component;
extern const struct interface_note net_notes[];
extern const struct component echo_component;
extern const struct interface_note echo_notes[];

static const struct parameter card_parameters[] = {
    {"holdoff_us", "100"},
    {"device_first", "0"},
    {"irq_first", "0"},
};

static struct link card_links[] = {
    {.name = "netdev", .server = true}, /* for net.netdev */
    {.name = "pci", .server = false}, /* of pci.pci in program bus */
};

static const struct parameter card_peer_0[] = {
    {"ip", "10.0.2.15/24"},
    {0},
};

static const struct parameter *const card_peers[] = {
    [0] = card_peer_0, /* net */
    [1] = NULL,
};

static const struct parameter net_parameters[] = {
    {"ip", "10.0.2.15/24"},
};

static struct link net_links[] = {
    {.name = "udp", .server = true}, /* for echo.udp */
    {.name = "netdev", .server = false}, /* of card.netdev */
};

static struct link echo_links[] = {
    {.name = "udp", .server = false}, /* of net.udp */
};

static struct instance instances[] = {
    {
        .component = &dp83820_component,
        .name = "card",
        .parameters = card_parameters,
        .parameter_count = sizeof(card_parameters) / sizeof(card_parameters[0]),
        .links = card_links,
        .link_count = sizeof(card_links) / sizeof(card_links[0]),
        .peers = card_peers,
        .first_event = 0,
    },
    {
        .component = &net_component,
        .name = "net",
        .parameters = net_parameters,
        .parameter_count = sizeof(net_parameters) / sizeof(net_parameters[0]),
        .links = net_links,
        .link_count = sizeof(net_links) / sizeof(net_links[0]),
        .first_event = 2,
    },
    {
        .component = &echo_component,
        .name = "echo",
        .links = echo_links,
        .link_count = sizeof(echo_links) / sizeof(echo_links[0]),
        .first_event = 4,
    },
};

/* Links that both end in this program. */
static const struct program_join joins[] = {
    {
        .client = 1,
        .client_link = 1, /* net.netdev */
        .server = 0,
        .server_link = 0, /* card.netdev */
        .area_bytes = 4096,
    },
    {
        .client = 2,
        .client_link = 0, /* echo.udp */
        .server = 1,
        .server_link = 0, /* net.udp */
        .area_bytes = 4096,
    },
};

/* Keeps the notes of the components (interface/note.h) in the program: mkimage reads them there. */
const struct interface_note *const composition_notes[] __attribute__((used, retain)) = {
    dp83820_notes,
    net_notes,
    echo_notes,
};

extern struct program composition;
struct program composition = {
    .name = "net",
    .instances = instances,
    .instance_count = sizeof(instances) / sizeof(instances[0]),
    .joins = joins,
    .join_count = sizeof(joins) / sizeof(joins[0]),
};
