/* SPDX-License-Identifier: BSD-2-Clause */
/* The transmit engine, checksum and tag insertion. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void kick(struct bench *bench, uint64_t ns)
{
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, ns);
}

static struct bench *ready(void (*change)(struct dp83820_config *config), unsigned slots)
{
    struct bench *bench = bench_new(change);

    media(bench);
    tx_ring(bench, slots);
    return bench;
}

static void a_packet_of_one_descriptor_leaves_and_is_completed(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    run(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_int_equal(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OK | length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXIDLE);
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(1));
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    bench_free(bench);
}

static void echoing(struct dp83820_config *config)
{
    config->tx_enable_echo = true;
}

static void the_enable_bit_may_read_as_written_when_idle(void **state)
{
    struct bench *bench = ready(echoing, 4);

    (void)state;
    kick(bench, 10 * MICROSECOND);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    set(bench, DP83820_CR, DP83820_CR_TXD);
    run(bench, 10 * MICROSECOND);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    bench_free(bench);
}

static void a_packet_is_gathered_from_odd_fragments(void **state)
{
    static const unsigned cuts[] = {0, 13, 61, SMALL + HEADER_BYTES};
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    for (unsigned part = 0; part < 3; part++) {
        struct dp83820_tx32 *slot = tx_slot(bench, part);
        unsigned bytes = cuts[part + 1] - cuts[part];

        dp83820_tx32_set_bufptr(slot, TX_BUFFERS + part * BUFFER_BYTES + 3 * part + 1);
        tx_put(bench, part, frame + cuts[part], bytes, part < 2 ? DP83820_TX_STATUS_MORE : 0);
    }
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    for (unsigned part = 0; part < 3; part++)
        assert_int_equal(dp83820_tx32_cmdsts(tx_slot(bench, part)),
                         (part < 2 ? DP83820_TX_STATUS_MORE : DP83820_TX_STATUS_OK) |
                             (cuts[part + 1] - cuts[part]));
    bench_free(bench);
}

static void fragments_are_given_back_before_the_packet_is_on_the_wire(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, 1400);
    tx_put(bench, 0, frame, 1000, DP83820_TX_STATUS_MORE);
    tx_put(bench, 1, frame + 1000, 414, 0);
    kick(bench, 2 * MICROSECOND);
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OWN);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 1)), DP83820_TX_STATUS_OWN);
    run(bench, 20 * MICROSECOND);
    assert_left(bench, frame, 1414);
    bench_free(bench);
}

static void a_list_with_an_end_goes_on_where_a_link_was_appended(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx32_set_link(tx_slot(bench, 0), 0);
    tx_put(bench, 0, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(0));

    /* Nothing appended: idle again, and the packet is not sent twice though it is the card's. */
    tx_put(bench, 0, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    assert_false(left(bench));

    tx_put(bench, 1, frame, length, 0);
    dp83820_tx32_set_link(tx_slot(bench, 1), 0);
    dp83820_tx32_set_link(tx_slot(bench, 0), tx_address(1));
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(1));
    bench_free(bench);
}

static void a_link_that_is_appended_in_flight_needs_a_kick(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    for (unsigned kicked = 0; kicked < 2; kicked++) {
        tx_ring(bench, 4);
        dp83820_tx32_set_link(tx_slot(bench, 0), 0);
        tx_put(bench, 0, frame, length, 0);
        kick(bench, 3 * MICROSECOND);
        tx_put(bench, 1, frame, length, 0);
        dp83820_tx32_set_link(tx_slot(bench, 0), tx_address(1));
        if (kicked)
            set(bench, DP83820_CR, DP83820_CR_TXE);
        run(bench, 50 * MICROSECOND);
        assert_left(bench, frame, length);
        assert_int_equal(left(bench), kicked);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    }
    bench_free(bench);
}

static void a_descriptor_in_flight_is_not_sent_twice(void **state)
{
    struct bench *bench = ready(NULL, 2);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    for (unsigned slot = 0; slot < 2; slot++)
        tx_put(bench, slot, frame, length, 0);
    kick(bench, 5 * MICROSECOND);
    kick(bench, 100 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_left(bench, frame, length);
    assert_false(left(bench));
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(0));
    bench_free(bench);
}

static void low_bits_of_links_and_pointers_are_ignored(void **state)
{
    struct bench *bench = ready(NULL, 2);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_TXDP, TX_RING | 7);
    assert_int_equal(get(bench, DP83820_TXDP), TX_RING);
    dp83820_tx32_set_link(tx_slot(bench, 0), tx_address(1) | 5);
    for (unsigned slot = 0; slot < 2; slot++)
        tx_put(bench, slot, frame, length, 0);
    kick(bench, 20 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void a_written_pointer_forgets_that_its_descriptor_is_done(void **state)
{
    struct bench *bench = ready(NULL, 1);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx32_set_link(tx_slot(bench, 0), 0);
    for (unsigned times = 0; times < 3; times++) {
        set(bench, DP83820_CR, DP83820_CR_TXD);
        tx_put(bench, 0, frame, length, 0);
        set(bench, DP83820_TXDP, tx_address(0));
        kick(bench, 10 * MICROSECOND);
        assert_left(bench, frame, length);
    }
    bench_free(bench);
}

/* A driver that fills slots and kicks at any moment of the card's time; every packet has to come
 * out, in order. */
static void no_kick_is_lost_whenever_it_comes(void **state)
{
    enum { PACKETS = 1000000, SLOTS = 16, LENGTH = 60 };
    struct bench *bench = ready(NULL, SLOTS);
    unsigned put = 0, done = 0, seen = 0, idle_kicks = 0;
    uint32_t random = 1;
    uint8_t frame[LENGTH];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_TXIDLE);
    while (seen < PACKETS) {
        random = random * 1664525 + 1013904223;
        if (put - done < SLOTS && put < PACKETS) {
            memcpy(frame + HEADER_BYTES, &put, sizeof put);
            tx_put(bench, put % SLOTS, frame, LENGTH, 0);
            put++;
            set(bench, DP83820_CR, DP83820_CR_TXE);
        } else {
            assert_true(++idle_kicks < PACKETS * 10u);
        }
        host_bus_run(&bench->bus, random >> 21);
        while (done < put &&
               !(dp83820_tx32_cmdsts(tx_slot(bench, done % SLOTS)) & DP83820_TX_STATUS_OWN))
            done++;
        for (; left(bench); seen++)
            assert_memory_equal(bench->frame + HEADER_BYTES, &seen, sizeof seen);
    }
    assert_int_equal(bench->bus.frames_dropped, 0);
    run(bench, MILLISECOND);
    assert_int_equal(count(bench)->frames_out, PACKETS);
    bench_free(bench);
}

static void descriptors_ask_for_their_interrupt_packets_always_have_one(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXIDLE);
    tx_put(bench, 1, frame, length, DP83820_TX_STATUS_INTR);
    kick(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR),
                     DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_TXIDLE);
    /* In the middle of a packet, the interrupt comes before the packet has left. */
    tx_put(bench, 2, frame, 50, DP83820_TX_STATUS_INTR | DP83820_TX_STATUS_MORE);
    tx_put(bench, 3, frame + 50, length - 50, 0);
    kick(bench, 1 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXDESC);
    bench_free(bench);
}

static void short_frames_are_padded_where_asked(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[60] = {0};
    size_t length = frame_make(frame, stranger, 0x1234, 6);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    memset(frame + length, 0, sizeof frame - length);
    assert_left(bench, frame, sizeof frame);
    assert_int_equal(dp83820_tx_status_size(dp83820_tx32_cmdsts(tx_slot(bench, 0))), length);
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) & ~DP83820_TXCFG_ATP);
    tx_put(bench, 1, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void a_check_sequence_of_software_does_not_reach_the_wire_twice(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, DP83820_TX_STATUS_SUPCRC);
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length - 4);
    bench_free(bench);
}

/* Sends a frame with requests and returns what left. */
static const uint8_t *sent(struct bench *bench, const uint8_t *frame, size_t length,
                           uint32_t requests)
{
    tx_ring(bench, 4);
    dp83820_tx32_set_extsts(tx_slot(bench, 0), requests);
    tx_put(bench, 0, frame, length, 0);
    kick(bench, 30 * MICROSECOND);
    assert_true(left(bench));
    return bench->frame;
}

static void checksums_are_inserted_where_asked(void **state)
{
    static const uint32_t all = DP83820_EXTENDED_STATUS_IPPKT | DP83820_EXTENDED_STATUS_TCPPKT |
                                DP83820_EXTENDED_STATUS_UDPPKT;
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    const uint8_t *ip;

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    for (unsigned options = 0; options < 3; options++) {
        for (size_t bytes = 21; bytes < 90; bytes += 17) {
            size_t length = ip_make(frame, 6, bytes, options);

            /* The partial sum that some drivers leave in the field is not taken in. */
            frame[HEADER_BYTES + 20 + 4 * options + 16] = 0x55;
            ip = sent(bench, frame, length, all) + HEADER_BYTES;
            assert_int_equal(ip_sum(ip), 0xffff);
            assert_int_equal(segment_sum(ip), 0xffff);
            length = ip_make(frame, 17, bytes, options);
            ip = sent(bench, frame, length, all) + HEADER_BYTES;
            assert_int_equal(ip_sum(ip), 0xffff);
            assert_int_equal(segment_sum(ip), 0xffff);
        }
    }
    bench_free(bench);
}

static void a_udp_checksum_of_zero_is_sent_as_ones(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000], *udp = frame + HEADER_BYTES + 20;
    size_t length = ip_make(frame, 17, 10, 0);
    unsigned sum;

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    memset(udp + 6, 0, 4);
    sum = segment_sum(frame + HEADER_BYTES);
    /* Two octets of payload that make the sum of the rest all ones. */
    udp[8] = (0xffff - sum) >> 8;
    udp[9] = (0xffff - sum) & 0xff;
    sent(bench, frame, length, DP83820_EXTENDED_STATUS_UDPPKT);
    assert_int_equal(bench->frame[HEADER_BYTES + 26], 0xff);
    assert_int_equal(bench->frame[HEADER_BYTES + 27], 0xff);
    bench_free(bench);
}

static void requests_without_permission_or_for_other_packets_change_nothing(void **state)
{
    static const uint32_t udp = DP83820_EXTENDED_STATUS_UDPPKT;
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    assert_memory_equal(sent(bench, frame, length, udp | DP83820_EXTENDED_STATUS_IPPKT), frame,
                        length);
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    length = frame_make(frame, everybody, 0x0806, 46);
    assert_memory_equal(sent(bench, frame, length, udp), frame, length);
    /* A fragment, and a length that the frame does not have. */
    length = ip_make(frame, 17, 50, 0);
    frame[HEADER_BYTES + 6] = 0x20;
    assert_memory_equal(sent(bench, frame, length, udp), frame, length);
    length = ip_make(frame, 17, 50, 0);
    frame[HEADER_BYTES + 2] = 0xff;
    assert_memory_equal(sent(bench, frame, length, udp), frame, length);
    bench_free(bench);
}

static void all_packets_can_get_checksums_without_asking(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_GCHK);
    assert_int_equal(segment_sum(sent(bench, frame, length, 0) + HEADER_BYTES), 0xffff);
    bench_free(bench);
}

static void a_tag_is_inserted_in_wire_order(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);
    /* TCI 0x6123, low byte first on the wire as it is stored in network order. */
    uint32_t tag = DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x2361);

    (void)state;
    assert_memory_equal(sent(bench, frame, length, tag), frame, length);
    set(bench, DP83820_VTCR, DP83820_VTCR_VPPTI | DP83820_VTCR_PPCHK);
    sent(bench, frame, length, tag | DP83820_EXTENDED_STATUS_UDPPKT);
    assert_int_equal(bench->frame_bytes, length + 4);
    assert_memory_equal(bench->frame + 12, "\x81\x00\x61\x23\x08\x00", 6);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    sent(bench, frame, length, 0);
    assert_int_equal(bench->frame_bytes, length);
    set(bench, DP83820_VTCR, DP83820_VTCR_VGTI);
    set(bench, DP83820_VDR, DP83820_VDR_VTYPE(0x0081) | DP83820_VDR_VTCI(0x0700));
    sent(bench, frame, length, 0);
    assert_memory_equal(bench->frame + 12, "\x81\x00\x00\x07\x08\x00", 6);
    bench_free(bench);
}

static void checksums_look_past_a_tag(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = tag_put(frame, ip_make(frame, 17, 50, 0), 5);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    sent(bench, frame, length, DP83820_EXTENDED_STATUS_UDPPKT);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    bench_free(bench);
}

static void requests_of_all_descriptors_of_a_packet_count(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    dp83820_tx32_set_extsts(tx_slot(bench, 0), DP83820_EXTENDED_STATUS_UDPPKT);
    dp83820_tx32_set_extsts(tx_slot(bench, 1),
                            DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x0200));
    tx_put(bench, 0, frame, 40, DP83820_TX_STATUS_MORE);
    tx_put(bench, 1, frame + 40, length - 40, 0);
    kick(bench, 10 * MICROSECOND);
    assert_true(left(bench));
    assert_memory_equal(bench->frame + 12, "\x81\x00\x00\x02\x08\x00", 6);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    bench_free(bench);
}

static void without_extended_status_the_word_is_not_looked_at(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) & ~DP83820_CFG_EXTSTS_EN);
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    assert_memory_equal(sent(bench, frame, length, UINT32_MAX), frame, length);
    bench_free(bench);
}

static void wide_descriptors_reach_above_four_gigabytes(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_tx64 *slots = host_bus_memory(&bench->bus, HOST_BUS_HIGH, 4096);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    media(bench);
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) | DP83820_CFG_M64ADDR);
    for (unsigned slot = 0; slot < 2; slot++) {
        dp83820_tx64_set_link(&slots[slot],
                              HOST_BUS_HIGH + (slot + 1) % 2 * sizeof(struct dp83820_tx64));
        dp83820_tx64_set_bufptr(&slots[slot], HOST_BUS_HIGH + 0x10003);
        dp83820_tx64_set_cmdsts(&slots[slot], DP83820_TX_STATUS_OWN | length);
    }
    memcpy(host_bus_memory(&bench->bus, HOST_BUS_HIGH + 0x10003, length), frame, length);
    set(bench, DP83820_TXDP_HI, HOST_BUS_HIGH >> 32);
    set(bench, DP83820_TXDP, (uint32_t)HOST_BUS_HIGH);
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_left(bench, frame, length);
    assert_int_equal(dp83820_tx64_cmdsts(&slots[1]), DP83820_TX_STATUS_OK | length);
    assert_int_equal(get(bench, DP83820_TXDP_HI), HOST_BUS_HIGH >> 32);
    bench_free(bench);
}

static void stopping_lets_the_current_packet_end(void **state)
{
    enum { SLOTS = 64, LENGTH = 1500 };
    struct bench *bench = ready(NULL, SLOTS);
    uint8_t frame[2000];
    unsigned frames = 0;

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned slot = 0; slot < SLOTS - 1; slot++)
        tx_put(bench, slot, frame, LENGTH, 0);
    kick(bench, 20 * MICROSECOND);
    set(bench, DP83820_CR, DP83820_CR_TXD);
    run(bench, 200 * MICROSECOND);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    while (left(bench)) {
        assert_int_equal(bench->frame_bytes, LENGTH);
        frames++;
    }
    /* What was in the FIFO, nothing more; each of them completed. */
    assert_in_range(frames, 1, 8);
    for (unsigned slot = 0; slot < SLOTS - 1; slot++)
        assert_int_equal(dp83820_tx32_cmdsts(tx_slot(bench, slot)) & DP83820_TX_STATUS_OWN,
                         slot < frames ? 0 : DP83820_TX_STATUS_OWN);
    assert_no_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    kick(bench, 2 * MILLISECOND);
    while (left(bench))
        frames++;
    assert_int_equal(frames, SLOTS - 1);
    bench_free(bench);
}

static void a_packet_without_an_end_is_given_up(void **state)
{
    struct bench *bench = ready(NULL, 400);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    for (unsigned slot = 0; slot < 300; slot++)
        tx_put(bench, slot, frame, 1, slot < 299 ? DP83820_TX_STATUS_MORE : 0);
    tx_put(bench, 300, frame, length, 0);
    kick(bench, 100 * MICROSECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR | DP83820_INTERRUPT_TXIDLE);
    assert_left(bench, frame, length);
    assert_false(left(bench));
    for (unsigned slot = 0; slot < 301; slot++)
        assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, slot)), DP83820_TX_STATUS_OWN);
    bench_free(bench);
}

static void a_packet_longer_than_any_frame_is_given_up(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx32_set_cmdsts(tx_slot(bench, 0),
                            DP83820_TX_STATUS_OWN | DP83820_TX_STATUS_MORE | 0xffff);
    dp83820_tx32_set_cmdsts(tx_slot(bench, 1), DP83820_TX_STATUS_OWN | 0xffff);
    tx_put(bench, 2, frame, length, 0);
    kick(bench, 3 * MILLISECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 1)), DP83820_TX_STATUS_TXA);
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, 1)), DP83820_TX_STATUS_OK);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void descriptors_that_name_themselves_cost_bounded_work(void **state)
{
    static const uint32_t flags[] = {0, DP83820_TX_STATUS_MORE};
    struct bench *bench = ready(NULL, 1);
    unsigned timers;

    (void)state;
    for (unsigned at = 0; at < 2; at++) {
        dp83820_tx32_set_cmdsts(tx_slot(bench, 0), DP83820_TX_STATUS_OWN | flags[at]);
        set(bench, DP83820_CR, DP83820_CR_TXE);
        assert_in_range(host_bus_run(&bench->bus, MILLISECOND), 1, 3000);
        /* The same where the owner bit does not change. */
        dp83820_fault_set(bench->bus.card, DP83820_FAULT_STUCK_OWN, 1);
        dp83820_tx32_set_cmdsts(tx_slot(bench, 0), DP83820_TX_STATUS_OWN | flags[at]);
        set(bench, DP83820_CR, DP83820_CR_TXE);
        timers = host_bus_run(&bench->bus, MILLISECOND);
        assert_in_range(timers, 1, 3000);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
        dp83820_fault_set(bench->bus.card, DP83820_FAULT_STUCK_OWN, 0);
        set(bench, DP83820_CR, DP83820_CR_TXR);
        run(bench, 10 * MICROSECOND);
        set(bench, DP83820_TXDP, TX_RING);
    }
    bench_free(bench);
}

static void addresses_that_nobody_answers_stop_the_engine(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    dp83820_tx32_set_bufptr(tx_slot(bench, 0), 0xf0000000);
    kick(bench, 10 * MICROSECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    /* And after that it can be started again. */
    dp83820_tx32_set_bufptr(tx_slot(bench, 0), TX_BUFFERS);
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    dp83820_tx32_set_link(tx_slot(bench, 1), 0xf0000000);
    tx_put(bench, 1, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    bench_free(bench);
}

static void link_100(struct dp83820_config *config)
{
    config->link_mbps = 100;
}

static void link_10(struct dp83820_config *config)
{
    config->link_mbps = 10;
}

/* Frames leave back to back: preamble, frame, check sequence and gap, at each speed. */
static void the_wire_runs_at_the_speed_of_the_link(void **state)
{
    static void (*const links[])(struct dp83820_config *) = {NULL, link_100, link_10};
    static const uint64_t byte_ns[] = {8, 80, 800};
    enum { FRAMES = 20, LENGTH = 1000 };
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned speed = 0; speed < 3; speed++) {
        struct bench *bench = ready(links[speed], 32);
        uint64_t last = 0;

        for (unsigned slot = 0; slot < FRAMES; slot++)
            tx_put(bench, slot, frame, LENGTH, 0);
        kick(bench, 40 * MILLISECOND);
        for (unsigned slot = 0; slot < FRAMES; slot++) {
            assert_left(bench, frame, LENGTH);
            if (slot)
                assert_int_equal(bench->frame_at_ns - last, byte_ns[speed] * (8 + LENGTH + 4 + 12));
            last = bench->frame_at_ns;
        }
        bench_free(bench);
    }
}

static void many_small_packets_leave_in_order(void **state)
{
    enum { FRAMES = 200, LENGTH = 60 };
    struct bench *bench = ready(link_10, FRAMES + 1);
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned slot = 0; slot < FRAMES; slot++) {
        frame[HEADER_BYTES] = slot;
        dp83820_tx32_set_bufptr(tx_slot(bench, slot), TX_BUFFERS + slot * BUFFER_BYTES);
        tx_put(bench, slot, frame, LENGTH, 0);
    }
    kick(bench, 20 * MILLISECOND);
    for (unsigned slot = 0; slot < FRAMES; slot++) {
        frame[HEADER_BYTES] = slot;
        assert_left(bench, frame, LENGTH);
    }
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    bench_free(bench);
}

static void frames_larger_than_the_fifo_stream_through_it(void **state)
{
    enum { LENGTH = 16000 };
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[LENGTH];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    tx_put(bench, 0, frame, LENGTH, 0);
    kick(bench, MILLISECOND);
    assert_left(bench, frame, LENGTH);
    assert_int_equal(bench->frame_at_ns, bench->config.fetch_ns + 8 * (8 + LENGTH + 4));
    bench_free(bench);
}

static void frames_larger_than_the_fifo_fail_where_they_must_be_stored_first(void **state)
{
    enum { LENGTH = 9000 };
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[LENGTH];
    size_t length = frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);

    (void)state;
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) & ~DP83820_TXCFG_DRTH_MASK);
    tx_put(bench, 0, frame, length, 0);
    kick(bench, MILLISECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
    assert_false(left(bench));
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) | DP83820_TXCFG_DRTH(32));
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    dp83820_tx32_set_extsts(tx_slot(bench, 1), DP83820_EXTENDED_STATUS_UDPPKT);
    tx_put(bench, 1, frame, length, 0);
    kick(bench, MILLISECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
    assert_false(left(bench));
    bench_free(bench);
}

static void thresholds_of_known_drivers_all_work(void **state)
{
    static const uint32_t configurations[] = {0xd0703200, 0x107002c8, 0xd0f01002, 0x10010080,
                                              0xffffffff & ~DP83820_TXCFG_MLB};
    enum { FRAMES = 30, LENGTH = 1514 };
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned at = 0; at < sizeof configurations / sizeof configurations[0]; at++) {
        struct bench *bench = ready(NULL, 32);

        set(bench, DP83820_TXCFG, configurations[at]);
        for (unsigned slot = 0; slot < FRAMES; slot++)
            tx_put(bench, slot, frame, LENGTH, 0);
        kick(bench, MILLISECOND);
        for (unsigned slot = 0; slot < FRAMES; slot++)
            assert_left(bench, frame, LENGTH);
        bench_free(bench);
    }
}

static void looped_back_frames_come_in_again_and_do_not_leave(void **state)
{
    struct bench *bench = ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    set(bench, DP83820_TXCFG, get(bench, DP83820_TXCFG) | DP83820_TXCFG_MLB);
    tx_put(bench, 0, frame, length, 0);
    kick(bench, 10 * MICROSECOND);
    assert_false(left(bench));
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)),
                DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_LBP | DP83820_RX_STATUS_OK);
    assert_memory_equal(rx_data(bench, 0), frame, length);
    bench_free(bench);
}

static void an_engine_reset_drops_what_is_queued(void **state)
{
    struct bench *bench = ready(NULL, 8);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    for (unsigned slot = 0; slot < 5; slot++)
        tx_put(bench, slot, frame, length, 0);
    kick(bench, 15 * MICROSECOND);
    assert_left(bench, frame, length);
    set(bench, DP83820_CR, DP83820_CR_TXR);
    run(bench, MILLISECOND);
    assert_false(left(bench));
    assert_int_equal(get(bench, DP83820_TXDP), 0);
    set(bench, DP83820_TXDP, tx_address(5));
    tx_put(bench, 5, frame, length, 0);
    kick(bench, 20 * MICROSECOND);
    assert_left(bench, frame, length);
    bench_free(bench);
}

int transmit_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_of_one_descriptor_leaves_and_is_completed),
        cmocka_unit_test(the_enable_bit_may_read_as_written_when_idle),
        cmocka_unit_test(a_packet_is_gathered_from_odd_fragments),
        cmocka_unit_test(fragments_are_given_back_before_the_packet_is_on_the_wire),
        cmocka_unit_test(a_list_with_an_end_goes_on_where_a_link_was_appended),
        cmocka_unit_test(a_link_that_is_appended_in_flight_needs_a_kick),
        cmocka_unit_test(a_descriptor_in_flight_is_not_sent_twice),
        cmocka_unit_test(low_bits_of_links_and_pointers_are_ignored),
        cmocka_unit_test(a_written_pointer_forgets_that_its_descriptor_is_done),
        cmocka_unit_test(no_kick_is_lost_whenever_it_comes),
        cmocka_unit_test(descriptors_ask_for_their_interrupt_packets_always_have_one),
        cmocka_unit_test(short_frames_are_padded_where_asked),
        cmocka_unit_test(a_check_sequence_of_software_does_not_reach_the_wire_twice),
        cmocka_unit_test(checksums_are_inserted_where_asked),
        cmocka_unit_test(a_udp_checksum_of_zero_is_sent_as_ones),
        cmocka_unit_test(requests_without_permission_or_for_other_packets_change_nothing),
        cmocka_unit_test(all_packets_can_get_checksums_without_asking),
        cmocka_unit_test(a_tag_is_inserted_in_wire_order),
        cmocka_unit_test(checksums_look_past_a_tag),
        cmocka_unit_test(requests_of_all_descriptors_of_a_packet_count),
        cmocka_unit_test(without_extended_status_the_word_is_not_looked_at),
        cmocka_unit_test(wide_descriptors_reach_above_four_gigabytes),
        cmocka_unit_test(stopping_lets_the_current_packet_end),
        cmocka_unit_test(a_packet_without_an_end_is_given_up),
        cmocka_unit_test(a_packet_longer_than_any_frame_is_given_up),
        cmocka_unit_test(descriptors_that_name_themselves_cost_bounded_work),
        cmocka_unit_test(addresses_that_nobody_answers_stop_the_engine),
        cmocka_unit_test(the_wire_runs_at_the_speed_of_the_link),
        cmocka_unit_test(many_small_packets_leave_in_order),
        cmocka_unit_test(frames_larger_than_the_fifo_stream_through_it),
        cmocka_unit_test(frames_larger_than_the_fifo_fail_where_they_must_be_stored_first),
        cmocka_unit_test(thresholds_of_known_drivers_all_work),
        cmocka_unit_test(looped_back_frames_come_in_again_and_do_not_leave),
        cmocka_unit_test(an_engine_reset_drops_what_is_queued),
    };

    return cmocka_run_group_tests_name("transmit", tests, NULL, NULL);
}
