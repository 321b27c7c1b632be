/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that does what a test tells it, in a time of its own. */
#ifndef TESTS_UNIT_UDPLOAD_GUEST_H
#define TESTS_UNIT_UDPLOAD_GUEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/qemu/udpload/load.h"
#include "tools/qemu/udpload/options.h"

enum {
    QUEUE = 64,
    GUEST_DELAY_NS = 5000,
    GUEST_PORT = 1235,
};

enum mischief {
    HONEST,
    DEAF,         /* answers ARP but never echoes */
    DROP,         /* every tenth */
    FLIP_PAYLOAD, /* the last byte of every tenth, with checksums that fit; so the next ones, too */
    FLIP_MARK,
    FLIP_SEQUENCE,    /* to one that was never sent */
    FIRST_SEQUENCE,   /* to one of long ago */
    LENGTHEN,         /* every tenth has two bytes more */
    TO_OTHER_PORT,    /* every tenth goes to a port that asked for nothing */
    TO_OTHER_FLOW,    /* every tenth goes to another flow */
    TO_OTHER_ADDRESS, /* every tenth goes to another address, in a frame to us */
    TAG,              /* every tenth is tagged */
    CUT,              /* every tenth frame lacks its last byte */
    UNEVEN,           /* needs up to 99 ns more, each time as often as any other */
    RISING,           /* needs a nanosecond more for each */
    TINY,             /* every tenth is too short to say which it is */
    NEXT_SEQUENCE,    /* to the one that comes next */
    SPOILED_FIRST,    /* every tenth comes spoiled, then as it should */
    ASK,              /* asks for our MAC address at every tenth */
    FALL_SILENT,      /* answers the first only */
    SLOWER,           /* needs twice the time from the second load on */
    TWICE,            /* answers every tenth twice */
    SWAP,             /* every tenth is answered after the next one */
    BREAK_IP,         /* every tenth with a wrong header checksum */
    BREAK_UDP,        /* every tenth with a wrong checksum of the payload */
    FRAGMENT,         /* every tenth says that more fragments follow */
    SHORTEN,          /* every tenth lacks the last two bytes */
    OTHER_PORT,       /* every tenth from another port */
};

struct guest {
    struct load *load;
    enum mischief mischief;
    int64_t now_ns;
    struct {
        int64_t at_ns;
        size_t length;
        uint8_t frame[FRAME_CAPACITY_BYTES];
    } queue[QUEUE];
    size_t first, last;
    struct frame_end replied_to; /* who was told our MAC address */
    int64_t arp_answered_ns, first_packet_ns, first_echo_ns;
    uint32_t asked_address; /* where the last packet was sent */
    uint64_t frames, udp_frames, arp_requests, arp_replies;
    uint64_t frames_of_port[4], frames_of_size[FRAME_PAYLOAD_MAX + 1];
    uint64_t back_to_back; /* frames that left when the wire was free from the one before */
    int64_t wire_free_ns;
    bool arp_answered, started_early;
    struct load_result result[SCHEDULE_LOADS];
    size_t results;
};

/* How long it takes to answer; GUEST_DELAY_NS unless a test changes it. */
extern int64_t guest_delay_ns;

/* A configuration for three flows and a window of 100 ms. */
struct load_config config_make(const char *loads, const char *payload, const char *arrival);
/* Lets a load generator and a guest play to the end. */
void play_config(struct guest *guest, enum mischief mischief, const struct load_config *config);
/* What a load generator's port is made of; the context is the guest. */
void on_send(void *context, const uint8_t *frame, size_t length_bytes);
void on_sample(void *context, struct load_sample *sample);
void on_report(void *context, const struct load_result *result);

#endif
