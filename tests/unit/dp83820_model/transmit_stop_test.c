/* SPDX-License-Identifier: BSD-2-Clause */
/* What ends the work of the transmit engine: commands, resets, descriptors that lead nowhere. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void stopping_lets_the_current_packet_end(void **state)
{
    enum { SLOTS = 64, LENGTH = 1500 };
    struct bench *bench = tx_ready(NULL, SLOTS);
    uint8_t frame[2000];
    unsigned frames = 0;

    (void)state;
    frame_make(frame, stranger, 0x1234, LENGTH - HEADER_BYTES);
    for (unsigned slot = 0; slot < SLOTS - 1; slot++)
        tx_put(bench, slot, frame, LENGTH, 0);
    tx_kick(bench, 20 * MICROSECOND);
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
    tx_kick(bench, 2 * MILLISECOND);
    while (left(bench))
        frames++;
    assert_int_equal(frames, SLOTS - 1);
    bench_free(bench);
}

static void a_packet_without_an_end_is_given_up(void **state)
{
    struct bench *bench = tx_ready(NULL, 400);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    for (unsigned slot = 0; slot < 300; slot++)
        tx_put(bench, slot, frame, 1, slot < 299 ? DP83820_TX_STATUS_MORE : 0);
    tx_put(bench, 300, frame, length, 0);
    tx_kick(bench, 100 * MICROSECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR | DP83820_INTERRUPT_TXIDLE);
    assert_left(bench, frame, length);
    assert_false(left(bench));
    for (unsigned slot = 0; slot < 301; slot++)
        assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, slot)), DP83820_TX_STATUS_OWN);
    bench_free(bench);
}

static void a_packet_longer_than_any_frame_is_given_up(void **state)
{
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    dp83820_tx32_set_cmdsts(tx_slot(bench, 0),
                            DP83820_TX_STATUS_OWN | DP83820_TX_STATUS_MORE | 0xffff);
    dp83820_tx32_set_cmdsts(tx_slot(bench, 1), DP83820_TX_STATUS_OWN | 0xffff);
    tx_put(bench, 2, frame, length, 0);
    tx_kick(bench, 3 * MILLISECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXERR);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 1)), DP83820_TX_STATUS_TXA);
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, 1)), DP83820_TX_STATUS_OK);
    assert_left(bench, frame, length);
    bench_free(bench);
}

static void descriptors_that_name_themselves_cost_bounded_work(void **state)
{
    static const uint32_t flags[] = {0, DP83820_TX_STATUS_MORE};
    struct bench *bench = tx_ready(NULL, 1);
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
    struct bench *bench = tx_ready(NULL, 4);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    (void)state;
    tx_put(bench, 0, frame, length, 0);
    dp83820_tx32_set_bufptr(tx_slot(bench, 0), NOWHERE);
    tx_kick(bench, 10 * MICROSECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    /* And after that it can be started again. */
    dp83820_tx32_set_bufptr(tx_slot(bench, 0), TX_BUFFERS);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    dp83820_tx32_set_link(tx_slot(bench, 1), NOWHERE);
    tx_put(bench, 1, frame, length, 0);
    tx_kick(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    bench_free(bench);
}

static void an_engine_reset_drops_what_is_queued(void **state)
{
    struct bench *bench = tx_ready(NULL, 8);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1400);

    (void)state;
    for (unsigned slot = 0; slot < 5; slot++)
        tx_put(bench, slot, frame, length, 0);
    tx_kick(bench, 15 * MICROSECOND);
    assert_left(bench, frame, length);
    set(bench, DP83820_CR, DP83820_CR_TXR);
    run(bench, MILLISECOND);
    assert_false(left(bench));
    assert_int_equal(get(bench, DP83820_TXDP), 0);
    set(bench, DP83820_TXDP, tx_address(5));
    tx_put(bench, 5, frame, length, 0);
    tx_kick(bench, 20 * MICROSECOND);
    assert_left(bench, frame, length);
    bench_free(bench);
}

int transmit_stop_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopping_lets_the_current_packet_end),
        cmocka_unit_test(a_packet_without_an_end_is_given_up),
        cmocka_unit_test(a_packet_longer_than_any_frame_is_given_up),
        cmocka_unit_test(descriptors_that_name_themselves_cost_bounded_work),
        cmocka_unit_test(addresses_that_nobody_answers_stop_the_engine),
        cmocka_unit_test(an_engine_reset_drops_what_is_queued),
    };

    return cmocka_run_group_tests_name("transmit stop", tests, NULL, NULL);
}
