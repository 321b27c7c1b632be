/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load generator without a network around it.
 *
 * It finds the guest by ARP, waits for the first echo, then offers one load after the other. Each
 * load has four parts: warm-up, measuring (what is sent and what comes back in this window is
 * counted), draining (packets sent in the window may still come back), and a rest. Time is what the
 * caller says it is; all that happens follows from the configuration, the times and the frames
 * handed in.
 *
 * A reply is good if headers, checksums, length and every byte (payload.h) are right, if it was
 * asked for, if it is the first one, and if it does not overtake an earlier packet of its flow.
 */
#ifndef TOOLS_QEMU_UDPLOAD_LOAD_H
#define TOOLS_QEMU_UDPLOAD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "schedule.h"

enum { LOAD_FLOWS_MAX = 1024 };

#define LOAD_NEVER INT64_MAX

/* What is wrong with a reply; each is counted by itself and in `bad`. */
enum reply_fault {
    REPLY_LENGTH,
    REPLY_IP_CHECKSUM,
    REPLY_UDP_CHECKSUM,
    REPLY_FRAGMENT,
    REPLY_CONTENT,
    REPLY_FLOW,  /* ports, addresses or tag are not those of the request */
    REPLY_ORDER, /* overtook an earlier packet of its flow */
    REPLY_TWICE,
    REPLY_FAULTS,
};

/* Counters of the machine at an instant. */
struct load_sample {
    int64_t time_ns;
    bool has_cpu, has_nic;
    uint64_t instructions;
    int64_t busy_ns; /* time that these instructions took */
    uint64_t mmio, interrupts;
};

struct load_result;

struct load_port {
    void (*send)(void *context, const uint8_t *frame, size_t length_bytes);
    void (*sample)(void *context, struct load_sample *sample);
    /* A load is over; the result is valid during the call. */
    void (*report)(void *context, const struct load_result *result);
    void *context;
};

struct load_config {
    struct frame_end own, guest; /* the guest's MAC address is found by ARP; ports: see flows */
    uint32_t target;             /* where payloads are sent: the guest, or a multicast group */
    uint32_t noise;              /* hostile frames behind each packet, see noise.h */
    uint32_t requests;           /* for TCP connections, between a packet and the next */
    uint32_t flows;              /* flow n is sent from own.port + n */
    uint16_t vlan;
    struct schedule_config schedule;
    size_t loads;
    struct offered_load load[SCHEDULE_LOADS];
    int64_t settle_ns; /* from the first echo to the first load */
    int64_t warm_up_ns, measure_ns, drain_ns;
    int64_t give_up_ns; /* without a first echo at this time */
    /* Count an echo in the window only if its request was sent in the window too. */
    bool count_within;
};

struct load_result {
    const struct load_config *config;
    const struct offered_load *offered;
    struct load_sample before, after;
    uint64_t sent;         /* in the window */
    uint64_t received;     /* of those sent in the window, good, until the end of draining */
    uint64_t echoes;       /* good ones that came back during the window; see count_within */
    uint64_t echoed_bytes; /* their payloads */
    uint64_t lost, bad;
    uint64_t faults[REPLY_FAULTS];
    uint64_t stale; /* replies to earlier loads */
    uint64_t noise; /* hostile frames sent */
    bool has_latency;
    int64_t latency_min_ns, latency_median_ns, latency_p99_ns, latency_max_ns;
};

enum load_phase {
    LOAD_RESOLVE,
    LOAD_FIRST_ECHO,
    LOAD_SETTLE,
    LOAD_WARM_UP,
    LOAD_MEASURE,
    LOAD_DRAIN,
    LOAD_DONE,
    LOAD_GAVE_UP,
};

struct load;

/* Both copy what they are given. NULL if there is no memory. */
struct load *load_create(const struct load_config *config, const struct load_port *port);
void load_destroy(struct load *load);

/* Does all that is due; returns when it wants to be called again. */
int64_t load_run(struct load *load, int64_t now_ns);
/* When load_run() should be called; frames may change it. */
int64_t load_next_ns(const struct load *load);
/* A frame from the guest. True: it was for us. */
bool load_receive(struct load *load, int64_t now_ns, const uint8_t *frame, size_t length_bytes);

enum load_phase load_phase(const struct load *load);
const char *reply_fault_name(enum reply_fault fault);

#endif
