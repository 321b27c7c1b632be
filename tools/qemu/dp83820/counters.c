/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters of a run by name, for those who print them. */
#include "card.h"

#include <string.h>

#define COUNTER(name)                                                                              \
    {                                                                                              \
#name, offsetof(struct dp83820_counters, name)                                             \
    }

static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    COUNTER(mmio_reads),      COUNTER(mmio_writes),     COUNTER(dma_reads),
    COUNTER(dma_writes),      COUNTER(dma_read_bytes),  COUNTER(dma_write_bytes),
    COUNTER(interrupts),      COUNTER(interrupt_reads), COUNTER(frames_in),
    COUNTER(bytes_in),        COUNTER(frames_out),      COUNTER(bytes_out),
    COUNTER(frames_offered),  COUNTER(drops_filter),    COUNTER(drops_overrun),
    COUNTER(drops_error),     COUNTER(drops_disabled),  COUNTER(drops_link),
    COUNTER(transmit_errors), COUNTER(pause_in),        COUNTER(pause_out),
    COUNTER(faults),
};

enum { COUNTERS = sizeof counters / sizeof counters[0] };
_Static_assert(COUNTERS * sizeof(uint64_t) == sizeof(struct dp83820_counters),
               "each counter has its name");

const char *dp83820_counter_name(unsigned index)
{
    return index < COUNTERS ? counters[index].name : NULL;
}

uint64_t dp83820_counter_value(const struct dp83820_counters *of, unsigned index)
{
    uint64_t value = 0;

    if (index < COUNTERS)
        memcpy(&value, (const char *)of + counters[index].offset, sizeof value);
    return value;
}
