/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest.h"

#include <string.h>

#include "tools/qemu/udpload/noise.h"

int64_t guest_delay_ns = GUEST_DELAY_NS;
static const uint8_t guest_mac[] = {0x52, 0x54, 0, 1, 2, 3};

static void answer(struct guest *guest, const struct frame_view *view, int64_t delay_ns)
{
    size_t slot = guest->last++ % QUEUE;
    struct frame_view reply = {
        .source = view->destination,
        .destination = view->source,
        .vlan = view->vlan,
        .payload = view->payload,
        .payload_bytes = view->payload_bytes,
    };

    assert_true(guest->last - guest->first <= QUEUE);
    memcpy(reply.source.mac, guest_mac, sizeof(guest_mac));
    reply.source.address = 0x0a00020f;
    guest->queue[slot].at_ns = guest->now_ns + delay_ns;
    guest->queue[slot].length =
        frame_build_udp(guest->queue[slot].frame, FRAME_CAPACITY_BYTES, &reply);
}

/* What is done to an answer before its checksums are made. */
static void payload_spoil(enum mischief mischief, uint8_t *payload, struct frame_view *view)
{
    switch (mischief) {
    case FLIP_PAYLOAD:
        payload[view->payload_bytes - 1] ^= 4;
        break;
    case FLIP_MARK:
        payload[5] ^= 1;
        break;
    case FLIP_SEQUENCE:
        payload[0] ^= 0x80;
        break;
    case FIRST_SEQUENCE:
        memset(payload, 0, 4);
        break;
    case NEXT_SEQUENCE:
        payload[3]++;
        break;
    case TINY:
        view->payload_bytes = 7;
        break;
    case SHORTEN:
        view->payload_bytes -= 2;
        break;
    case LENGTHEN:
        view->payload_bytes += 2;
        break;
    case OTHER_PORT:
        view->destination.port++;
        break;
    case TO_OTHER_PORT:
        view->source.port += 100;
        break;
    case TO_OTHER_FLOW:
        view->source.port ^= 1;
        break;
    case TO_OTHER_ADDRESS:
        view->source.address++;
        break;
    case TAG:
        view->vlan = 5;
        break;
    default:
        break;
    }
}

static int64_t delay_ns(const struct guest *guest)
{
    switch (guest->mischief) {
    case SLOWER:
        return guest->results != 0 ? 2 * guest_delay_ns : guest_delay_ns;
    case RISING:
        return guest_delay_ns + (int64_t)guest->udp_frames;
    case UNEVEN:
        return guest_delay_ns + (int64_t)(guest->udp_frames * 37 % 100);
    default:
        return guest_delay_ns;
    }
}

/* Puts an ARP message of the guest's on its way. */
static void arp_put(struct guest *guest, enum frame_kind kind, const struct frame_end *to)
{
    size_t slot = guest->last++ % QUEUE;
    struct frame_view arp = {.source = {{0}, 0x0a00020f, 0}, .destination = *to};

    assert_true(guest->last - guest->first <= QUEUE);
    memcpy(arp.source.mac, guest_mac, sizeof(guest_mac));
    guest->queue[slot].at_ns = guest->now_ns + guest_delay_ns;
    guest->queue[slot].length =
        frame_build_arp(guest->queue[slot].frame, FRAME_CAPACITY_BYTES, kind, &arp);
}

static void udp_from_load(struct guest *guest, struct frame_view *view)
{
    bool tenth = ++guest->udp_frames % 10 == 0;
    static uint8_t copy[FRAME_CAPACITY_BYTES];

    assert_true(guest->asked_address == 0 || view->destination.address >> 28 == 0xe ||
                memcmp(view->destination.mac, guest_mac, sizeof(guest_mac)) == 0);
    guest->asked_address = view->destination.address;
    if ((guest->mischief == FALL_SILENT && guest->udp_frames > 1) || guest->mischief == DEAF ||
        (guest->mischief == DROP && tenth)) {
        return;
    }
    memcpy(copy, view->payload, view->payload_bytes);
    view->payload = copy;
    if (tenth && guest->mischief == ASK) {
        arp_put(guest, FRAME_ARP_REQUEST, &(struct frame_end){{0}, 0x0a000264, 0});
    }
    if (tenth && guest->mischief == SPOILED_FIRST) {
        copy[view->payload_bytes - 1] ^= 4;
        answer(guest, view, delay_ns(guest));
        copy[view->payload_bytes - 1] ^= 4;
    }
    if (tenth) {
        payload_spoil(guest->mischief, copy, view);
    }
    answer(guest, view, delay_ns(guest));
    uint8_t *made = guest->queue[(guest->last - 1) % QUEUE].frame;
    if (guest->mischief == CUT && tenth) {
        guest->queue[(guest->last - 1) % QUEUE].length--;
    }
    if (guest->mischief == BREAK_IP && tenth) {
        made[14 + 8]--;
    }
    if (guest->mischief == BREAK_UDP && tenth) {
        made[14 + 20 + 6] ^= 1;
    }
    if (guest->mischief == FRAGMENT && tenth) {
        /* The header checksum still fits: what the flag adds, the time to live loses. */
        made[14 + 6] ^= 0x20;
        made[14 + 8] -= 0x20;
    }
    if (guest->mischief == TWICE && tenth) {
        answer(guest, view, guest_delay_ns);
    }
    if (guest->mischief == SWAP && tenth) {
        guest->queue[(guest->last - 1) % QUEUE].at_ns += 1000000;
    }
}

static void statistics_take(struct guest *guest, const struct frame_view *view, size_t frame_bytes)
{
    guest->frames_of_port[view->source.port - 20000]++;
    guest->frames_of_size[view->payload_bytes]++;
    guest->back_to_back += guest->now_ns - guest->wire_free_ns <= 1;
    guest->wire_free_ns = guest->now_ns + frame_wire_ps(frame_bytes, 1000) / 1000;
}

void on_send(void *context, const uint8_t *frame, size_t length_bytes)
{
    struct guest *guest = context;
    struct frame_view view;
    enum frame_kind kind = frame_parse(frame, length_bytes, &view);

    guest->frames++;
    if (kind == FRAME_UDP && view.source.port == NOISE_SOURCE_PORT) {
        /* Whoever asks gets an answer; this one is nobody's business. */
        if (view.destination.port == GUEST_PORT) {
            answer(guest, &view, guest_delay_ns);
        }
    } else if (kind == FRAME_UDP) {
        guest->started_early |= !guest->arp_answered;
        if (guest->udp_frames == 0) {
            guest->first_packet_ns = guest->now_ns;
        }
        statistics_take(guest, &view, length_bytes);
        udp_from_load(guest, &view);
    } else if (kind == FRAME_ARP_REPLY && view.source.address == 0x0a000264) {
        guest->arp_replies++;
        guest->replied_to = view.destination;
    } else if (kind == FRAME_ARP_REQUEST && view.destination.address == 0x0a00020f &&
               ++guest->arp_requests >= 3) {
        guest->arp_answered = true;
        guest->arp_answered_ns = guest->now_ns + guest_delay_ns;
        arp_put(guest, FRAME_ARP_REPLY, &view.source);
    }
}

void on_sample(void *context, struct load_sample *sample)
{
    struct guest *guest = context;

    *sample = (struct load_sample){
        .time_ns = guest->now_ns,
        .has_cpu = true,
        .instructions = (uint64_t)guest->now_ns / 4,
        .busy_ns = guest->now_ns / 4,
    };
}

void on_report(void *context, const struct load_result *result)
{
    struct guest *guest = context;

    guest->result[guest->results++] = *result;
}

/* The earliest answer that is under way. */
static int64_t guest_next_ns(const struct guest *guest, size_t *which)
{
    int64_t next = LOAD_NEVER;

    for (size_t i = guest->first; i < guest->last; i++) {
        if (guest->queue[i % QUEUE].length != 0 && guest->queue[i % QUEUE].at_ns < next) {
            next = guest->queue[i % QUEUE].at_ns;
            *which = i;
        }
    }
    return next;
}

static void guest_run(struct guest *guest)
{
    while (load_phase(guest->load) < LOAD_DONE) {
        size_t which = 0;
        int64_t load_ns = load_next_ns(guest->load), answer_ns = guest_next_ns(guest, &which);

        guest->now_ns = load_ns < answer_ns ? load_ns : answer_ns;
        if (answer_ns <= load_ns) {
            size_t slot = which % QUEUE;

            assert_true(load_receive(guest->load, guest->now_ns, guest->queue[slot].frame,
                                     guest->queue[slot].length));
            if (guest->first_echo_ns == 0 && load_phase(guest->load) == LOAD_SETTLE) {
                guest->first_echo_ns = guest->now_ns;
            }
            guest->queue[slot].length = 0;
            while (guest->first < guest->last && guest->queue[guest->first % QUEUE].length == 0) {
                guest->first++;
            }
        } else {
            load_run(guest->load, guest->now_ns);
        }
    }
}

struct load_config config_make(const char *loads, const char *payload, const char *arrival)
{
    struct load_config config = {
        .own = {{2, 0, 0, 0, 0, 1}, 0x0a000264, 20000},
        .guest = {{0}, 0x0a00020f, GUEST_PORT},
        .target = 0x0a00020f,
        .flows = 3,
        .schedule = {.wire_mbps = 1000, .seed = 5},
        .settle_ns = 1000000,
        .warm_up_ns = 10000000,
        .measure_ns = 100000000,
        .drain_ns = 10000000,
        .give_up_ns = 2000000000,
    };

    assert_true(loads_parse(loads, &config));
    assert_true(mix_parse(payload, &config.schedule.mix));
    assert_true(arrival_parse(arrival, &config.schedule));
    return config;
}

void play_config(struct guest *guest, enum mischief mischief, const struct load_config *c)
{
    struct load_port port = {on_send, on_sample, on_report, guest};

    memset(guest, 0, sizeof(*guest));
    guest->mischief = mischief;
    guest->load = load_create(c, &port);
    assert_non_null(guest->load);
    guest_run(guest);
    assert_false(guest->started_early);
    /* A load that was never offered has lost nothing either. */
    assert_int_equal(guest->results, mischief == DEAF ? 0 : c->loads);
    load_destroy(guest->load);
}
