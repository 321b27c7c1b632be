/* SPDX-License-Identifier: BSD-2-Clause */
/* The transmit engine on its descriptors. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void a_packet_of_one_descriptor_leaves_and_is_completed(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
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

/* Whatever a driver leaves in the status, only the card's verdict is there afterwards. */
static void old_status_does_not_come_back(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    for (unsigned bit = 16; bit < 28; bit++) {
        set(bench, DP83820_TXDP, tx_address(0));
        tx_put(bench, 0, frame, length, 1u << bit);
        tx_kick(bench, 10 * MICROSECOND);
        assert_left(bench, frame, length);
        assert_int_equal(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OK | length);
    }
    bench_free(bench);
}

static void the_enable_bit_may_read_as_written_when_idle(void **state)
{
    struct bench *bench = tx_ready(echoing, 4);

    (void)state;
    tx_kick(bench, 10 * MICROSECOND);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    set(bench, DP83820_CR, DP83820_CR_TXD);
    run(bench, 10 * MICROSECOND);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    bench_free(bench);
}

static void a_packet_is_gathered_from_odd_fragments(void **state)
{
    static const unsigned cuts[] = {0, 13, 61, SMALL + HEADER_BYTES};
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    for (unsigned part = 0; part < 3; part++) {
        struct dp83820_tx32 *slot = tx_slot(bench, part);
        unsigned bytes = cuts[part + 1] - cuts[part];

        dp83820_tx32_set_bufptr(slot, TX_BUFFERS + part * BUFFER_BYTES + 3 * part + 1);
        tx_put(bench, part, frame + cuts[part], bytes, part < 2 ? DP83820_TX_STATUS_MORE : 0);
    }
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    for (unsigned part = 0; part < 3; part++)
        assert_int_equal(dp83820_tx32_cmdsts(tx_slot(bench, part)),
                         (part < 2 ? DP83820_TX_STATUS_MORE : DP83820_TX_STATUS_OK) |
                             (cuts[part + 1] - cuts[part]));
    bench_free(bench);
}

static void fragments_are_given_back_before_the_packet_is_on_the_wire(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];

    (void)state;
    frame_make(frame, stranger, 0x1234, 1400);
    tx_put(bench, 0, frame, 1000, DP83820_TX_STATUS_MORE);
    tx_put(bench, 1, frame + 1000, 414, 0);
    tx_kick(bench, 2 * MICROSECOND);
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OWN);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 1)), DP83820_TX_STATUS_OWN);
    run(bench, 20 * MICROSECOND);
    assert_left(bench, frame, 1414);
    bench_free(bench);
}

static void a_list_with_an_end_goes_on_where_a_link_was_appended(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx32_set_link(tx_slot(bench, 0), 0);
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(0));

    /* Nothing appended: idle again, and the packet is not sent twice though it is the card's. */
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    assert_false(left(bench));

    /* All that was appended goes with one kick. */
    tx_put(bench, 1, frame, length, 0);
    tx_put(bench, 2, frame, length - 1, 0);
    dp83820_tx32_set_link(tx_slot(bench, 2), 0);
    dp83820_tx32_set_link(tx_slot(bench, 0), tx_address(1));
    tx_kick(bench, 20 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_left(bench, frame, length - 1);
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(2));
    bench_free(bench);
}

static void a_link_that_is_appended_in_flight_needs_a_kick(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    for (unsigned kicked = 0; kicked < 2; kicked++) {
        tx_ring(bench, 4);
        dp83820_tx32_set_link(tx_slot(bench, 0), 0);
        tx_put(bench, 0, frame, length, 0);
        tx_kick(bench, 3 * MICROSECOND);
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
    struct bench *bench = tx_ready(NULL, 2);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    for (unsigned slot = 0; slot < 2; slot++)
        tx_put(bench, slot, frame, length, 0);
    tx_kick(bench, 5 * MICROSECOND);
    tx_kick(bench, 100 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_left(bench, frame, length);
    assert_false(left(bench));
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(0));
    bench_free(bench);
}

static void low_bits_of_links_and_pointers_are_ignored(void **state)
{
    struct bench *bench = tx_ready(NULL, 2);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    set(bench, DP83820_TXDP, TX_RING | 7);
    assert_int_equal(get(bench, DP83820_TXDP), TX_RING);
    dp83820_tx32_set_link(tx_slot(bench, 0), tx_address(1) | 5);
    for (unsigned slot = 0; slot < 2; slot++)
        tx_put(bench, slot, frame, length, 0);
    tx_kick(bench, 20 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void a_written_pointer_forgets_that_its_descriptor_is_done(void **state)
{
    struct bench *bench = tx_ready(NULL, 1);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx32_set_link(tx_slot(bench, 0), 0);
    for (unsigned times = 0; times < 3; times++) {
        set(bench, DP83820_CR, DP83820_CR_TXD);
        tx_put(bench, 0, frame, length, 0);
        set(bench, DP83820_TXDP, tx_address(0));
        tx_kick(bench, 10 * MICROSECOND);
        assert_left(bench, frame, length);
    }
    bench_free(bench);
}

static void a_written_pointer_drops_an_unfinished_packet(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame + 1, 50, DP83820_TX_STATUS_MORE);
    tx_kick(bench, 10 * MICROSECOND);
    assert_false(left(bench));
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXIDLE);
    for (unsigned times = 0; times < 2; times++) {
        set(bench, DP83820_TXDP, tx_address(2));
        tx_put(bench, 2, frame, length, 0);
        tx_kick(bench, 10 * MICROSECOND);
        assert_left(bench, frame, length);
        assert_false(left(bench));
    }
    bench_free(bench);
}

/* A driver that fills slots and kicks at any moment of the card's time; every packet has to come
 * out, in order. */
static void no_kick_is_lost_whenever_it_comes(void **state)
{
    enum { PACKETS = 1000000, SLOTS = 16, LENGTH = 60 };
    struct bench *bench = tx_ready(NULL, SLOTS);
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
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXIDLE);
    tx_put(bench, 1, frame, length, DP83820_TX_STATUS_INTR);
    tx_kick(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR),
                     DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXDESC | DP83820_INTERRUPT_TXIDLE);
    /* In the middle of a packet, the interrupt comes before the packet has left. */
    tx_put(bench, 2, frame, 50, DP83820_TX_STATUS_INTR | DP83820_TX_STATUS_MORE);
    tx_put(bench, 3, frame + 50, length - 50, 0);
    tx_kick(bench, 1 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXDESC);
    bench_free(bench);
}

int transmit_ring_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_of_one_descriptor_leaves_and_is_completed),
        cmocka_unit_test(old_status_does_not_come_back),
        cmocka_unit_test(the_enable_bit_may_read_as_written_when_idle),
        cmocka_unit_test(a_packet_is_gathered_from_odd_fragments),
        cmocka_unit_test(fragments_are_given_back_before_the_packet_is_on_the_wire),
        cmocka_unit_test(a_list_with_an_end_goes_on_where_a_link_was_appended),
        cmocka_unit_test(a_link_that_is_appended_in_flight_needs_a_kick),
        cmocka_unit_test(a_descriptor_in_flight_is_not_sent_twice),
        cmocka_unit_test(low_bits_of_links_and_pointers_are_ignored),
        cmocka_unit_test(a_written_pointer_forgets_that_its_descriptor_is_done),
        cmocka_unit_test(a_written_pointer_drops_an_unfinished_packet),
        cmocka_unit_test(no_kick_is_lost_whenever_it_comes),
        cmocka_unit_test(descriptors_ask_for_their_interrupt_packets_always_have_one),
    };

    return cmocka_run_group_tests_name("transmit ring", tests, NULL, NULL);
}
