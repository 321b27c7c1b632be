/* SPDX-License-Identifier: BSD-2-Clause */
#include "host_bus.h"

#include <stdlib.h>
#include <string.h>

void *host_bus_memory(struct host_bus *bus, uint64_t address, size_t length_bytes)
{
    if (address - HOST_BUS_MEMORY < HOST_BUS_MEMORY_BYTES &&
        length_bytes <= HOST_BUS_MEMORY_BYTES - (address - HOST_BUS_MEMORY))
        return bus->memory + (address - HOST_BUS_MEMORY);
    if (address - HOST_BUS_HIGH < HOST_BUS_HIGH_BYTES &&
        length_bytes <= HOST_BUS_HIGH_BYTES - (address - HOST_BUS_HIGH))
        return bus->high + (address - HOST_BUS_HIGH);
    return NULL;
}

static void *dma(struct host_bus *bus, uint64_t address, size_t length_bytes)
{
    if (bus->in_access || length_bytes > HOST_BUS_FRAME_BYTES)
        bus->rule_breaks++;
    return bus->bus_master ? host_bus_memory(bus, address, length_bytes) : NULL;
}

static bool dma_read(void *host, uint64_t address, void *data, size_t length_bytes)
{
    const void *memory = dma(host, address, length_bytes);

    if (memory)
        memcpy(data, memory, length_bytes);
    return memory != NULL;
}

static bool dma_write(void *host, uint64_t address, const void *data, size_t length_bytes)
{
    void *memory = dma(host, address, length_bytes);

    if (memory)
        memcpy(memory, data, length_bytes);
    return memory != NULL;
}

static uint64_t now_ns(void *host)
{
    struct host_bus *bus = host;

    return bus->now_ns;
}

static void timer_set(void *host, uint64_t at_ns)
{
    struct host_bus *bus = host;

    bus->timer_ns = at_ns;
}

static void timer_cancel(void *host)
{
    struct host_bus *bus = host;

    bus->timer_ns = UINT64_MAX;
}

static void frame_out(void *host, const uint8_t *frame, size_t length_bytes)
{
    struct host_bus *bus = host;
    struct host_bus_frame *slot;

    if (bus->frame_hook) {
        bus->frame_hook(bus->frame_context, frame, length_bytes);
        return;
    }
    slot = &bus->frames[(bus->first_frame + bus->frame_count) % HOST_BUS_FRAMES];
    if (bus->frame_count == HOST_BUS_FRAMES || !(slot->data = malloc(length_bytes))) {
        bus->frames_dropped++;
        return;
    }
    memcpy(slot->data, frame, length_bytes);
    slot->length_bytes = length_bytes;
    slot->at_ns = bus->now_ns;
    bus->frame_count++;
}

static void wire_ready(void *host)
{
    struct host_bus *bus = host;

    bus->wire_ready++;
}

static void interrupt_set(void *host, bool asserted)
{
    struct host_bus *bus = host;

    bus->interrupt = asserted;
}

static void wake_set(void *host, bool asserted)
{
    struct host_bus *bus = host;

    bus->wake = asserted;
}

bool host_bus_open(struct host_bus *bus, const struct dp83820_config *config)
{
    static const struct dp83820_host callbacks = {
        .dma_read = dma_read,
        .dma_write = dma_write,
        .now_ns = now_ns,
        .timer_set = timer_set,
        .timer_cancel = timer_cancel,
        .frame_out = frame_out,
        .wire_ready = wire_ready,
        .interrupt_set = interrupt_set,
        .wake_set = wake_set,
    };

    memset(bus, 0, sizeof *bus);
    bus->timer_ns = UINT64_MAX;
    bus->bus_master = true;
    bus->memory = calloc(1, HOST_BUS_MEMORY_BYTES);
    bus->high = calloc(1, HOST_BUS_HIGH_BYTES);
    if (bus->memory && bus->high)
        bus->card = dp83820_create(config, &callbacks, bus);
    if (!bus->card)
        host_bus_close(bus);
    return bus->card != NULL;
}

void host_bus_close(struct host_bus *bus)
{
    dp83820_destroy(bus->card);
    bus->card = NULL;
    for (; bus->frame_count; bus->frame_count--)
        free(bus->frames[bus->first_frame++ % HOST_BUS_FRAMES].data);
    free(bus->memory);
    free(bus->high);
    bus->memory = bus->high = NULL;
}

uint32_t host_bus_read(struct host_bus *bus, uint32_t offset)
{
    uint32_t value;

    host_bus_run(bus, bus->access_ns);
    bus->in_access = true;
    value = dp83820_mmio_read(bus->card, offset, sizeof value);
    bus->in_access = false;
    return value;
}

void host_bus_write(struct host_bus *bus, uint32_t offset, uint32_t value)
{
    host_bus_run(bus, bus->access_ns);
    bus->in_access = true;
    dp83820_mmio_write(bus->card, offset, value, sizeof value);
    bus->in_access = false;
}

/* Goes on to the next timer, or to the end of the time. False: no timer before it. */
static bool step(struct host_bus *bus, uint64_t end_ns)
{
    if (bus->timer_ns > end_ns) {
        bus->now_ns = end_ns;
        return false;
    }
    if (bus->timer_ns > bus->now_ns)
        bus->now_ns = bus->timer_ns;
    bus->timer_ns = UINT64_MAX;
    dp83820_timer_expired(bus->card);
    return true;
}

unsigned host_bus_run(struct host_bus *bus, uint64_t ns)
{
    uint64_t end_ns = bus->now_ns + ns;
    unsigned timers = 0;

    while (step(bus, end_ns))
        timers++;
    return timers;
}

bool host_bus_run_until_interrupt(struct host_bus *bus, bool level, uint64_t ns)
{
    uint64_t end_ns = bus->now_ns + ns;

    while (bus->interrupt != level && step(bus, end_ns))
        ;
    return bus->interrupt == level;
}

size_t host_bus_frame_take(struct host_bus *bus, uint8_t *frame, uint64_t *at_ns)
{
    struct host_bus_frame *slot = &bus->frames[bus->first_frame];
    size_t length_bytes = 0;

    if (bus->frame_count == 0)
        return 0;
    length_bytes = slot->length_bytes;
    memcpy(frame, slot->data, length_bytes);
    if (at_ns)
        *at_ns = slot->at_ns;
    free(slot->data);
    slot->data = NULL;
    bus->first_frame = (bus->first_frame + 1) % HOST_BUS_FRAMES;
    bus->frame_count--;
    return length_bytes;
}
