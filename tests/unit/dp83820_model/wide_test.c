/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors with 64-bit addresses. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, SLOTS = 4, BUFFERS = 0x10000 };

/* A ring above four gigabytes; `link` of the last slot is 0. */
static struct dp83820_tx64 *wide_tx_list(struct bench *bench)
{
    struct dp83820_tx64 *slots = host_bus_memory(&bench->bus, HOST_BUS_HIGH, 4096);

    media(bench);
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) | DP83820_CFG_M64ADDR);
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        dp83820_tx64_set_link(&slots[slot],
                              slot + 1 == SLOTS ? 0 : HOST_BUS_HIGH + (slot + 1) * sizeof *slots);
        dp83820_tx64_set_bufptr(&slots[slot], HOST_BUS_HIGH + BUFFERS);
        dp83820_tx64_set_cmdsts(&slots[slot], 0);
        dp83820_tx64_set_extsts(&slots[slot], 0);
    }
    set(bench, DP83820_TXDP_HI, HOST_BUS_HIGH >> 32);
    set(bench, DP83820_TXDP, (uint32_t)HOST_BUS_HIGH);
    return slots;
}

static void wide_put(struct bench *bench, struct dp83820_tx64 *slot, const uint8_t *frame,
                     size_t length)
{
    memcpy(host_bus_memory(&bench->bus, dp83820_tx64_bufptr(slot), length), frame, length);
    dp83820_tx64_set_cmdsts(slot, DP83820_TX_STATUS_OWN | length);
}

static void wide_descriptors_reach_above_four_gigabytes(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_tx64 *slots = wide_tx_list(bench);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx64_set_bufptr(&slots[1], HOST_BUS_HIGH + BUFFERS + 3);
    wide_put(bench, &slots[0], frame, length);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    wide_put(bench, &slots[1], frame, length);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_int_equal(dp83820_tx64_cmdsts(&slots[1]), DP83820_TX_STATUS_OK | length);
    assert_int_equal(get(bench, DP83820_TXDP), 2 * sizeof *slots);
    assert_int_equal(get(bench, DP83820_TXDP_HI), HOST_BUS_HIGH >> 32);
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

static struct dp83820_rx64 *wide_rx_put(struct bench *bench, uint64_t at, uint64_t link)
{
    struct dp83820_rx64 *slot = host_bus_memory(&bench->bus, at, sizeof *slot);

    dp83820_rx64_set_link(slot, link);
    dp83820_rx64_set_bufptr(slot, HOST_BUS_HIGH + BUFFERS);
    dp83820_rx64_set_cmdsts(slot, BUFFER_BYTES);
    return slot;
}

/* Both halves count: a list that goes down below four gigabytes, and up again. */
static void the_receiver_follows_links_down_and_up(void **state)
{
    enum { ABOVE = 0x200, BELOW = RX_RING, LAST = 0x300 };
    struct bench *bench = bench_new(NULL);
    struct dp83820_rx64 *slots[] = {
        wide_rx_put(bench, HOST_BUS_HIGH + ABOVE, BELOW),
        wide_rx_put(bench, BELOW, HOST_BUS_HIGH + LAST),
        wide_rx_put(bench, HOST_BUS_HIGH + LAST, HOST_BUS_HIGH + ABOVE),
    };
    static const uint64_t next[] = {BELOW, HOST_BUS_HIGH + LAST, HOST_BUS_HIGH + ABOVE};
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_M64ADDR);
    set(bench, DP83820_RXDP_HI, HOST_BUS_HIGH >> 32);
    set(bench, DP83820_RXDP, (uint32_t)HOST_BUS_HIGH + ABOVE);
    start(bench);
    for (unsigned at = 0; at < 3; at++) {
        arrive(bench, frame, length);
        assert_bits(dp83820_rx64_cmdsts(slots[at]), DP83820_RX_STATUS_OK | DP83820_RX_STATUS_OWN);
        assert_int_equal(get(bench, DP83820_RXDP), (uint32_t)next[at]);
        assert_int_equal(get(bench, DP83820_RXDP_HI), next[at] >> 32);
    }
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE); /* all are filled */
    bench_free(bench);
}

/* A list that goes down into the first four gigabytes; and the high half of a pointer that does not
 * count. */
static void the_high_half_of_the_pointer_follows_the_links(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_tx64 *slots = wide_tx_list(bench);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx64_set_link(&slots[0], TX_RING);
    wide_put(bench, &slots[0], frame, length);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_int_equal(get(bench, DP83820_TXDP), TX_RING);
    assert_int_equal(get(bench, DP83820_TXDP_HI), 0);
    set(bench, DP83820_CFG, get(bench, DP83820_CFG) & ~(uint32_t)DP83820_CFG_M64ADDR);
    tx_ring(bench, SLOTS);
    set(bench, DP83820_TXDP_HI, 5);
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_int_equal(get(bench, DP83820_TXDP_HI), 5);
    bench_free(bench);
}

static void a_wide_list_with_an_end_goes_on_where_a_link_was_appended(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_tx64 *slots = wide_tx_list(bench);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    for (unsigned slot = 0; slot < SLOTS; slot++)
        wide_put(bench, &slots[slot], frame, length);
    tx_kick(bench, 30 * MICROSECOND);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        assert_left(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    /* The low half of this link is 0, the link is not. */
    assert_int_equal((uint32_t)HOST_BUS_HIGH, 0);
    dp83820_tx64_set_link(&slots[SLOTS - 1], HOST_BUS_HIGH);
    wide_put(bench, &slots[0], frame, length);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void a_wide_descriptor_asks_for_checksums_and_tags(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_tx64 *slots = wide_tx_list(bench);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK | DP83820_VTCR_VPPTI);
    wide_put(bench, &slots[0], frame, length);
    dp83820_tx64_set_extsts(&slots[0],
                            DP83820_EXTENDED_STATUS_UDPPKT | DP83820_EXTENDED_STATUS_VPKT | 0x2301);
    tx_kick(bench, 10 * MICROSECOND);
    assert_true(left(bench));
    assert_memory_equal(bench->frame + 12, "\x81\x00\x01\x23", 4);
    assert_int_equal(segment_sum(bench->frame + HEADER_BYTES + 4), 0xffff);
    bench_free(bench);
}

static void a_wide_descriptor_gets_its_extended_status(void **state)
{
    struct bench *bench = bench_new(NULL);
    struct dp83820_rx64 *slot = host_bus_memory(&bench->bus, HOST_BUS_HIGH, 4096);
    uint8_t frame[2000];
    size_t length = ip_make(frame, 17, 50, 0);

    (void)state;
    set(bench, DP83820_CFG, DP83820_CFG_M64ADDR);
    set(bench, DP83820_VRCR, DP83820_VRCR_IPEN | DP83820_VRCR_VTDEN);
    dp83820_rx64_set_link(slot, 0);
    dp83820_rx64_set_bufptr(slot, HOST_BUS_HIGH + BUFFERS);
    dp83820_rx64_set_extsts(slot, UINT32_MAX);
    dp83820_rx64_set_cmdsts(slot, BUFFER_BYTES);
    set(bench, DP83820_RXDP_HI, HOST_BUS_HIGH >> 32);
    set(bench, DP83820_RXDP, (uint32_t)HOST_BUS_HIGH);
    start(bench);
    length = tag_put(frame, length, 0x0123);
    arrive(bench, frame, length);
    assert_bits(dp83820_rx64_cmdsts(slot), DP83820_RX_STATUS_OK | DP83820_RX_STATUS_OWN);
    /* Nobody made the sums right. */
    assert_int_equal(dp83820_rx64_extsts(slot),
                     DP83820_EXTENDED_STATUS_IPERR | DP83820_EXTENDED_STATUS_UDPERR |
                         DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_IPPKT |
                         DP83820_EXTENDED_STATUS_UDPPKT | 0x2301);
    bench_free(bench);
}

int wide_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_descriptors_reach_above_four_gigabytes),
        cmocka_unit_test(wide_descriptors_receive_above_four_gigabytes),
        cmocka_unit_test(the_receiver_follows_links_down_and_up),
        cmocka_unit_test(the_high_half_of_the_pointer_follows_the_links),
        cmocka_unit_test(a_wide_list_with_an_end_goes_on_where_a_link_was_appended),
        cmocka_unit_test(a_wide_descriptor_asks_for_checksums_and_tags),
        cmocka_unit_test(a_wide_descriptor_gets_its_extended_status),
    };

    return cmocka_run_group_tests_name("wide", tests, NULL, NULL);
}
