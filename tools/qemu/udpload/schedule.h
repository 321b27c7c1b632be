/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When packets leave and how large they are: the arrival process, the mix of sizes, and the wire
 * that they leave on. Packets arrive at the sender by the process and leave one after the other at
 * the wire's speed, so bursts are back to back and no more is offered than the wire carries.
 * Everything is drawn from one seed.
 */
#ifndef TOOLS_QEMU_UDPLOAD_SCHEDULE_H
#define TOOLS_QEMU_UDPLOAD_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIX_SIZES = 16, SCHEDULE_LOADS = 64 };

enum arrival { ARRIVAL_EVEN, ARRIVAL_POISSON, ARRIVAL_BURST };

struct offered_load {
    double rate; /* payload in Mb/s, or thousands of packets per second */
    bool counts_packets;
};

struct payload_mix {
    size_t sizes;
    struct {
        uint32_t payload_bytes, weight;
    } size[MIX_SIZES];
};

struct schedule_config {
    enum arrival arrival;
    uint32_t burst_packets;
    uint32_t wire_mbps;
    uint32_t vlan_bytes; /* what a tag adds to each frame */
    uint64_t seed;
    struct payload_mix mix;
};

struct schedule {
    struct schedule_config config;
    struct offered_load load;
    uint64_t random;
    int64_t arrival_ps, wire_free_ps, pause_ps;
    uint32_t burst_left;
};

/* The next number of a sequence (splitmix64). */
uint64_t random_next(uint64_t *state);

double mix_mean_bytes(const struct payload_mix *mix);
/* Both units of a load, whichever it was given in. */
double offered_mbps(const struct offered_load *load, const struct payload_mix *mix);
double offered_kpps(const struct offered_load *load, const struct payload_mix *mix);

void schedule_start(struct schedule *schedule, const struct schedule_config *config,
                    const struct offered_load *load, int64_t now_ns);
/* Says when the next packet begins to leave, and its payload. */
int64_t schedule_next_ns(struct schedule *schedule, uint32_t *payload_bytes);

#endif
