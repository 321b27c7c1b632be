/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bench for the card on the host: memory, a clock, a wire and a pin, without a machine. For tests
 * of the core and for drivers that run on the host against it.
 *
 * Time stands still unless the bench is asked to let it pass: host_bus_run(), or access_ns per
 * register access. Timers of the card run where time passes, never inside of an access of the
 * card's registers. Frames that leave the card wait in a list; what does not fit into it is counted
 * and dropped.
 */
#ifndef TOOLS_QEMU_DP83820_HOST_BUS_H
#define TOOLS_QEMU_DP83820_HOST_BUS_H

#include "dp83820_core.h"

enum {
    HOST_BUS_FRAMES = 4096,
    HOST_BUS_FRAME_BYTES = 65536,
};

/* Memory answers at these bus addresses and nowhere else; the second window needs 64-bit
 * addresses. */
#define HOST_BUS_MEMORY       UINT64_C(0)
#define HOST_BUS_MEMORY_BYTES (UINT64_C(8) << 20)
#define HOST_BUS_HIGH         UINT64_C(0x1234500000000)
#define HOST_BUS_HIGH_BYTES   (UINT64_C(1) << 20)

struct host_bus_frame {
    uint8_t *data;
    size_t length_bytes;
    uint64_t at_ns;
};

struct host_bus {
    struct dp83820 *card;
    uint8_t *memory, *high;
    uint64_t now_ns;
    uint64_t timer_ns;    /* UINT64_MAX: none */
    uint32_t access_ns;   /* time that a register access takes; 0 at first */
    bool bus_master;      /* true at first */
    bool interrupt;       /* level of INTA# */
    bool wake;            /* level of PME# */
    unsigned wire_ready;  /* calls of that name */
    bool in_access;       /* DMA and timers have no business now */
    unsigned rule_breaks; /* DMA inside an access, overlong DMA: never, if the core is right */

    struct host_bus_frame frames[HOST_BUS_FRAMES]; /* left the card, not yet taken */
    unsigned first_frame, frame_count;
    uint64_t frames_dropped;
    void (*frame_hook)(void *context, const uint8_t *frame,
                       size_t length_bytes); /* instead of the list */
    void *frame_context;
};

/* False: no memory. */
bool host_bus_open(struct host_bus *bus, const struct dp83820_config *config);
void host_bus_close(struct host_bus *bus);

/* Memory behind a bus address, NULL if there is none for all the bytes. */
void *host_bus_memory(struct host_bus *bus, uint64_t address, size_t length_bytes);

uint32_t host_bus_read(struct host_bus *bus, uint32_t offset);
void host_bus_write(struct host_bus *bus, uint32_t offset, uint32_t value);

/* Lets time pass and the card's timers run in it. Returns the number of timers that ran. */
unsigned host_bus_run(struct host_bus *bus, uint64_t ns);
/* Runs until the interrupt pin has the level or `ns` have passed; returns whether it has. */
bool host_bus_run_until_interrupt(struct host_bus *bus, bool level, uint64_t ns);

/* Takes the oldest frame that left; returns its length, 0 if there is none. The buffer has
 * HOST_BUS_FRAME_BYTES. */
size_t host_bus_frame_take(struct host_bus *bus, uint8_t *frame, uint64_t *at_ns);

#endif
