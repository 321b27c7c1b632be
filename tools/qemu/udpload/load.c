/* SPDX-License-Identifier: BSD-2-Clause */
#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "noise.h"
#include "payload.h"

static const int64_t ask_every_ns = 50000000; /* ARP and first echo, until they are answered */
static const int64_t answer_after_ns = 1000;  /* never from within the guest's transmission */

struct packet {
    int64_t sent_ns;
    uint32_t payload_bytes;
    uint16_t flow;
    bool in_window, answered;
};

struct load {
    struct load_config config;
    struct load_port port;
    enum load_phase phase;
    int64_t phase_end_ns; /* or, before the first echo, when to ask again */
    int64_t departure_ns; /* of the next packet */
    uint32_t requests_left;
    int64_t request_ns, request_gap_ns; /* the next request, and from one to the other */
    uint32_t departure_bytes;
    size_t current;
    struct frame_end asker; /* who asked for our MAC address, until it is answered */
    bool asked;
    int64_t answer_ns;
    struct schedule schedule;
    uint64_t random;                 /* of hostile frames */
    uint32_t sequence, base;         /* of the next packet; of the current load's first */
    uint32_t newest[LOAD_FLOWS_MAX]; /* highest sequence answered in a flow */
    struct packet *packet;
    size_t packets;
    int64_t *latency_ns;
    size_t latencies;
    struct load_result result;
    uint8_t frame[FRAME_CAPACITY_BYTES], payload[FRAME_CAPACITY_BYTES];
};

struct load *load_create(const struct load_config *config, const struct load_port *port)
{
    struct load *load = calloc(1, sizeof(*load));

    if (load == NULL) {
        return NULL;
    }
    load->config = *config;
    load->port = *port;
    load->phase = LOAD_RESOLVE;
    load->random = config->schedule.seed;
    return load;
}

void load_destroy(struct load *load)
{
    free(load->packet);
    free(load->latency_ns);
    free(load);
}

/* Room for one more element; the program cannot go on without it. */
static void *array_grow(void *array, size_t count, size_t element_bytes)
{
    if (count != 0 && (count < 1024 || (count & (count - 1)) != 0)) {
        return array;
    }
    array = realloc(array, (count < 1024 ? 1024 : 2 * count) * element_bytes);
    if (array == NULL) {
        abort();
    }
    return array;
}

static void packet_send(struct load *load, int64_t now_ns, uint32_t payload_bytes)
{
    uint32_t sequence = load->sequence++;
    uint16_t flow = (uint16_t)(sequence % load->config.flows);
    struct frame_view udp = {
        .source = load->config.own,
        .destination = load->config.guest,
        .vlan = load->config.vlan,
        .payload = load->payload,
        .payload_bytes = payload_bytes,
    };

    udp.source.port = (uint16_t)(udp.source.port + flow);
    udp.destination.address = load->config.target;
    payload_make(load->payload, payload_bytes, load->config.schedule.seed, sequence);
    load->packet = array_grow(load->packet, load->packets, sizeof(*load->packet));
    load->packet[load->packets++] = (struct packet){
        .sent_ns = now_ns,
        .payload_bytes = payload_bytes,
        .flow = flow,
        .in_window = load->phase == LOAD_MEASURE,
    };
    load->result.sent += load->phase == LOAD_MEASURE;
    size_t bytes = frame_build_udp(load->frame, sizeof(load->frame), &udp);
    load->port.send(load->port.context, load->frame, bytes);
}

static void arp_send(struct load *load, enum frame_kind kind, const struct frame_end *to)
{
    struct frame_view arp = {
        .source = load->config.own, .destination = *to, .vlan = load->config.vlan};
    size_t bytes = frame_build_arp(load->frame, sizeof(load->frame), kind, &arp);

    load->port.send(load->port.context, load->frame, bytes);
}

static void load_begin(struct load *load, int64_t now_ns)
{
    if (load->current == load->config.loads) {
        load->phase = LOAD_DONE;
        return;
    }
    load->base = load->sequence;
    load->packets = 0;
    load->latencies = 0;
    memset(&load->result, 0, sizeof(load->result));
    load->result.config = &load->config;
    load->result.offered = &load->config.load[load->current];
    schedule_start(&load->schedule, &load->config.schedule, load->result.offered, now_ns);
    load->departure_ns = schedule_next_ns(&load->schedule, &load->departure_bytes);
    load->requests_left = 0;
    load->phase = LOAD_WARM_UP;
    load->phase_end_ns = now_ns + load->config.warm_up_ns;
}

static int latency_compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void load_report(struct load *load)
{
    struct load_result *result = &load->result;

    result->lost = result->sent - result->received;
    result->has_latency = load->latencies != 0;
    if (result->has_latency) {
        size_t n = load->latencies;

        qsort(load->latency_ns, n, sizeof(*load->latency_ns), latency_compare);
        result->latency_min_ns = load->latency_ns[0];
        result->latency_median_ns = load->latency_ns[(n - 1) / 2];
        result->latency_p99_ns = load->latency_ns[(n * 99 + 99) / 100 - 1];
        result->latency_max_ns = load->latency_ns[n - 1];
    }
    load->port.report(load->port.context, result);
}

/* The current phase is over at this time. */
static void phase_end(struct load *load, int64_t now_ns)
{
    switch (load->phase) {
    case LOAD_RESOLVE:
    case LOAD_FIRST_ECHO:
        if (now_ns >= load->config.give_up_ns) {
            load->phase = LOAD_GAVE_UP;
        } else if (load->phase == LOAD_RESOLVE) {
            arp_send(load, FRAME_ARP_REQUEST, &load->config.guest);
        } else {
            packet_send(load, now_ns, load->config.schedule.mix.size[0].payload_bytes);
        }
        load->phase_end_ns = now_ns + ask_every_ns;
        break;
    case LOAD_SETTLE:
        load_begin(load, now_ns);
        break;
    case LOAD_WARM_UP:
        load->phase = LOAD_MEASURE;
        load->phase_end_ns = now_ns + load->config.measure_ns;
        load->port.sample(load->port.context, &load->result.before);
        break;
    case LOAD_MEASURE:
        load->phase = LOAD_DRAIN;
        load->phase_end_ns = now_ns + load->config.drain_ns;
        load->port.sample(load->port.context, &load->result.after);
        break;
    case LOAD_DRAIN:
        load_report(load);
        load->current++;
        load_begin(load, now_ns);
        break;
    case LOAD_DONE:
    case LOAD_GAVE_UP:
        break;
    }
}

static bool sending(const struct load *load)
{
    return load->phase == LOAD_WARM_UP || load->phase == LOAD_MEASURE;
}

static bool request_is_next(const struct load *load)
{
    return load->requests_left != 0 && load->request_ns < load->departure_ns;
}

static int64_t send_ns(const struct load *load)
{
    return request_is_next(load) ? load->request_ns : load->departure_ns;
}

/* When the next packet leaves or the phase ends, whichever is first. */
static int64_t step_ns(const struct load *load)
{
    if (load->phase == LOAD_DONE || load->phase == LOAD_GAVE_UP) {
        return LOAD_NEVER;
    }
    if (sending(load) && send_ns(load) < load->phase_end_ns) {
        return send_ns(load);
    }
    return load->phase_end_ns;
}

int64_t load_next_ns(const struct load *load)
{
    int64_t next_ns = step_ns(load);

    return load->asked && load->answer_ns < next_ns ? load->answer_ns : next_ns;
}

static void hostile_send(struct load *load,
                         size_t (*build)(uint8_t *frame, const struct frame_end *own,
                                         const struct frame_end *guest, uint64_t *random))
{
    size_t bytes = build(load->frame, &load->config.own, &load->config.guest, &load->random);

    load->port.send(load->port.context, load->frame, bytes);
    load->result.noise++;
}

/* Hostile frames follow a packet at once, requests at even distances until the next one. */
static void departure(struct load *load, int64_t now_ns)
{
    uint32_t bytes = load->departure_bytes;
    int64_t from_ns = load->departure_ns;

    load->departure_ns = schedule_next_ns(&load->schedule, &load->departure_bytes);
    packet_send(load, now_ns, bytes);
    for (uint32_t i = 0; i < load->config.noise; i++) {
        hostile_send(load, noise_build);
    }
    load->requests_left = load->config.requests;
    load->request_gap_ns = (load->departure_ns - from_ns) / (load->config.requests + 1);
    load->request_ns = from_ns + load->request_gap_ns;
}

static void request(struct load *load)
{
    hostile_send(load, noise_request_build);
    load->requests_left--;
    load->request_ns += load->request_gap_ns;
}

static void step(struct load *load, int64_t now_ns)
{
    if (!sending(load) || send_ns(load) >= load->phase_end_ns) {
        phase_end(load, now_ns);
    } else if (request_is_next(load)) {
        request(load);
    } else {
        departure(load, now_ns);
    }
}

int64_t load_run(struct load *load, int64_t now_ns)
{
    if (load->asked && load->answer_ns <= now_ns) {
        load->asked = false;
        arp_send(load, FRAME_ARP_REPLY, &load->asker);
    }
    while (step_ns(load) <= now_ns) {
        step(load, now_ns);
    }
    return load_next_ns(load);
}

static void reply_good(struct load *load, int64_t now_ns, struct packet *packet)
{
    if (load->phase == LOAD_MEASURE && (packet->in_window || !load->config.count_within)) {
        load->result.echoes++;
        load->result.echoed_bytes += packet->payload_bytes;
    }
    if (packet->in_window) {
        load->result.received++;
        load->latency_ns = array_grow(load->latency_ns, load->latencies, sizeof(int64_t));
        load->latency_ns[load->latencies++] = now_ns - packet->sent_ns;
    }
}

static bool is_ours(const struct load *load, const struct frame_view *view)
{
    return payload_is_ours(view->payload, view->payload_bytes, load->config.schedule.seed);
}

/* Whether both ends of the reply are those of the request, the other way round. */
static bool ends_are_right(const struct load *load, const struct frame_view *view, uint16_t flow)
{
    const struct load_config *config = &load->config;

    return view->source.address == config->guest.address &&
           view->source.port == config->guest.port && view->vlan == config->vlan &&
           view->destination.address == config->own.address &&
           view->destination.port == config->own.port + flow;
}

/* What is wrong with a reply to this packet; REPLY_FAULTS: nothing. */
static enum reply_fault reply_check(const struct load *load, const struct frame_view *view,
                                    const struct packet *packet)
{
    if (view->payload_bytes != packet->payload_bytes) {
        return REPLY_LENGTH;
    }
    if (!is_ours(load, view)) {
        return REPLY_CONTENT;
    }
    if (!ends_are_right(load, view, packet->flow)) {
        return REPLY_FLOW;
    }
    return packet->answered ? REPLY_TWICE : REPLY_FAULTS;
}

static void reply_fault(struct load *load, enum reply_fault fault)
{
    load->result.faults[fault]++;
    load->result.bad++;
}

/* A reply to no packet of the current load: late, or never asked for. */
static void reply_stray(struct load *load, const struct frame_view *view)
{
    if (payload_sequence(view->payload) < load->base && is_ours(load, view)) {
        load->result.stale++;
    } else {
        reply_fault(load, REPLY_CONTENT);
    }
}

static void reply_receive(struct load *load, int64_t now_ns, const struct frame_view *view)
{
    if (view->payload_bytes < PAYLOAD_MIN_BYTES) {
        reply_fault(load, REPLY_LENGTH);
        return;
    }
    uint32_t sequence = payload_sequence(view->payload);
    if (sequence - load->base >= load->packets) {
        reply_stray(load, view);
        return;
    }
    struct packet *packet = &load->packet[sequence - load->base];
    enum reply_fault fault = reply_check(load, view, packet);
    if (fault == REPLY_FAULTS) {
        packet->answered = true;
        if (sequence < load->newest[packet->flow]) {
            fault = REPLY_ORDER;
        }
    }
    if (fault != REPLY_FAULTS) {
        reply_fault(load, fault);
        return;
    }
    load->newest[packet->flow] = sequence;
    if (load->phase == LOAD_FIRST_ECHO) {
        load->phase = LOAD_SETTLE;
        load->phase_end_ns = now_ns + load->config.settle_ns;
    }
    reply_good(load, now_ns, packet);
}

static bool arp_receive(struct load *load, int64_t now_ns, enum frame_kind kind,
                        const struct frame_view *view)
{
    if (view->destination.address != load->config.own.address) {
        return false;
    }
    if (view->source.address == load->config.guest.address) {
        memcpy(load->config.guest.mac, view->source.mac, FRAME_MAC_BYTES);
        if (load->phase == LOAD_RESOLVE) {
            load->phase = LOAD_FIRST_ECHO;
            load->phase_end_ns = now_ns + answer_after_ns;
        }
    }
    if (kind == FRAME_ARP_REQUEST) {
        load->asker = view->source;
        load->asked = true;
        load->answer_ns = now_ns + answer_after_ns;
    }
    return true;
}

bool load_receive(struct load *load, int64_t now_ns, const uint8_t *frame, size_t length_bytes)
{
    struct frame_view view;
    enum frame_kind kind = frame_parse(frame, length_bytes, &view);

    if (kind == FRAME_ARP_REQUEST || kind == FRAME_ARP_REPLY) {
        return arp_receive(load, now_ns, kind, &view);
    }
    if (memcmp(view.destination.mac, load->config.own.mac, FRAME_MAC_BYTES) != 0) {
        return false;
    }
    switch (kind) {
    case FRAME_UDP:
        if (view.destination.port - (uint32_t)load->config.own.port < load->config.flows) {
            reply_receive(load, now_ns, &view);
        } else if (is_ours(load, &view)) {
            reply_fault(load, REPLY_FLOW);
        }
        break;
    case FRAME_BAD_LENGTH:
        reply_fault(load, REPLY_LENGTH);
        break;
    case FRAME_BAD_IP_CHECKSUM:
        reply_fault(load, REPLY_IP_CHECKSUM);
        break;
    case FRAME_BAD_UDP_CHECKSUM:
        reply_fault(load, REPLY_UDP_CHECKSUM);
        break;
    case FRAME_FRAGMENT:
        reply_fault(load, REPLY_FRAGMENT);
        break;
    case FRAME_OTHER:
    case FRAME_ARP_REQUEST:
    case FRAME_ARP_REPLY:
        break;
    }
    return true;
}

enum load_phase load_phase(const struct load *load)
{
    return load->phase;
}

const char *reply_fault_name(enum reply_fault fault)
{
    static const char *const names[REPLY_FAULTS] = {
        [REPLY_LENGTH] = "length",
        [REPLY_IP_CHECKSUM] = "IP checksum",
        [REPLY_UDP_CHECKSUM] = "UDP checksum",
        [REPLY_FRAGMENT] = "fragment",
        [REPLY_CONTENT] = "content",
        [REPLY_FLOW] = "flow",
        [REPLY_ORDER] = "order",
        [REPLY_TWICE] = "twice",
    };

    return fault < REPLY_FAULTS ? names[fault] : "none";
}
