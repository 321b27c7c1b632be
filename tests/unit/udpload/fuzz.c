/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that answers anything: frames of random bytes, and echoes that are spoiled before or
 * after their checksums were made, too early, twice, late or never. The generator neither crashes
 * nor takes an echo for good whose payload is not what was sent.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/qemu/udpload/load.h"
#include "tools/qemu/udpload/payload.h"

enum { KEPT = 16 };

struct input {
    const uint8_t *bytes;
    size_t left;
};

static struct {
    struct load *load;
    int64_t now_ns;
    struct {
        uint8_t bytes[FRAME_CAPACITY_BYTES];
        size_t length;
    } sent[KEPT]; /* the latest UDP frames */
    size_t count;
    uint64_t right; /* echoes with the right payload so far */
} guest;

static uint8_t take(struct input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->bytes++;
}

static void on_send(void *context, const uint8_t *frame, size_t length_bytes)
{
    struct frame_view view;

    (void)context;
    if (frame_parse(frame, length_bytes, &view) == FRAME_UDP) {
        memcpy(guest.sent[guest.count % KEPT].bytes, frame, length_bytes);
        guest.sent[guest.count++ % KEPT].length = length_bytes;
    }
}

static void on_sample(void *context, struct load_sample *sample)
{
    (void)context;
    *sample = (struct load_sample){.time_ns = guest.now_ns};
}

static void on_report(void *context, const struct load_result *result)
{
    (void)context;
    if (result->received > guest.right || result->received > result->sent ||
        result->lost != result->sent - result->received) {
        abort();
    }
}

/* From memory of exactly its length, so that a read beyond the end is found. */
static void deliver(const uint8_t *frame, size_t length_bytes)
{
    uint8_t *copy = malloc(length_bytes + !length_bytes);

    memcpy(copy, frame, length_bytes);
    load_receive(guest.load, guest.now_ns, copy, length_bytes);
    free(copy);
}

/* Changes a few bytes; places are drawn from the whole length or from its beginning. */
static void spoil(struct input *input, uint8_t *bytes, size_t length_bytes)
{
    for (unsigned left = take(input) % 4; left != 0; left--) {
        size_t at = (size_t)(take(input) % 2 ? 1 : 37) * take(input);

        if (at < length_bytes) {
            bytes[at] ^= take(input);
        }
    }
}

static void echo(struct input *input)
{
    static uint8_t frame[FRAME_CAPACITY_BYTES], payload[FRAME_CAPACITY_BYTES];
    size_t which = take(input) % KEPT, length_bytes;
    struct frame_view view, reply;

    if (which >= guest.count) {
        return;
    }
    frame_parse(guest.sent[which].bytes, guest.sent[which].length, &view);
    memcpy(payload, view.payload, view.payload_bytes);
    reply = (struct frame_view){.source = view.destination,
                                .destination = view.source,
                                .vlan = view.vlan,
                                .payload = payload,
                                .payload_bytes = view.payload_bytes};
    spoil(input, payload, view.payload_bytes);
    if (take(input) % 8 == 0) {
        reply.payload_bytes = take(input) * 6u;
    }
    length_bytes = frame_build_udp(frame, sizeof(frame), &reply);
    spoil(input, frame, length_bytes);
    if (take(input) % 8 == 0) {
        length_bytes = length_bytes * take(input) / 255;
    }
    struct frame_view made;
    guest.right += frame_parse(frame, length_bytes, &made) == FRAME_UDP &&
                   made.payload_bytes == view.payload_bytes &&
                   memcmp(made.payload, view.payload, view.payload_bytes) == 0;
    deliver(frame, length_bytes);
}

static void random_frame(struct input *input)
{
    uint8_t frame[256];
    size_t length_bytes = take(input);

    for (size_t at = 0; at < length_bytes; at++) {
        frame[at] = take(input);
    }
    deliver(frame, length_bytes);
}

static void arp(struct input *input, const struct load_config *config)
{
    struct frame_view view = {.source = config->guest, .destination = config->own};
    uint8_t frame[FRAME_MINIMUM_BYTES];
    size_t length_bytes;

    length_bytes = frame_build_arp(frame, sizeof(frame),
                                   take(input) % 2 ? FRAME_ARP_REPLY : FRAME_ARP_REQUEST, &view);
    spoil(input, frame, length_bytes);
    deliver(frame, length_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length_bytes)
{
    struct input input = {bytes, length_bytes};
    struct load_port port = {.send = on_send, .sample = on_sample, .report = on_report};
    struct load_config config = {
        .own = {{2, 0, 0, 0, 0, 1}, 0x0a000264, 20000},
        .guest = {{2, 0, 0, 0, 0, 2}, 0x0a00020f, 1235},
        .target = 0x0a00020f,
        .flows = 1u + take(&input) % 3,
        .vlan = take(&input) % 4 == 0 ? 5 : 0,
        .count_within = take(&input) % 2,
        .loads = 2,
        .load = {{.rate = 50, .counts_packets = true}, {.rate = 900}},
        .schedule = {.wire_mbps = 1000,
                     .seed = take(&input),
                     .mix = {2, {{PAYLOAD_MIN_BYTES, 1}, {700, 1}}}},
        .settle_ns = 10000,
        .warm_up_ns = 100000,
        .measure_ns = 300000,
        .drain_ns = 50000,
        .give_up_ns = 1000000000,
    };

    memset(&guest, 0, sizeof(guest));
    guest.load = load_create(&config, &port);
    load_run(guest.load, 0);
    while (input.left != 0 && load_phase(guest.load) < LOAD_DONE) {
        switch (take(&input) % 4) {
        case 0:
            random_frame(&input);
            break;
        case 1:
            arp(&input, &config);
            break;
        case 2:
            echo(&input);
            break;
        default:
            guest.now_ns = load_next_ns(guest.load);
            load_run(guest.load, guest.now_ns);
            break;
        }
    }
    load_destroy(guest.load);
    return 0;
}
