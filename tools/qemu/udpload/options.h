/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The properties of the device that say what is offered to whom, as they are typed, and what they
 * mean. README.md explains them.
 */
#ifndef TOOLS_QEMU_UDPLOAD_OPTIONS_H
#define TOOLS_QEMU_UDPLOAD_OPTIONS_H

#include "load.h"

enum { OPTIONS_WRONG_BYTES = 200 };

struct load_options {
    char *guest, *own, *own_mac, *payload, *loads, *arrival;
    char *target; /* NULL: the guest */
    uint16_t port, own_port, vlan;
    uint32_t flows, wire_mbps, noise, requests;
    uint32_t warm_up_ms, measure_ms, drain_ms, settle_ms, give_up_ms;
    uint32_t link_down_ms, link_up_ms; /* 0: never */
    uint64_t seed;
    bool count_within;
};

/* False: `wrong` says which option cannot be, and what may. */
bool options_read(const struct load_options *options, struct load_config *config,
                  char wrong[OPTIONS_WRONG_BYTES]);

/* "10.0.2.15", "52:54:00:12:34:56". False if the text is anything else. */
bool address_parse(const char *text, uint32_t *address);
bool mac_parse(const char *text, uint8_t mac[FRAME_MAC_BYTES]);
/* "10:100:55kpps", "1024" or "64*7:1472*1", "even", "poisson" or "burst32". */
bool loads_parse(const char *text, struct load_config *config);
bool mix_parse(const char *text, struct payload_mix *mix);
bool arrival_parse(const char *text, struct schedule_config *config);

#endif
