/* SPDX-License-Identifier: BSD-2-Clause */
#include "schedule.h"

#include <math.h>
#include <stdlib.h>
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

size_t loads_parse(const char *text, struct offered_load loads[SCHEDULE_LOADS])
{
    size_t count = 0;

    for (;;) {
        char *end;
        double rate = strtod(text, &end);

        if (end == text || !(rate > 0) || rate > 1e6 || count == SCHEDULE_LOADS) {
            return 0;
        }
        loads[count].counts_packets = strncmp(end, "kpps", 4) == 0;
        if (loads[count].counts_packets) {
            end += 4;
        }
        loads[count++].rate = rate;
        if (*end == '\0') {
            return count;
        }
        if (*end != ':') {
            return 0;
        }
        text = end + 1;
    }
}

bool mix_parse(const char *text, uint32_t smallest_bytes, uint32_t largest_bytes,
               struct payload_mix *mix)
{
    memset(mix, 0, sizeof(*mix));
    for (;;) {
        char *end;
        unsigned long bytes = strtoul(text, &end, 10), weight = 1;

        if (end == text || bytes < smallest_bytes || bytes > largest_bytes ||
            mix->sizes == MIX_SIZES) {
            return false;
        }
        if (*end == '*') {
            text = end + 1;
            weight = strtoul(text, &end, 10);
            if (end == text || weight == 0 || weight > 1000000) {
                return false;
            }
        }
        mix->size[mix->sizes].payload_bytes = (uint32_t)bytes;
        mix->size[mix->sizes++].weight = (uint32_t)weight;
        if (*end == '\0') {
            return true;
        }
        if (*end != ':') {
            return false;
        }
        text = end + 1;
    }
}

bool arrival_parse(const char *text, struct schedule_config *config)
{
    if (strcmp(text, "even") == 0) {
        config->arrival = ARRIVAL_EVEN;
    } else if (strcmp(text, "poisson") == 0) {
        config->arrival = ARRIVAL_POISSON;
    } else if (strncmp(text, "burst", 5) == 0) {
        char *end;
        unsigned long packets = strtoul(text + 5, &end, 10);

        if (end == text + 5 || *end != '\0' || packets == 0 || packets > 65536) {
            return false;
        }
        config->arrival = ARRIVAL_BURST;
        config->burst_packets = (uint32_t)packets;
    } else {
        return false;
    }
    return true;
}
