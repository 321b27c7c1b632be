/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver against the model of the card, in one process: the driver is an instance of the
 * runtime, registers are functions of the model, memory is that of the model's bus, and the test is
 * the client.
 *
 * Time passes in bench_run only, and a little with each access to a register. Buffers of the client
 * lie in one dataspace whose pages are scattered over the bus's memory, so that a wrong translation
 * hits something else.
 */
#ifndef DP83820_DRIVER_BENCH_H
#define DP83820_DRIVER_BENCH_H

#include <host_bus.h>
#include <idl/netdev_client.h>
#include <idl/netdev_session.h>
#include <rt/loop.h>
#include <stdbool.h>
#include <stdint.h>

#include "dp83820.h"

enum {
    BENCH_PAGES = 512, /* of the client's dataspace, number 1 in the session */
    BENCH_BUFFER_BYTES = 2048,
    BENCH_BUFFERS = 256, /* receive buffers in the first half of the dataspace */
    BENCH_TX_BASE = BENCH_BUFFERS * BENCH_BUFFER_BYTES,
    BENCH_DATASPACE = 1,
    BENCH_FRAMES = 4096,
};

/* What came back to the client. */
struct bench_received {
    struct netdev_buffer entry;
    uint8_t bytes[BENCH_BUFFER_BYTES];
};

struct bench {
    struct host_bus bus;
    struct program program;
    struct instance instance;
    struct link link;
    struct parameter parameters[4];
    void *area;
    struct netdev_client client;
    volatile uint64_t client_pending; /* the driver has woken the client */
    uint64_t wakes;
    uint64_t entries[BENCH_PAGES]; /* translation table */
    uint32_t marks[BENCH_PAGES];
    bool isolated;   /* the driver has given the bus mastering back */
    bool no_isolate; /* it cannot */
    bool absent;     /* there is no card */
    unsigned misses; /* translations that the driver asked for */
    uint64_t mmio_reads, mmio_writes;
    /* Damages what the card says: called for each register read with its offset and true value. */
    uint32_t (*lie)(struct bench *bench, uint32_t offset, uint32_t value);
    uint64_t lies;
};

/* Powers everything up; the driver has started, and there is a session unless `no_session`. */
bool bench_open(struct bench *bench, const struct dp83820_config *config, const char *holdoff_us,
                const char *mtu);
void bench_close(struct bench *bench);

/* Lets `us` pass: the card works, the driver gets interrupts, events and timers. Bounded whatever
 * the card does. */
void bench_run(struct bench *bench, uint64_t us);

/* Opens another session, as after a restart of the client; or ends the one there is. */
void bench_session_open(struct bench *bench);
void bench_session_close(struct bench *bench);

extern const struct component dp83820_component;

struct card *bench_card(struct bench *bench);

/* A page of the client's dataspace is absent from now on, or present again. */
void bench_page_toggle(struct bench *bench, unsigned page);

/* The byte of the client's dataspace at an offset, in the bus's memory. */
uint8_t *bench_byte(struct bench *bench, uint32_t offset);
void bench_copy_in(struct bench *bench, uint32_t offset, const void *from, uint32_t length);
void bench_copy_out(struct bench *bench, uint32_t offset, void *to, uint32_t length);

/* Gives the driver receive buffers `first` to `first + count - 1`; their cookies are their numbers.
 */
void bench_give_buffers(struct bench *bench, unsigned first, unsigned count);

/* Puts a packet of the given ranges (lengths) at `offset` and following; cookie in the first. True
 * if there was room. */
bool bench_send(struct bench *bench, uint32_t offset, const uint16_t *lengths, unsigned count,
                uint8_t flags, uint64_t cookie);
void bench_put(struct bench *bench, struct netdev_buffer entry);
void bench_publish(struct bench *bench);

/* Sends a frame over the wire to the card and gives it time to arrive. */
void bench_wire_in(struct bench *bench, const void *frame, size_t length);

/* Fills a frame: to the card's own address, with a length and a seed for its payload. */
void bench_frame(struct bench *bench, uint8_t *frame, size_t length, unsigned seed);

/* Pages of the client's dataspace that are pinned now, and after the driver has let go what the
 * card does not use. */
unsigned bench_pins(const struct bench *bench);
unsigned bench_pins_swept(struct bench *bench);

#endif
