/* SPDX-License-Identifier: BSD-2-Clause */
/* The receive engine, its FIFO, checks and units. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, UDP = 17, TCP = 6, SLOTS = 4 };

static struct bench *ready(void (*change)(struct dp83820_config *config))
{
    struct bench *bench = bench_new(change);

    rx_ring(bench, SLOTS);
    start(bench);
    return bench;
}

static uint32_t status(struct bench *bench, unsigned slot)
{
    return dp83820_rx32_cmdsts(rx_slot(bench, slot));
}

static uint32_t size(struct bench *bench, unsigned slot)
{
    return dp83820_rx_status_size(status(bench, slot));
}

static uint32_t extended(struct bench *bench, unsigned slot)
{
    return dp83820_rx32_extsts(rx_slot(bench, slot));
}

/* Gives a slot back to the card. */
static void arm(struct bench *bench, unsigned slot)
{
    dp83820_rx32_set_cmdsts(rx_slot(bench, slot), DP83820_RX_STATUS_INTR | BUFFER_BYTES);
}

/* Lets a frame arrive and says whether it came through to slot 0, which is armed again. */
static bool received(struct bench *bench, const uint8_t *frame, size_t length, unsigned damage)
{
    rx_ring(bench, SLOTS);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    arrive_damaged(bench, frame, length, damage);
    return status(bench, 0) & DP83820_RX_STATUS_OWN;
}

static void a_frame_fills_an_armed_descriptor(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    uint32_t cmdsts;

    (void)state;
    assert_int_equal(get(bench, DP83820_ISR), 0);
    arrive(bench, frame, length);
    cmdsts = status(bench, 0);
    assert_bits(cmdsts, DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_int_equal(dp83820_rx_status_dest(cmdsts), DP83820_RX_STATUS_DEST_UNICAST);
    assert_int_equal(dp83820_rx_status_size(cmdsts), length);
    assert_no_bits(cmdsts, DP83820_RX_STATUS_INCCRC | DP83820_RX_STATUS_MORE);
    assert_memory_equal(rx_data(bench, 0), frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC);
    assert_int_equal(get(bench, DP83820_RXDP), rx_address(1));
    bench_free(bench);
}

static void the_kind_of_destination_is_in_the_status(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000], group[STATION_BYTES] = {0x01, 0x00, 0x5e, 0, 0, 1};
    size_t length;

    (void)state;
    length = frame_make(frame, everybody, 0x1234, SMALL);
    arrive(bench, frame, length);
    assert_int_equal(dp83820_rx_status_dest(status(bench, 0)), DP83820_RX_STATUS_DEST_BROADCAST);
    length = frame_make(frame, group, 0x1234, SMALL);
    arrive(bench, frame, length);
    assert_int_equal(dp83820_rx_status_dest(status(bench, 1)), DP83820_RX_STATUS_DEST_MULTICAST);
    bench_free(bench);
}

static void the_check_sequence_comes_along_unless_stripped(void **state)
{
    /* The standard check: over "123456789" the sum is 0xcbf43926; here over a frame, appended,
     * it leaves the residue. */
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    uint32_t crc = UINT32_MAX;

    (void)state;
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_STRIPCRC);
    arrive(bench, frame, length);
    assert_int_equal(size(bench, 0), length + 4);
    assert_bits(status(bench, 0), DP83820_RX_STATUS_INCCRC);
    for (size_t at = 0; at < length + 4; at++) {
        crc ^= rx_data(bench, 0)[at];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    assert_int_equal(crc, 0xdebb20e3);
    bench_free(bench);
}

static void without_a_request_a_descriptor_raises_no_interrupt_of_its_own(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    dp83820_rx32_set_cmdsts(rx_slot(bench, 1), BUFFER_BYTES);
    arrive(bench, frame, length);
    get(bench, DP83820_ISR);
    arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK);
    bench_free(bench);
}

/* Fills the ring; the last frame brings RXIDLE with it. */
static size_t exhaust(struct bench *bench, uint8_t *frame)
{
    size_t length = frame_make(frame, station, 0x1234, 1486);

    for (unsigned slot = 0; slot < SLOTS; slot++) {
        assert_no_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
        frame[HEADER_BYTES] = slot;
        arrive(bench, frame, length);
    }
    assert_int_equal(get(bench, DP83820_ISR),
                     DP83820_INTERRUPT_RXIDLE | DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC);
    return length;
}

static void an_exhausted_ring_reports_right_after_the_last_packet(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];

    (void)state;
    exhaust(bench, frame);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_int_equal(get(bench, DP83820_RXDP), rx_address(0));
    bench_free(bench);
}

static void frames_wait_in_the_fifo_until_it_is_full(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    unsigned fits = DP83820_RX_FIFO_BYTES / 1504;
    size_t length;

    (void)state;
    set(bench, DP83820_MIBC, 0);
    length = exhaust(bench, frame);
    assert_int_equal(length, 1500);
    for (unsigned number = 0; number < fits; number++)
        arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    arrive(bench, frame, length);
    arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXORN);
    assert_int_equal(get(bench, DP83820_RXMISSED), 2);
    assert_int_equal(count(bench)->drops_overrun, 2);
    bench_free(bench);
}

/* The three ways to go on after RXIDLE. The frame that waited must come in. */
static void assert_goes_on(struct bench *bench, const uint8_t *frame, size_t length, unsigned slot)
{
    run(bench, 20 * MICROSECOND);
    assert_bits(status(bench, slot), DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_int_equal(size(bench, slot), length);
    assert_memory_equal(rx_data(bench, slot), frame, length);
}

static void the_receiver_goes_on_after_enable_alone(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = exhaust(bench, frame);

    (void)state;
    arrive(bench, frame, length);
    arm(bench, 0);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    assert_goes_on(bench, frame, length, 0);
    bench_free(bench);
}

static void the_receiver_goes_on_at_a_written_pointer(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = exhaust(bench, frame);

    (void)state;
    arrive(bench, frame, length);
    arm(bench, 2);
    set(bench, DP83820_RXDP, rx_address(2));
    set(bench, DP83820_CR, DP83820_CR_RXE);
    assert_goes_on(bench, frame, length, 2);
    bench_free(bench);
}

static void the_receiver_goes_on_where_a_link_was_appended(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    rx_ring(bench, SLOTS);
    dp83820_rx32_set_link(rx_slot(bench, 0), 0);
    start(bench);
    arrive(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
    assert_int_equal(get(bench, DP83820_RXDP), rx_address(0));
    /* Nothing appended: idle once more, and the descriptor is not filled twice. */
    arm(bench, 0);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
    arrive(bench, frame, length);
    assert_no_bits(status(bench, 0), DP83820_RX_STATUS_OWN);
    /* A link written later is not seen without RXE. */
    dp83820_rx32_set_link(rx_slot(bench, 0), rx_address(1));
    run(bench, MILLISECOND);
    assert_no_bits(status(bench, 1), DP83820_RX_STATUS_OWN);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    assert_goes_on(bench, frame, length, 1);
    bench_free(bench);
}

static void a_frame_larger_than_a_buffer_spills_into_the_next(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x0800, 1500), 7);

    (void)state;
    rx_ring(bench, SLOTS);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), DP83820_RX_STATUS_INTR | 1514);
    start(bench);
    arrive(bench, frame, length);
    assert_int_equal(length, 1518);
    assert_int_equal(status(bench, 0), DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_MORE |
                                           DP83820_RX_STATUS_INTR | 1514);
    assert_bits(status(bench, 1), DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_no_bits(status(bench, 1), DP83820_RX_STATUS_MORE);
    assert_int_equal(size(bench, 1), 4);
    assert_memory_equal(rx_data(bench, 0), frame, 1514);
    assert_memory_equal(rx_data(bench, 1), frame + 1514, 4);
    bench_free(bench);
}

static void a_list_that_ends_within_a_packet_goes_on_with_it(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    rx_ring(bench, SLOTS);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), 50);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 1), DP83820_RX_STATUS_OWN);
    start(bench);
    arrive(bench, frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
    arm(bench, 1);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(size(bench, 1), length - 50);
    assert_memory_equal(rx_data(bench, 1), frame + 50, length - 50);
    bench_free(bench);
}

static void a_descriptor_of_software_idles_the_receiver_once_and_later(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    media(bench);
    rx_ring(bench, SLOTS);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), DP83820_RX_STATUS_OWN);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
    run(bench, 10 * MILLISECOND);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    bench_free(bench);
}

static void stopping_and_starting_loses_no_descriptor(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_RXD);
    arrive(bench, frame, length);
    assert_int_equal(count(bench)->drops_disabled, 1);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    arrive(bench, frame, length);
    assert_goes_on(bench, frame, length, 0);
    bench_free(bench);
}

/* What a configuration makes of a damaged frame: nothing, or a status. */
static void judge(struct bench *bench, uint32_t rxcfg, unsigned damage, uint32_t bit,
                  uint32_t accepting)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, damage & DP83820_DAMAGE_CUT ? 20 : SMALL);

    set(bench, DP83820_RXCFG, rxcfg & ~accepting);
    get(bench, DP83820_ISR);
    assert_false(received(bench, frame, length, damage));
    assert_no_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXERR | DP83820_INTERRUPT_RXOK);
    set(bench, DP83820_RXCFG, rxcfg | accepting);
    assert_true(received(bench, frame, length, damage));
    assert_bits(status(bench, 0), bit);
    assert_no_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXERR | DP83820_INTERRUPT_RXDESC);
}

static void damaged_frames_are_dropped_unless_asked_for(void **state)
{
    struct bench *bench = ready(NULL);
    uint32_t rxcfg = get(bench, DP83820_RXCFG);

    (void)state;
    judge(bench, rxcfg, DP83820_DAMAGE_FCS, DP83820_RX_STATUS_CRCE, DP83820_RXCFG_AEP);
    judge(bench, rxcfg, DP83820_DAMAGE_ALIGNMENT, DP83820_RX_STATUS_FAE, DP83820_RXCFG_AEP);
    judge(bench, rxcfg, DP83820_DAMAGE_SYMBOL, DP83820_RX_STATUS_ISE, DP83820_RXCFG_AEP);
    judge(bench, rxcfg, DP83820_DAMAGE_CUT, DP83820_RX_STATUS_RUNT, DP83820_RXCFG_ARP);
    bench_free(bench);
}

static void long_frames_are_cut_or_dropped_or_whole(void **state)
{
    struct bench *bench = ready(NULL);
    uint32_t rxcfg = get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_ALP;
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1600);

    (void)state;
    set(bench, DP83820_RXCFG, rxcfg);
    assert_false(received(bench, frame, length, 0));
    set(bench, DP83820_RXCFG, rxcfg | DP83820_RXCFG_AEP);
    assert_true(received(bench, frame, length, 0));
    assert_bits(status(bench, 0), DP83820_RX_STATUS_LONG);
    assert_no_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(size(bench, 0), 1514);
    set(bench, DP83820_RXCFG, rxcfg | DP83820_RXCFG_ALP);
    assert_true(received(bench, frame, length, 0));
    assert_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(size(bench, 0), length);
    /* The longest that is not long. */
    set(bench, DP83820_RXCFG, rxcfg);
    assert_true(received(bench, frame, 1514, 0));
    assert_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    bench_free(bench);
}

static void short_tagged(struct dp83820_config *config)
{
    config->long_limit_tagged = 1518;
}

static void a_tag_may_or_may_not_lengthen_the_limit(void **state)
{
    struct bench *bench = ready(NULL), *strict = ready(short_tagged);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x0800, 1500), 7);

    (void)state;
    set(bench, DP83820_RXCFG, get(bench, DP83820_RXCFG) & ~DP83820_RXCFG_ALP);
    assert_true(received(bench, frame, length, 0));
    assert_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    assert_false(received(bench, frame, length + 1, 0));
    set(strict, DP83820_RXCFG, get(strict, DP83820_RXCFG) & ~DP83820_RXCFG_ALP);
    assert_false(received(strict, frame, length, 0));
    bench_free(bench);
    bench_free(strict);
}

static void jumbo_frames_fill_as_many_buffers_as_they_need(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[9014];
    size_t length = frame_make(frame, station, 0x1234, 9000);

    (void)state;
    rx_ring(bench, 8);
    start(bench);
    arrive(bench, frame, length);
    for (unsigned slot = 0; slot < 4; slot++) {
        assert_int_equal(size(bench, slot), BUFFER_BYTES);
        assert_bits(status(bench, slot), DP83820_RX_STATUS_MORE);
    }
    assert_int_equal(size(bench, 4), length - 4 * BUFFER_BYTES);
    assert_bits(status(bench, 4), DP83820_RX_STATUS_OK);
    bench_free(bench);
}

static void a_length_field_that_lies_is_an_in_range_error(void **state)
{
    struct bench *bench = ready(NULL);
    uint32_t rxcfg = get(bench, DP83820_RXCFG);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 200, SMALL);

    (void)state;
    set(bench, DP83820_RXCFG, rxcfg & ~DP83820_RXCFG_AIRL);
    assert_false(received(bench, frame, length, 0));
    set(bench, DP83820_RXCFG, rxcfg | DP83820_RXCFG_AIRL);
    assert_true(received(bench, frame, length, 0));
    assert_bits(status(bench, 0), DP83820_RX_STATUS_IRL);
    set(bench, DP83820_RXCFG, rxcfg & ~DP83820_RXCFG_AIRL);
    length = frame_make(frame, station, SMALL, SMALL);
    assert_true(received(bench, frame, length, 0));
    length = frame_make(frame, station, 38, 38); /* padded */
    assert_true(received(bench, frame, length, 0));
    assert_no_bits(status(bench, 0), DP83820_RX_STATUS_IRL);
    bench_free(bench);
}

static uint32_t sums(struct bench *bench, const uint8_t *frame, size_t length)
{
    assert_true(received(bench, frame, length, 0));
    return extended(bench, 0);
}

/* Checksums as the transmit side of a peer would put them in. */
static void complete(uint8_t *frame, unsigned at)
{
    uint8_t *ip = frame + HEADER_BYTES, *field = ip + (ip[0] & 15) * 4 + at;
    unsigned sum;

    ip[10] = ip[11] = field[0] = field[1] = 0;
    sum = 0xffff - ip_sum(ip);
    ip[10] = sum >> 8;
    ip[11] = sum & 0xff;
    sum = 0xffff - segment_sum(ip);
    field[0] = sum >> 8;
    field[1] = sum & 0xff;
}

static void checksums_of_received_packets_are_verified(void **state)
{
    static const struct {
        unsigned protocol, field;
        uint32_t found, wrong;
    } kinds[] = {
        {UDP, 6, DP83820_EXTENDED_STATUS_UDPPKT, DP83820_EXTENDED_STATUS_UDPERR},
        {TCP, 16, DP83820_EXTENDED_STATUS_TCPPKT, DP83820_EXTENDED_STATUS_TCPERR},
    };
    const uint32_t ip = DP83820_EXTENDED_STATUS_IPPKT;
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN);
    for (unsigned kind = 0; kind < 2; kind++) {
        for (unsigned options = 0; options < 3; options++) {
            size_t length = ip_make(frame, kinds[kind].protocol, 31, options);

            complete(frame, kinds[kind].field);
            assert_int_equal(sums(bench, frame, length), ip | kinds[kind].found);
            /* Padding behind the packet is not summed. */
            frame[length] = 0x5a;
            assert_int_equal(sums(bench, frame, length + 1), ip | kinds[kind].found);
            frame[length - 1] ^= 1;
            assert_int_equal(sums(bench, frame, length),
                             ip | kinds[kind].found | kinds[kind].wrong);
            frame[length - 1] ^= 1;
            frame[HEADER_BYTES + 8] ^= 1;
            assert_int_equal(sums(bench, frame, length),
                             ip | kinds[kind].found | DP83820_EXTENDED_STATUS_IPERR);
        }
    }
    bench_free(bench);
}

static void fragments_other_packets_and_absent_sums_are_no_errors(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = ip_make(frame, UDP, 31, 0);

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN);
    frame[HEADER_BYTES + 6] = 0x20; /* more fragments */
    complete(frame, 6);
    assert_int_equal(sums(bench, frame, length), DP83820_EXTENDED_STATUS_IPPKT);
    length = ip_make(frame, UDP, 31, 0);
    complete(frame, 6);
    frame[HEADER_BYTES + 26] = frame[HEADER_BYTES + 27] = 0;
    assert_int_equal(sums(bench, frame, length),
                     DP83820_EXTENDED_STATUS_IPPKT | DP83820_EXTENDED_STATUS_UDPPKT);
    length = frame_make(frame, station, 0x0806, SMALL);
    assert_int_equal(sums(bench, frame, length), 0);
    length = ip_make(frame, UDP, 31, 0);
    set(bench, DP83820_VRCR, 0);
    assert_int_equal(sums(bench, frame, length), 0);
    bench_free(bench);
}

static void wrong_checksums_are_rejected_where_asked(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = ip_make(frame, UDP, 31, 0);

    (void)state;
    complete(frame, 6);
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN | DP83820_VRCR_RUDPE | DP83820_VRCR_RIPE);
    assert_true(received(bench, frame, length, 0));
    frame[length - 1] ^= 1;
    assert_false(received(bench, frame, length, 0));
    frame[length - 1] ^= 1;
    frame[HEADER_BYTES + 8] ^= 1;
    assert_false(received(bench, frame, length, 0));
    bench_free(bench);
}

static void tags_are_detected_and_removed(void **state)
{
    const uint32_t tag = DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x2361);
    struct bench *bench = ready(NULL);
    uint8_t plain[2000], frame[2000];
    size_t length = frame_make(plain, station, 0x0800, SMALL);

    (void)state;
    memcpy(frame, plain, length);
    tag_put(frame, length, 0x6123);
    assert_true(received(bench, frame, length + 4, 0));
    assert_int_equal(extended(bench, 0), 0);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN);
    assert_true(received(bench, frame, length + 4, 0));
    assert_int_equal(extended(bench, 0), tag);
    assert_int_equal(size(bench, 0), length + 4);
    assert_memory_equal(rx_data(bench, 0), frame, length + 4);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_true(received(bench, frame, length + 4, 0));
    assert_int_equal(extended(bench, 0), tag);
    assert_int_equal(size(bench, 0), length);
    assert_memory_equal(rx_data(bench, 0), plain, length);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_DVTF);
    assert_false(received(bench, frame, length + 4, 0));
    assert_true(received(bench, plain, length, 0));
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_DUTF);
    assert_true(received(bench, frame, length + 4, 0));
    assert_false(received(bench, plain, length, 0));
    bench_free(bench);
}

static void runts_by_removal(struct dp83820_config *config)
{
    config->vlan_runt = true;
}

static void a_minimum_frame_without_its_tag_may_be_a_runt(void **state)
{
    struct bench *bench = ready(NULL), *quirk = ready(runts_by_removal);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x1234, 42), 5);

    (void)state;
    assert_int_equal(length, 60);
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_true(received(bench, frame, length, 0));
    assert_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    set(quirk, DP83820_VRCR, DP83820_VRCR_VTDEN | DP83820_VRCR_VTREN);
    assert_false(received(quirk, frame, length, 0));
    set(quirk, DP83820_RXCFG, get(quirk, DP83820_RXCFG) | DP83820_RXCFG_ARP);
    assert_true(received(quirk, frame, length, 0));
    assert_bits(status(quirk, 0), DP83820_RX_STATUS_RUNT);
    assert_no_bits(status(quirk, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(size(quirk, 0), 56);
    bench_free(bench);
    bench_free(quirk);
}

static void short_frames_of_a_back_end_are_padded(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[60] = {0};
    size_t length = frame_make(frame, station, 0x1234, 20);

    (void)state;
    memset(rx_data(bench, 0), 0xee, 64);
    arrive(bench, frame, length);
    assert_bits(status(bench, 0), DP83820_RX_STATUS_OK);
    assert_int_equal(size(bench, 0), 60);
    memset(frame + length, 0, sizeof frame - length);
    assert_memory_equal(rx_data(bench, 0), frame, 60);
    bench_free(bench);
}

/* Buffers of all sizes, also 0: a completed descriptor never looks like an unarmed one. */
static void no_completed_descriptor_looks_unarmed(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    rx_ring(bench, 8);
    for (unsigned slot = 0; slot < 8; slot++)
        dp83820_rx32_set_cmdsts(rx_slot(bench, slot), slot % 3 ? 57 : 0);
    start(bench);
    arrive(bench, frame, length);
    arrive(bench, frame, length);
    for (unsigned slot = 0; slot < 8; slot++)
        if (status(bench, slot) & DP83820_RX_STATUS_OWN)
            assert_int_not_equal(status(bench, slot), DP83820_RX_STATUS_OWN);
    assert_int_equal(count(bench)->frames_in, 2);
    bench_free(bench);
}

static void buffers_of_no_size_cost_bounded_work(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    rx_ring(bench, 1);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), 0);
    dp83820_fault_set(bench->bus.card, DP83820_FAULT_STUCK_OWN, 1);
    start(bench);
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    assert_in_range(host_bus_run(&bench->bus, MILLISECOND), 100, 3000);
    bench_free(bench);
}

static void addresses_that_nobody_answers_stop_the_engine(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    dp83820_rx32_set_bufptr(rx_slot(bench, 1), 0xf0000000);
    arrive(bench, frame, length);
    get(bench, DP83820_ISR);
    arrive(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_HIBINT);
    set(bench, DP83820_RXDP, 0xf0000000);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    assert_true(received(bench, frame, length, 0));
    bench_free(bench);
}

static void without_bus_mastering_there_is_no_dma(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    bench->bus.bus_master = false;
    rx_ring(bench, SLOTS);
    tx_ring(bench, SLOTS);
    tx_put(bench, 0, frame, length, 0);
    start(bench);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    arrive(bench, frame, length);
    assert_false(left(bench));
    assert_no_bits(status(bench, 0), DP83820_RX_STATUS_OWN);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OWN);
    bench_free(bench);
}

static void wide_descriptors_receive_above_four_gigabytes(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_rx64 *slot = host_bus_memory(&bench->bus, HOST_BUS_HIGH, 4096);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_M64ADDR);
    dp83820_rx64_set_link(slot, HOST_BUS_HIGH + sizeof *slot);
    dp83820_rx64_set_bufptr(slot, HOST_BUS_HIGH + 0x10000);
    dp83820_rx64_set_cmdsts(slot, BUFFER_BYTES);
    dp83820_rx64_set_cmdsts(slot + 1, DP83820_RX_STATUS_OWN);
    set(bench, DP83820_RXDP_HI, HOST_BUS_HIGH >> 32);
    set(bench, DP83820_RXDP, (uint32_t)HOST_BUS_HIGH);
    start(bench);
    arrive(bench, frame, length);
    assert_bits(dp83820_rx64_cmdsts(slot), DP83820_RX_STATUS_OK | DP83820_RX_STATUS_OWN);
    assert_memory_equal(host_bus_memory(&bench->bus, HOST_BUS_HIGH + 0x10000, length), frame,
                        length);
    assert_int_equal(get(bench, DP83820_RXDP_HI), HOST_BUS_HIGH >> 32);
    bench_free(bench);
}

static void link_100(struct dp83820_config *config)
{
    config->link_mbps = 100;
}

static void frames_arrive_at_the_speed_of_the_link(void **state)
{
    static void (*const links[])(struct dp83820_config *) = {NULL, link_100};
    static const uint64_t byte_ns[] = {8, 80};
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    for (unsigned speed = 0; speed < 2; speed++) {
        struct bench *bench = ready(links[speed]);
        uint64_t frame_ns = byte_ns[speed] * (8 + length + 4), gap_ns = byte_ns[speed] * 12;

        get(bench, DP83820_ISR);
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
        run(bench, frame_ns - 1);
        assert_int_equal(get(bench, DP83820_ISR), 0);
        run(bench, 1);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK);
        run(bench, gap_ns + frame_ns - 1);
        assert_int_equal(get(bench, DP83820_ISR), 0);
        run(bench, 1);
        assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK);
        bench_free(bench);
    }
}

static void frames_in_flight_are_lost_with_the_link(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, 4 * MICROSECOND);
    dp83820_link_set(bench->bus.card, false);
    run(bench, 100 * MICROSECOND);
    dp83820_link_set(bench->bus.card, true);
    assert_int_equal(count(bench)->frames_in, 0);
    assert_int_equal(count(bench)->drops_link, 1);
    arrive(bench, frame, length);
    assert_int_equal(count(bench)->frames_in, 1);
    bench_free(bench);
}

static void frames_that_no_wire_has_are_dropped(void **state)
{
    static uint8_t huge[HOST_BUS_FRAME_BYTES];
    struct bench *bench = ready(NULL);

    (void)state;
    memcpy(huge, station, STATION_BYTES);
    assert_true(dp83820_receive_frame(bench->bus.card, huge, sizeof huge));
    assert_true(dp83820_receive_frame(bench->bus.card, huge, 0));
    run(bench, MILLISECOND);
    assert_int_equal(count(bench)->drops_error, 2);
    assert_int_equal(count(bench)->frames_in, 0);
    bench_free(bench);
}

static void a_full_wire_says_when_it_has_room(void **state)
{
    struct bench *bench = ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    unsigned taken = 0;

    (void)state;
    while (dp83820_receive_frame(bench->bus.card, frame, length))
        assert_true(++taken < 1000);
    assert_false(dp83820_receive_ready(bench->bus.card));
    assert_int_equal(bench->bus.wire_ready, 0);
    run(bench, 2 * MICROSECOND);
    assert_int_equal(bench->bus.wire_ready, 1);
    assert_true(dp83820_receive_ready(bench->bus.card));
    /* The same for those who never offer a frame that would be refused. */
    while (dp83820_receive_ready(bench->bus.card))
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, 2 * MICROSECOND);
    assert_int_equal(bench->bus.wire_ready, 2);
    while (dp83820_receive_ready(bench->bus.card))
        assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    dp83820_power_on_reset(bench->bus.card);
    run(bench, 1);
    assert_int_equal(bench->bus.wire_ready, 3);
    bench_free(bench);
}

int receive_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_fills_an_armed_descriptor),
        cmocka_unit_test(the_kind_of_destination_is_in_the_status),
        cmocka_unit_test(the_check_sequence_comes_along_unless_stripped),
        cmocka_unit_test(without_a_request_a_descriptor_raises_no_interrupt_of_its_own),
        cmocka_unit_test(an_exhausted_ring_reports_right_after_the_last_packet),
        cmocka_unit_test(frames_wait_in_the_fifo_until_it_is_full),
        cmocka_unit_test(the_receiver_goes_on_after_enable_alone),
        cmocka_unit_test(the_receiver_goes_on_at_a_written_pointer),
        cmocka_unit_test(the_receiver_goes_on_where_a_link_was_appended),
        cmocka_unit_test(a_frame_larger_than_a_buffer_spills_into_the_next),
        cmocka_unit_test(a_list_that_ends_within_a_packet_goes_on_with_it),
        cmocka_unit_test(a_descriptor_of_software_idles_the_receiver_once_and_later),
        cmocka_unit_test(stopping_and_starting_loses_no_descriptor),
        cmocka_unit_test(damaged_frames_are_dropped_unless_asked_for),
        cmocka_unit_test(long_frames_are_cut_or_dropped_or_whole),
        cmocka_unit_test(a_tag_may_or_may_not_lengthen_the_limit),
        cmocka_unit_test(jumbo_frames_fill_as_many_buffers_as_they_need),
        cmocka_unit_test(a_length_field_that_lies_is_an_in_range_error),
        cmocka_unit_test(checksums_of_received_packets_are_verified),
        cmocka_unit_test(fragments_other_packets_and_absent_sums_are_no_errors),
        cmocka_unit_test(wrong_checksums_are_rejected_where_asked),
        cmocka_unit_test(tags_are_detected_and_removed),
        cmocka_unit_test(a_minimum_frame_without_its_tag_may_be_a_runt),
        cmocka_unit_test(short_frames_of_a_back_end_are_padded),
        cmocka_unit_test(no_completed_descriptor_looks_unarmed),
        cmocka_unit_test(buffers_of_no_size_cost_bounded_work),
        cmocka_unit_test(addresses_that_nobody_answers_stop_the_engine),
        cmocka_unit_test(without_bus_mastering_there_is_no_dma),
        cmocka_unit_test(wide_descriptors_receive_above_four_gigabytes),
        cmocka_unit_test(frames_arrive_at_the_speed_of_the_link),
        cmocka_unit_test(frames_in_flight_are_lost_with_the_link),
        cmocka_unit_test(frames_that_no_wire_has_are_dropped),
        cmocka_unit_test(a_full_wire_says_when_it_has_room),
    };

    return cmocka_run_group_tests_name("receive", tests, NULL, NULL);
}
