/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <rt/host.h>
#include <stdlib.h>
#include <string.h>

static struct bench *the_bench; /* registers have no context */

enum {
    RINGS_PHYSICAL = 0x10000,
    PAGES_PHYSICAL = 0x100000,
    ACCESS_NS = 100,
    PING_US = 500000,  /* root wakes watched programs so often */
    ROUNDS_MAX = 2000, /* of driver and card without time passing: more is a storm that the driver
                          failed to stop */
};

/* ---- registers */

static void clock_follow(struct bench *bench)
{
    host_clock_us = bench->bus.now_ns / 1000 + 1;
}

uint32_t driver_host_read(const volatile void *base, uint32_t offset)
{
    struct bench *bench = the_bench;
    uint32_t value = host_bus_read(&bench->bus, offset);

    (void)base;
    clock_follow(bench);
    bench->mmio_reads++;
    return bench->lie ? bench->lie(bench, offset, value) : value;
}

void driver_host_write(volatile void *base, uint32_t offset, uint32_t value)
{
    (void)base;
    host_bus_write(&the_bench->bus, offset, value);
    clock_follow(the_bench);
    the_bench->mmio_writes++;
}

/* ---- what libs/driver asks of the system */

bool driver_device_open(struct instance *self, uint16_t vendor, uint16_t device, unsigned bar,
                        struct driver_device *opened)
{
    (void)self;
    *opened = (struct driver_device){.registers = the_bench, .register_bytes = DP83820_SIZE_BYTES};
    return !the_bench->absent && vendor == DP83820_PCI_VENDOR && device == DP83820_PCI_DEVICE &&
           bar == 1;
}

bool driver_device_isolate(struct instance *self)
{
    (void)self;
    if (the_bench->no_isolate)
        return false;
    the_bench->bus.bus_master = false;
    the_bench->isolated = true;
    return true;
}

bool driver_memory_allocate(struct instance *self, size_t length_bytes, uint64_t below,
                            struct driver_memory *memory)
{
    (void)self;
    memory->base = host_bus_memory(&the_bench->bus, RINGS_PHYSICAL, length_bytes);
    memory->physical = RINGS_PHYSICAL;
    memory->length_bytes = length_bytes;
    return memory->base && RINGS_PHYSICAL + length_bytes <= below;
}

void driver_translation_miss(struct instance *self, struct link *link, unsigned dataspace,
                             uint64_t offset, uint64_t length_bytes)
{
    (void)self;
    (void)link;
    (void)dataspace;
    (void)offset;
    (void)length_bytes;
    the_bench->misses++;
}

/* ---- the client's memory */

/* Neighbours in the dataspace are no neighbours in memory. */
static uint64_t page_physical(unsigned page)
{
    return PAGES_PHYSICAL + (uint64_t)(page * 7 % BENCH_PAGES) * 2 * TRANSLATION_PAGE_BYTES;
}

void bench_page_toggle(struct bench *bench, unsigned page)
{
    bench->entries[page] = bench->entries[page] ? 0 : page_physical(page);
}

uint8_t *bench_byte(struct bench *bench, uint32_t offset)
{
    unsigned page = offset / TRANSLATION_PAGE_BYTES;

    return host_bus_memory(&bench->bus, page_physical(page) + offset % TRANSLATION_PAGE_BYTES, 1);
}

void bench_copy_in(struct bench *bench, uint32_t offset, const void *from, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        *bench_byte(bench, offset + i) = ((const uint8_t *)from)[i];
}

void bench_copy_out(struct bench *bench, uint32_t offset, void *to, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        ((uint8_t *)to)[i] = *bench_byte(bench, offset + i);
}

unsigned bench_pins(const struct bench *bench)
{
    unsigned pins = 0;

    for (unsigned i = 0; i < BENCH_PAGES; i++)
        pins += bench->marks[i] != 0;
    return pins;
}

unsigned bench_pins_swept(struct bench *bench)
{
    bench_run(bench, 2 * PING_US + 100000);
    return bench_pins(bench);
}

/* ---- life */

static void session_fill(struct bench *bench)
{
    static uint32_t generation;

    memset(bench->area, 0, NETDEV_SESSION_BYTES);
    netdev_client_start(&bench->client, bench->area);
    memset(bench->marks, 0, sizeof(bench->marks));
    bench->link.area = bench->area;
    bench->link.area_bytes = NETDEV_SESSION_BYTES;
    bench->link.generation = ++generation;
    bench->link.wake = (struct ring_wake){.local_pending = &bench->client_pending, .bits = 1};
    bench->link.dataspaces[BENCH_DATASPACE] =
        (struct link_dataspace){.length_bytes = BENCH_PAGES * TRANSLATION_PAGE_BYTES,
                                .translation = bench->entries,
                                .pins = bench->marks,
                                .pins_max = NETDEV_PINS_MAX};
}

void bench_session_open(struct bench *bench)
{
    session_fill(bench);
    bench->link.waiting = false;
    dp83820_component.opened(&bench->instance, 0);
}

void bench_session_close(struct bench *bench)
{
    bench->link.waiting = true;
    dp83820_component.closed(&bench->instance, 0);
    memset(bench->link.dataspaces, 0, sizeof(bench->link.dataspaces));
    bench->link.area = NULL;
    bench->link.generation = 0;
}

bool bench_open(struct bench *bench, const struct dp83820_config *config, const char *holdoff_us,
                const char *mtu)
{
    bool absent = bench->absent, no_isolate = bench->no_isolate;
    uint32_t (*lie)(struct bench *, uint32_t, uint32_t) = bench->lie;

    memset(bench, 0, sizeof(*bench));
    bench->absent = absent;
    bench->no_isolate = no_isolate;
    bench->lie = lie;
    the_bench = bench;
    host_log[0] = 0;
    if (!host_bus_open(&bench->bus, config))
        return false;
    bench->bus.access_ns = ACCESS_NS;
    for (unsigned i = 0; i < BENCH_PAGES; i++)
        bench->entries[i] = page_physical(i);
    bench->area = aligned_alloc(4096, NETDEV_SESSION_BYTES);
    session_fill(bench);
    bench->link.name = "netdev";
    bench->link.server = true;
    bench->parameters[0] = (struct parameter){"holdoff_us", holdoff_us ? holdoff_us : "0"};
    bench->parameters[1] = (struct parameter){"mtu", mtu ? mtu : "1500"};
    bench->instance = (struct instance){.component = &dp83820_component,
                                        .name = "card",
                                        .parameters = bench->parameters,
                                        .parameter_count = 2,
                                        .links = &bench->link,
                                        .link_count = 1};
    bench->program =
        (struct program){.name = "driver", .instances = &bench->instance, .instance_count = 1};
    return program_start(&bench->program);
}

void bench_close(struct bench *bench)
{
    if (bench->instance.state)
        dp83820_component.closed(&bench->instance, 0);
    free(bench->instance.state);
    free(bench->area);
    host_bus_close(&bench->bus);
    the_bench = NULL;
}

struct card *bench_card(struct bench *bench)
{
    return bench->instance.state;
}

/* The driver does all it can without time passing but for its own accesses. */
static void drive(struct bench *bench)
{
    for (unsigned rounds = 0; rounds < ROUNDS_MAX; rounds++) {
        uint64_t deadline;

        clock_follow(bench);
        if (bench->bus.interrupt)
            dp83820_component.irq(&bench->instance, 0);
        deadline = program_dispatch(&bench->program);
        if (bench->client_pending)
            bench->wakes++;
        bench->client_pending = 0;
        if (!bench->bus.interrupt && (deadline == 0 || deadline > host_clock_us))
            return;
    }
}

void bench_run(struct bench *bench, uint64_t us)
{
    uint64_t end_ns = bench->bus.now_ns + us * 1000;

    drive(bench);
    while (bench->bus.now_ns < end_ns) {
        uint64_t deadline_ns = bench->instance.deadline_us * 1000;
        uint64_t ping_ns = bench->bus.now_ns + PING_US * UINT64_C(1000);
        uint64_t until_ns = end_ns < ping_ns ? end_ns : ping_ns;

        if (deadline_ns && deadline_ns < until_ns)
            until_ns = deadline_ns;
        if (until_ns > bench->bus.now_ns)
            host_bus_run_until_interrupt(&bench->bus, !bench->bus.interrupt,
                                         until_ns - bench->bus.now_ns);
        drive(bench);
    }
}

/* ---- the client */

void bench_give_buffers(struct bench *bench, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        struct netdev_buffer buffer = {.offset = i * BENCH_BUFFER_BYTES,
                                       .length = BENCH_BUFFER_BYTES,
                                       .dataspace = BENCH_DATASPACE,
                                       .cookie = i};
        netdev_rx_free_try_put(&bench->client, &buffer);
    }
    netdev_rx_free_publish(&bench->client);
    bench->program.pending |= 1;
}

void bench_put(struct bench *bench, struct netdev_buffer entry)
{
    netdev_tx_try_put(&bench->client, &entry);
}

void bench_publish(struct bench *bench)
{
    struct ring_wake wake = {.local_pending = &bench->program.pending, .bits = 1};

    netdev_tx_publish(&bench->client);
    netdev_tx_notify(&bench->client, &wake);
}

bool bench_send(struct bench *bench, uint32_t offset, const uint16_t *lengths, unsigned count,
                uint8_t flags, uint64_t cookie)
{
    if (netdev_tx_room(&bench->client, count) < count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        bench_put(bench,
                  (struct netdev_buffer){
                      .offset = offset,
                      .length = lengths[i],
                      .dataspace = BENCH_DATASPACE,
                      .flags = (uint8_t)((i == 0 ? flags : 0) | (i + 1 < count ? NETDEV_MORE : 0)),
                      .cookie = i == 0 ? cookie : 0});
        offset += lengths[i];
    }
    bench_publish(bench);
    return true;
}

void bench_wire_in(struct bench *bench, const void *frame, size_t length)
{
    while (!dp83820_receive_frame(bench->bus.card, frame, length))
        bench_run(bench, 1);
}

void bench_frame(struct bench *bench, uint8_t *frame, size_t length, unsigned seed)
{
    memcpy(frame, bench_card(bench)->ring.port.mac, 6);
    memcpy(frame + 6, "\x02\x00\x00\x00\x00\x01", 6);
    frame[12] = 0x88;
    frame[13] = 0xb5; /* an experimental type: the card looks no further */
    for (size_t i = 14; i < length; i++)
        frame[i] = (uint8_t)(seed + i * 7);
}
