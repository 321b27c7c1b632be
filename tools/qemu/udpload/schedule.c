/* SPDX-License-Identifier: BSD-2-Clause */
#include "schedule.h"

#include <math.h>
#include <string.h>

#include "frame.h"

/* A sender that the wire holds up does not save up more than this. */
static const int64_t backlog_limit_ps = 1000000000;

uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

double mix_mean_bytes(const struct payload_mix *mix)
{
    double bytes = 0, weights = 0;

    for (size_t i = 0; i < mix->sizes; i++) {
        bytes += (double)mix->size[i].payload_bytes * mix->size[i].weight;
        weights += mix->size[i].weight;
    }
    return bytes / weights;
}

double offered_mbps(const struct offered_load *load, const struct payload_mix *mix)
{
    return load->counts_packets ? load->rate * mix_mean_bytes(mix) * 8 / 1000 : load->rate;
}

double offered_kpps(const struct offered_load *load, const struct payload_mix *mix)
{
    return load->counts_packets ? load->rate : load->rate * 1000 / (mix_mean_bytes(mix) * 8);
}

void schedule_start(struct schedule *schedule, const struct schedule_config *config,
                    const struct offered_load *load, int64_t now_ns)
{
    memset(schedule, 0, sizeof(*schedule));
    schedule->config = *config;
    schedule->load = *load;
    schedule->random = config->seed;
    schedule->arrival_ps = now_ns * 1000;
    schedule->wire_free_ps = schedule->arrival_ps;
    schedule->burst_left = config->burst_packets;
}

static uint32_t mix_draw(const struct payload_mix *mix, uint64_t *random)
{
    uint64_t weights = 0, ticket;
    size_t i;

    if (mix->sizes == 1) {
        return mix->size[0].payload_bytes;
    }
    for (i = 0; i < mix->sizes; i++) {
        weights += mix->size[i].weight;
    }
    ticket = random_next(random) % weights;
    for (i = 0; ticket >= mix->size[i].weight; i++) {
        ticket -= mix->size[i].weight;
    }
    return mix->size[i].payload_bytes;
}

/* The pause after a packet of this size that keeps the offered load on the average. */
static double gap_ps(const struct schedule *schedule, uint32_t payload_bytes)
{
    if (schedule->load.counts_packets) {
        return 1e9 / schedule->load.rate;
    }
    return payload_bytes * 8 * 1e6 / schedule->load.rate;
}

static void arrival_advance(struct schedule *schedule, uint32_t payload_bytes)
{
    double gap = gap_ps(schedule, payload_bytes);

    switch (schedule->config.arrival) {
    case ARRIVAL_EVEN:
        schedule->arrival_ps += (int64_t)gap;
        break;
    case ARRIVAL_POISSON: {
        double uniform = (double)((random_next(&schedule->random) >> 11) + 1) * 0x1p-53;
        schedule->arrival_ps += (int64_t)(-log(uniform) * gap);
        break;
    }
    case ARRIVAL_BURST:
        schedule->pause_ps += (int64_t)gap;
        if (--schedule->burst_left == 0) {
            schedule->burst_left = schedule->config.burst_packets;
            schedule->arrival_ps += schedule->pause_ps;
            schedule->pause_ps = 0;
        }
        break;
    }
}

int64_t schedule_next_ns(struct schedule *schedule, uint32_t *payload_bytes)
{
    int64_t leave_ps = schedule->arrival_ps;

    *payload_bytes = mix_draw(&schedule->config.mix, &schedule->random);
    if (leave_ps < schedule->wire_free_ps) {
        leave_ps = schedule->wire_free_ps;
    }
    schedule->wire_free_ps =
        leave_ps +
        frame_wire_ps(FRAME_UDP_HEADER_BYTES + schedule->config.vlan_bytes + *payload_bytes,
                      schedule->config.wire_mbps);
    arrival_advance(schedule, *payload_bytes);
    if (schedule->arrival_ps < schedule->wire_free_ps - backlog_limit_ps) {
        schedule->arrival_ps = schedule->wire_free_ps - backlog_limit_ps;
    }
    /* Rounded up: never before the wire is free. */
    return (leave_ps + 999) / 1000;
}
