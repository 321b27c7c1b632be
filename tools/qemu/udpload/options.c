/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "payload.h"

enum {
    BURST_MAX = 65536,
    WEIGHT_MAX = 1000000,
    NOISE_MAX = 1000,
    VLAN_MAX = 4094,
    PORTS = 65536,
};

/* Mb/s or kpps. The time between two packets stays far below what 64 bits of picoseconds hold. */
static const double rate_min = 0.001, rate_max = 1e6;

bool address_parse(const char *text, uint32_t *address)
{
    unsigned part[4];
    int used = 0;

    if (sscanf(text, "%3u.%3u.%3u.%3u%n", &part[0], &part[1], &part[2], &part[3], &used) != 4 ||
        text[used] != '\0') {
        return false;
    }
    *address = 0;
    for (int i = 0; i < 4; i++) {
        if (part[i] > 255) {
            return false;
        }
        *address = *address << 8 | part[i];
    }
    return true;
}

bool mac_parse(const char *text, uint8_t mac[FRAME_MAC_BYTES])
{
    unsigned part[FRAME_MAC_BYTES];
    int used = 0;

    if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &part[0], &part[1], &part[2], &part[3], &part[4],
               &part[5], &used) != FRAME_MAC_BYTES ||
        text[used] != '\0') {
        return false;
    }
    for (int i = 0; i < FRAME_MAC_BYTES; i++) {
        mac[i] = (uint8_t)part[i];
    }
    return true;
}

bool loads_parse(const char *text, struct load_config *config)
{
    for (config->loads = 0; config->loads < SCHEDULE_LOADS; text++) {
        struct offered_load *load = &config->load[config->loads++];
        char *end;

        load->rate = strtod(text, &end);
        if (end == text || !(load->rate >= rate_min && load->rate <= rate_max)) {
            return false;
        }
        text = end;
        load->counts_packets = strncmp(text, "kpps", 4) == 0;
        if (load->counts_packets) {
            text += 4;
        }
        if (*text != ':') {
            return *text == '\0';
        }
    }
    return false;
}

bool mix_parse(const char *text, struct payload_mix *mix)
{
    for (mix->sizes = 0; mix->sizes < MIX_SIZES; text++) {
        unsigned long bytes, weight = 1;
        char *end;

        bytes = strtoul(text, &end, 10);
        if (end == text || bytes < PAYLOAD_MIN_BYTES || bytes > FRAME_PAYLOAD_MAX) {
            return false;
        }
        text = end;
        if (*text == '*') {
            weight = strtoul(text + 1, &end, 10);
            if (end == text + 1 || weight == 0 || weight > WEIGHT_MAX) {
                return false;
            }
            text = end;
        }
        mix->size[mix->sizes].payload_bytes = (uint32_t)bytes;
        mix->size[mix->sizes++].weight = (uint32_t)weight;
        if (*text != ':') {
            return *text == '\0';
        }
    }
    return false;
}

bool arrival_parse(const char *text, struct schedule_config *config)
{
    unsigned long packets;
    char *end;

    if (strcmp(text, "even") == 0) {
        config->arrival = ARRIVAL_EVEN;
        return true;
    }
    if (strcmp(text, "poisson") == 0) {
        config->arrival = ARRIVAL_POISSON;
        return true;
    }
    if (strncmp(text, "burst", 5) != 0) {
        return false;
    }
    packets = strtoul(text + 5, &end, 10);
    config->arrival = ARRIVAL_BURST;
    config->burst_packets = (uint32_t)packets;
    return end != text + 5 && *end == '\0' && packets != 0 && packets <= BURST_MAX;
}

static int64_t ns_of(uint32_t ms)
{
    return ms * INT64_C(1000000);
}

/* What is a number in the options is one in the configuration. */
static void numbers_read(const struct load_options *options, struct load_config *config)
{
    *config = (struct load_config){
        .own.port = options->own_port,
        .guest.port = options->port,
        .flows = options->flows,
        .noise = options->noise,
        .requests = options->requests,
        .vlan = options->vlan,
        .schedule = {.wire_mbps = options->wire_mbps,
                     .vlan_bytes = options->vlan != 0 ? FRAME_VLAN_BYTES : 0,
                     .seed = options->seed},
        .settle_ns = ns_of(options->settle_ms),
        .warm_up_ns = ns_of(options->warm_up_ms),
        .measure_ns = ns_of(options->measure_ms),
        .drain_ns = ns_of(options->drain_ms),
        .give_up_ns = ns_of(options->give_up_ms),
        .count_within = options->count_within,
    };
}

#define WRONG(...) snprintf(wrong, OPTIONS_WRONG_BYTES, __VA_ARGS__)

static bool numbers_check(const struct load_options *options, char wrong[OPTIONS_WRONG_BYTES])
{
    if (options->flows == 0 || options->flows > LOAD_FLOWS_MAX) {
        WRONG("flows=%" PRIu32 ": want 1 to %d", options->flows, LOAD_FLOWS_MAX);
    } else if (options->own_port == 0 || options->own_port + options->flows > PORTS) {
        WRONG("own-port=%u: want the first port of %" PRIu32 " flows", options->own_port,
              options->flows);
    } else if (options->port == 0) {
        WRONG("port=0: want where the guest echoes");
    } else if (options->vlan > VLAN_MAX) {
        WRONG("vlan=%u: want 1 to %d, or 0 for no tag", options->vlan, VLAN_MAX);
    } else if (options->noise > NOISE_MAX) {
        WRONG("noise=%" PRIu32 ": want up to %d", options->noise, NOISE_MAX);
    } else if (options->requests > NOISE_MAX) {
        WRONG("requests=%" PRIu32 ": want up to %d", options->requests, NOISE_MAX);
    } else if (options->wire_mbps == 0) {
        WRONG("wire-mbps=0: want the speed of the wire");
    } else if (options->measure_ms == 0) {
        WRONG("measure-ms=0: want a time");
    } else if (options->link_up_ms != 0 && options->link_down_ms == 0) {
        WRONG("link-up-ms=%" PRIu32 ": want link-down-ms before it", options->link_up_ms);
    } else if (options->link_down_ms != 0 && options->link_up_ms <= options->link_down_ms) {
        WRONG("link-up-ms=%" PRIu32 ": want more than link-down-ms", options->link_up_ms);
    } else {
        return true;
    }
    return false;
}

bool options_read(const struct load_options *options, struct load_config *config,
                  char wrong[OPTIONS_WRONG_BYTES])
{
    const char *target = options->target != NULL ? options->target : options->guest;

    numbers_read(options, config);
    if (!address_parse(options->guest, &config->guest.address)) {
        WRONG("guest=%.100s: want an IPv4 address", options->guest);
    } else if (!address_parse(options->own, &config->own.address)) {
        WRONG("own=%.100s: want an IPv4 address", options->own);
    } else if (!address_parse(target, &config->target)) {
        WRONG("target=%.100s: want an IPv4 address", target);
    } else if (!mac_parse(options->own_mac, config->own.mac)) {
        WRONG("own-mac=%.100s: want a MAC address", options->own_mac);
    } else if (!loads_parse(options->loads, config)) {
        WRONG("loads=%.100s: want up to %d numbers in Mb/s or like 50kpps, separated by colons",
              options->loads, SCHEDULE_LOADS);
    } else if (!mix_parse(options->payload, &config->schedule.mix)) {
        WRONG("payload=%.100s: want up to %d sizes of %d to %d, as in 64*7:1472*1",
              options->payload, MIX_SIZES, PAYLOAD_MIN_BYTES, FRAME_PAYLOAD_MAX);
    } else if (!arrival_parse(options->arrival, &config->schedule)) {
        WRONG("arrival=%.100s: want even, poisson or burstN", options->arrival);
    } else {
        return numbers_check(options, wrong);
    }
    return false;
}
