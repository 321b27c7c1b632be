/* SPDX-License-Identifier: BSD-2-Clause */
#include "path.h"

#include <idl/netdev_session.h>
#include <idl/udp_session.h>
#include <rt/host.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/net/frames.h"
#include "tests/unit/net/program.h"
#include "tests/unit/net/wire.h"

enum {
    RINGS_PHYSICAL = 0x10000,
    MEMORY_PHYSICAL = 0x100000,
    ACCESS_NS = 100,
    PING_US = 500000, /* root wakes watched programs so often */
    ROUNDS_MAX = 2000,
    RETRIES = 3, /* of an echo: a frame may meet what an earlier one has left */
};

extern const struct component dp83820_component, net_component, udp_echo_component;

const uint8_t wire_mac[6] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
uint32_t (*path_lie)(uint32_t offset, uint32_t value);

static struct host_bus bus;
static size_t memory_taken;

/* ---- what libs/driver and libs/session ask of the system */

uint32_t driver_host_read(const volatile void *base, uint32_t offset)
{
    uint32_t value = host_bus_read(&bus, offset);

    (void)base;
    host_clock_us = bus.now_ns / 1000 + 1;
    return path_lie ? path_lie(offset, value) : value;
}

void driver_host_write(volatile void *base, uint32_t offset, uint32_t value)
{
    (void)base;
    host_bus_write(&bus, offset, value);
    host_clock_us = bus.now_ns / 1000 + 1;
}

bool driver_device_open(struct instance *self, uint16_t vendor, uint16_t device, unsigned bar,
                        struct driver_device *opened)
{
    (void)self;
    *opened = (struct driver_device){.registers = &bus, .register_bytes = 0x1000};
    return vendor == 0x100b && device == 0x0022 && bar == 1;
}

bool driver_device_isolate(struct instance *self)
{
    (void)self;
    bus.bus_master = false;
    return true;
}

bool driver_memory_allocate(struct instance *self, size_t length_bytes, uint64_t below,
                            struct driver_memory *memory)
{
    (void)self;
    *memory = (struct driver_memory){.base = host_bus_memory(&bus, RINGS_PHYSICAL, length_bytes),
                                     .physical = RINGS_PHYSICAL,
                                     .length_bytes = length_bytes};
    if (!memory->base || RINGS_PHYSICAL + length_bytes > below)
        return false;
    memset(memory->base, 0, length_bytes);
    return true;
}

void driver_translation_miss(struct instance *self, struct link *link, unsigned dataspace,
                             uint64_t offset, uint64_t length_bytes)
{
    (void)self;
    (void)link;
    (void)dataspace;
    (void)offset;
    (void)length_bytes;
}

static void *memory_take(size_t length_bytes)
{
    void *memory = host_bus_memory(&bus, MEMORY_PHYSICAL + memory_taken, length_bytes);

    memory_taken += length_bytes;
    return memory;
}

/* ---- the system */

enum { DRIVER, NET, ECHO };

static struct parameter driver_parameters[] = {{"holdoff_us", "0"}};
static const struct program_client clients[] = {{&udp_echo_component, "echo", "udp", NULL}};

struct host_bus *path_bus(void)
{
    return &bus;
}

struct card *path_card(void)
{
    return instances[DRIVER].state;
}

/* All that can be done without time passing but for accesses of registers. */
static uint64_t drive(void)
{
    uint64_t deadline_us = 0;

    for (unsigned rounds = 0; rounds < ROUNDS_MAX; rounds++) {
        host_clock_us = bus.now_ns / 1000 + 1;
        if (bus.interrupt && instances[DRIVER].started)
            dp83820_component.irq(&instances[DRIVER], 0);
        deadline_us = program_dispatch(&program);
        if (!bus.interrupt && (deadline_us == 0 || deadline_us > host_clock_us))
            break;
    }
    return deadline_us;
}

void path_run(uint64_t us)
{
    uint64_t end_ns = bus.now_ns + us * 1000;
    uint64_t deadline_us = drive();

    while (bus.now_ns < end_ns) {
        uint64_t ping_ns = bus.now_ns + PING_US * UINT64_C(1000);
        uint64_t until_ns = end_ns < ping_ns ? end_ns : ping_ns;

        if (deadline_us && deadline_us * 1000 < until_ns)
            until_ns = deadline_us * 1000;
        if (until_ns <= bus.now_ns)
            until_ns = bus.now_ns + 1000;
        host_bus_run_until_interrupt(&bus, !bus.interrupt, until_ns - bus.now_ns);
        deadline_us = drive();
    }
}

void path_wire_in(const uint8_t *frame, size_t length_bytes)
{
    for (unsigned i = 0; i < 100 && !dp83820_receive_frame(bus.card, frame, length_bytes); i++)
        path_run(1);
}

size_t path_wire_out(uint8_t *frame)
{
    return host_bus_frame_take(&bus, frame, NULL);
}

static void introduce_peer(void)
{
    static uint8_t frame[HOST_BUS_FRAME_BYTES];

    path_wire_in(frame, frame_arp_request(frame));
    path_run(200);
    while (path_wire_out(frame))
        ;
}

static bool echo_once(uint16_t length_bytes, uint8_t seed)
{
    static uint8_t frame[HOST_BUS_FRAME_BYTES], payload[1500];
    size_t got;
    bool whole = false;

    for (unsigned i = 0; i < length_bytes; i++)
        payload[i] = (uint8_t)(seed + i * 7);
    path_wire_in(frame, frame_udp(frame, 4000, PATH_PORT, payload, length_bytes));
    path_run(400);
    while ((got = path_wire_out(frame)))
        whole = whole || (got >= (size_t)UDP_PAYLOAD_AT + length_bytes &&
                          memcmp(frame, peer_mac, 6) == 0 && get16(frame + 36) == 4000 &&
                          get16(frame + 38) == 8 + length_bytes && udp_checksum(frame + 14) == 0 &&
                          memcmp(frame + UDP_PAYLOAD_AT, payload, length_bytes) == 0);
    return whole;
}

bool path_echoes(uint16_t length_bytes, uint8_t seed)
{
    for (unsigned i = 0; i < RETRIES; i++) {
        if (echo_once(length_bytes, seed))
            return true;
        path_run(1000000);
        introduce_peer();
    }
    return false;
}

bool path_start(void)
{
    struct dp83820_config config;

    dp83820_config_default(&config);
    memcpy(config.mac, wire_mac, sizeof(config.mac));
    if (!host_bus_open(&bus, &config))
        return false;
    bus.access_ns = ACCESS_NS;
    host_memory_take = memory_take;
    host_memory_zero = (uintptr_t)bus.memory;
    instances[DRIVER].parameters = driver_parameters;
    instances[DRIVER].parameter_count = 1;
    if (!program_compose(&dp83820_component, "10.0.2.15/24", clients, 1))
        return false;
    path_run(10000);
    introduce_peer();
    return true;
}

/* An open link, as another program would find it. */
static void link_renew(struct link *link)
{
    memset(link->area, 0, link->area_bytes);
    memset(link->dataspaces, 0, sizeof(link->dataspaces));
    link->generation++;
}

bool path_driver_restart(const char *holdoff_us)
{
    struct instance *driver = &instances[DRIVER];

    net_component.closed(&instances[NET], 0);
    if (driver->started && driver->state)
        dp83820_component.closed(driver, 0);
    free(driver->state);
    driver->state = calloc(1, dp83820_component.state_bytes);
    driver_parameters[0].value = holdoff_us;
    link_renew(&instances[DRIVER].links[0]);
    link_renew(&instances[NET].links[0]);
    bus.bus_master = true;
    driver->deadline_us = 0;
    driver->started = dp83820_component.start(driver);
    if (!driver->started)
        return false;
    net_component.opened(&instances[NET], 0);
    path_run(10000);
    introduce_peer();
    return true;
}
