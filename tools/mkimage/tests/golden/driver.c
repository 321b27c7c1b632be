/* SPDX-License-Identifier: BSD-2-Clause */
/* Program driver. Made by mkimage from tools/mkimage/tests/good/echo.image; change that file, not this one. */
#include <interface/note.h>
#include <rt/loop.h>
#include <rt/tracer.h>

extern const struct component dp83820_component;
extern const struct interface_note dp83820_notes[];

static const struct parameter card_parameters[] = {
    {"holdoff_us", "100"},
    {"device_first", "0"},
    {"irq_first", "0"},
};

static struct link card_links[] = {
    {.name = "netdev", .server = true}, /* for net.netdev in program net */
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
};

/* Calls are written to the log. */
extern const struct trace_interface netdev_trace;
extern const struct trace_interface pci_trace;
static const struct trace_interface *const interfaces[] = {
    &netdev_trace, /* card.netdev */
    &pci_trace, /* card.pci */
    0, /* the end */
};
static const struct program_tracer tracer = {tracer_call, interfaces};

/* Keeps the notes of the components (interface/note.h) in the program: mkimage reads them there. */
const struct interface_note *const composition_notes[] __attribute__((used, retain)) = {
    dp83820_notes,
};

extern struct program composition;
struct program composition = {
    .name = "driver",
    .instances = instances,
    .instance_count = sizeof(instances) / sizeof(instances[0]),
    .tracer = &tracer,
};
