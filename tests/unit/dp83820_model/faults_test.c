/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults on demand, snapshots, hostile accesses. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

enum { SMALL = 100 };

static struct bench *ready(void)
{
    struct bench *bench = bench_new(NULL);

    rx_ring(bench, 4);
    tx_ring(bench, 4);
    start(bench);
    return bench;
}

static void fault(struct bench *bench, enum dp83820_fault which, unsigned one_in)
{
    dp83820_fault_set(bench->bus.card, which, one_in);
}

static size_t send_one(struct bench *bench)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);

    set(bench, DP83820_CR, DP83820_CR_TXD);
    run(bench, 10 * MICROSECOND);
    set(bench, DP83820_TXDP, TX_RING);
    tx_put(bench, 0, frame, length, 0);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    run(bench, 10 * MICROSECOND);
    return length;
}

static void receive_one(struct bench *bench)
{
    uint8_t frame[2000];

    arrive(bench, frame, frame_make(frame, station, 0x1234, SMALL));
}

static void every_fault_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (unsigned at = 0; at < DP83820_FAULTS; at++)
        assert_int_equal(dp83820_fault_by_name(dp83820_fault_name(at)), at);
    assert_null(dp83820_fault_name(DP83820_FAULTS));
    assert_int_equal(dp83820_fault_by_name("no such fault"), DP83820_FAULTS);
}

static void fault_texts_are_read_strictly(void **state)
{
    static const char *const wrong[] = {
        "gremlins", "storm/", "storm/0",      "storm/x", "storm/3x",        "storm/-1",
        ":storm",   "storm:", "storm::abort", "/3",      "storm/4294967296"};
    uint32_t one_in[DP83820_FAULTS];

    (void)state;
    assert_true(dp83820_faults_parse("storm/50:abort", one_in));
    for (unsigned fault = 0; fault < DP83820_FAULTS; fault++)
        assert_int_equal(one_in[fault], fault == DP83820_FAULT_STORM   ? 50
                                        : fault == DP83820_FAULT_ABORT ? 1
                                                                       : 0);
    assert_true(dp83820_faults_parse("", one_in));
    assert_int_equal(one_in[DP83820_FAULT_STORM], 0);
    for (size_t at = 0; at < sizeof wrong / sizeof wrong[0]; at++)
        assert_false(dp83820_faults_parse(wrong[at], one_in));
}

static void a_stuck_owner_bit_is_never_given_back(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_STUCK_OWN, 1);
    receive_one(bench);
    assert_no_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    send_one(bench);
    assert_true(left(bench));
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OWN);
    assert_true(count(bench)->faults >= 2);
    bench_free(bench);
}

static void a_wrong_length_is_not_that_of_the_frame(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_WRONG_LENGTH, 1);
    receive_one(bench);
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    assert_int_not_equal(dp83820_rx_status_size(dp83820_rx32_cmdsts(rx_slot(bench, 0))),
                         SMALL + HEADER_BYTES);
    bench_free(bench);
}

static void a_bogus_link_leads_out_of_the_ring(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_BOGUS_LINK, 1);
    send_one(bench);
    assert_int_not_equal(get(bench, DP83820_TXDP), tx_address(1));
    bench_free(bench);
}

static void a_storm_comes_back_after_each_read(void **state)
{
    struct bench *bench = ready();

    (void)state;
    set(bench, DP83820_IMR, DP83820_INTERRUPT_RXDESC | DP83820_INTERRUPT_TXIDLE);
    set(bench, DP83820_IER, 1);
    fault(bench, DP83820_FAULT_STORM, 1);
    for (unsigned times = 0; times < 5; times++) {
        get(bench, DP83820_ISR);
        assert_false(bench->bus.interrupt);
        run(bench, 10 * MICROSECOND);
        assert_true(bench->bus.interrupt);
    }
    fault(bench, DP83820_FAULT_STORM, 0);
    get(bench, DP83820_ISR);
    run(bench, 10 * MICROSECOND);
    assert_false(bench->bus.interrupt);
    bench_free(bench);
}

static void a_lost_interrupt_leaves_no_trace(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_LOST, 1);
    receive_one(bench);
    assert_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    bench_free(bench);
}

static void a_pulled_card_reads_all_ones_and_does_nothing(void **state)
{
    struct bench *bench = ready();

    (void)state;
    set(bench, DP83820_IMR, UINT32_MAX);
    set(bench, DP83820_IER, 1);
    set(bench, DP83820_CR, DP83820_CR_SWI);
    assert_true(bench->bus.interrupt);
    fault(bench, DP83820_FAULT_REMOVED, 1);
    assert_false(bench->bus.interrupt);
    for (unsigned offset = 0; offset < DP83820_CONFIG + DP83820_PCICFG_SIZE_BYTES; offset += 4)
        assert_int_equal(get(bench, offset), UINT32_MAX);
    assert_int_equal(dp83820_mmio_read(bench->bus.card, DP83820_CR, 2), 0xffff);
    send_one(bench);
    receive_one(bench);
    assert_false(left(bench));
    assert_no_bits(dp83820_rx32_cmdsts(rx_slot(bench, 0)), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

static void eeprom_faults_spoil_its_sum(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_EEPROM, 1);
    set(bench, DP83820_PTSCR, DP83820_PTSCR_EEBIST_EN);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_PTSCR), DP83820_PTSCR_EEBIST_FAIL);
    bench_free(bench);
}

static void a_slow_phy_takes_seconds(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_SLOW_PHY, 1);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    run(bench, 2000 * (uint64_t)MILLISECOND);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    run(bench, 4000 * (uint64_t)MILLISECOND);
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    bench_free(bench);
}

static void wrong_addresses_miss_the_buffer(void **state)
{
    struct bench *bench = ready();

    (void)state;
    memset(rx_data(bench, 0), 0, BUFFER_BYTES);
    fault(bench, DP83820_FAULT_WRONG_DMA, 1);
    receive_one(bench);
    assert_int_equal(rx_data(bench, 0)[0] | rx_data(bench, 0)[1] | rx_data(bench, 0)[1], 0);
    bench_free(bench);
}

static void packets_from_wrong_addresses_are_not_what_was_put(void **state)
{
    struct bench *bench = ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, SMALL);
    unsigned right = 0;

    (void)state;
    fault(bench, DP83820_FAULT_WRONG_DMA, 1);
    for (unsigned slot = 0; slot < 8; slot++) {
        set(bench, DP83820_TXDP, tx_address(slot));
        tx_put(bench, slot, frame, length, 0);
        tx_kick(bench, 10 * MICROSECOND);
        while (left(bench))
            right += memcmp(bench->frame, frame, length) == 0;
    }
    assert_int_equal(right, 0);
    bench_free(bench);
}

static void resets_and_tests_can_hang(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_RESET_HANGS, 1);
    set(bench, DP83820_CR, DP83820_CR_RST);
    set(bench, DP83820_PTSCR, DP83820_PTSCR_EELOAD_EN);
    run(bench, 1000 * MILLISECOND);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_RST);
    assert_bits(get(bench, DP83820_PTSCR), DP83820_PTSCR_EELOAD_EN);
    fault(bench, DP83820_FAULT_RESET_HANGS, 0);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_CR), 0);
    assert_int_equal(get(bench, DP83820_PTSCR), 0);
    bench_free(bench);
}

static void underruns_and_bad_frames_show_as_such(void **state)
{
    struct bench *bench = ready();

    (void)state;
    fault(bench, DP83820_FAULT_UNDERRUN, 1);
    send_one(bench);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXURN | DP83820_INTERRUPT_TXERR);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)),
                DP83820_TX_STATUS_TFU | DP83820_TX_STATUS_TXA);
    assert_no_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)),
                   DP83820_TX_STATUS_OK | DP83820_TX_STATUS_OWN);
    assert_false(left(bench));
    assert_int_equal(count(bench)->transmit_errors, 1);
    fault(bench, DP83820_FAULT_UNDERRUN, 0);
    fault(bench, DP83820_FAULT_BAD_FRAME, 1);
    receive_one(bench);
    assert_int_equal(count(bench)->drops_error, 1);
    bench_free(bench);
}

static void an_aborted_cycle_stops_its_engine(void **state)
{
    struct bench *bench = ready();
    uint64_t writes;

    (void)state;
    fault(bench, DP83820_FAULT_ABORT, 1);
    send_one(bench);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OWN);
    assert_false(left(bench));
    writes = count(bench)->dma_writes;
    receive_one(bench);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    assert_int_equal(count(bench)->dma_writes, writes);
    assert_no_bits(rx_status(bench, 0), DP83820_RX_STATUS_OWN);
    bench_free(bench);
}

/* What a seed makes of a hundred frames, as a row of results. */
static void seeded_run(uint64_t seed, uint8_t *results)
{
    struct bench *bench = bench_new(NULL);

    bench->config.seed = seed;
    host_bus_close(&bench->bus);
    assert_true(host_bus_open(&bench->bus, &bench->config));
    tx_ring(bench, 4);
    media(bench);
    fault(bench, DP83820_FAULT_UNDERRUN, 3);
    for (unsigned at = 0; at < 100; at++) {
        send_one(bench);
        results[at] = left(bench);
    }
    bench_free(bench);
}

static void faults_repeat_by_their_seed(void **state)
{
    uint8_t one[100], same[100], other[100];

    (void)state;
    seeded_run(1, one);
    seeded_run(1, same);
    seeded_run(2, other);
    assert_memory_equal(one, same, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
}

static void accesses_of_any_size_and_place_are_harmless(void **state)
{
    struct bench *bench = ready();
    uint32_t random = 7;

    (void)state;
    for (unsigned times = 0; times < 300000; times++) {
        uint32_t offset = (random = random * 1664525 + 1013904223) >> 19;
        uint32_t value = random = random * 1664525 + 1013904223;
        unsigned size = 1u << (random >> 13) % 3;

        if (random & 0x400)
            dp83820_mmio_write(bench->bus.card, offset, value, size);
        else if (size < 4)
            assert_int_equal(dp83820_mmio_read(bench->bus.card, offset, size) >> 8 * size, 0);
        else
            dp83820_mmio_read(bench->bus.card, offset, size);
        if (times % 8 == 0)
            host_bus_run(&bench->bus, value >> 20);
    }
    bench_free(bench);
}

static void narrow_accesses_see_the_bytes_of_a_register(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_VDR, 0x12345678);
    assert_int_equal(dp83820_mmio_read(bench->bus.card, DP83820_VDR + 1, 1), 0x56);
    assert_int_equal(dp83820_mmio_read(bench->bus.card, DP83820_VDR + 2, 2), 0x1234);
    dp83820_mmio_write(bench->bus.card, DP83820_VDR + 3, 0xee, 1);
    assert_int_equal(get(bench, DP83820_VDR), 0xee345678);
    bench_free(bench);
}

static void the_card_counts_what_it_does(void **state)
{
    struct bench *bench = ready();
    const struct dp83820_counters *counters = count(bench);
    uint64_t reads = counters->mmio_reads, writes = counters->mmio_writes;
    uint64_t asked = counters->interrupt_reads;

    (void)state;
    get(bench, DP83820_ISR);
    set(bench, DP83820_IHR, 0);
    assert_int_equal(counters->mmio_reads, reads + 1);
    assert_int_equal(counters->mmio_writes, writes + 1);
    assert_int_equal(counters->interrupt_reads, asked + 1);
    send_one(bench);
    receive_one(bench);
    assert_int_equal(counters->frames_offered, 1);
    assert_int_equal(counters->frames_out, 1);
    assert_int_equal(counters->frames_in, 1);
    assert_int_equal(counters->bytes_out, SMALL + HEADER_BYTES);
    assert_int_equal(counters->bytes_in, SMALL + HEADER_BYTES);
    for (unsigned at = 0; dp83820_counter_name(at); at++)
        if (strcmp(dp83820_counter_name(at), "bytes_in") == 0)
            assert_int_equal(dp83820_counter_value(counters, at), counters->bytes_in);
    assert_int_equal(dp83820_counter_value(counters, UINT32_MAX), 0);
    assert_int_equal(counters->interrupts, 0);
    set(bench, DP83820_IMR, DP83820_INTERRUPT_SWI);
    set(bench, DP83820_IER, DP83820_IER_IE);
    set(bench, DP83820_CR, DP83820_CR_SWI);
    assert_int_equal(counters->interrupts, 1);
    /* The packet twice, and descriptors around it. */
    assert_true(counters->dma_write_bytes > SMALL && counters->dma_read_bytes > SMALL);
    bench_free(bench);
}

int faults_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_a_name_of_its_own),
        cmocka_unit_test(fault_texts_are_read_strictly),
        cmocka_unit_test(a_stuck_owner_bit_is_never_given_back),
        cmocka_unit_test(a_wrong_length_is_not_that_of_the_frame),
        cmocka_unit_test(a_bogus_link_leads_out_of_the_ring),
        cmocka_unit_test(a_storm_comes_back_after_each_read),
        cmocka_unit_test(a_lost_interrupt_leaves_no_trace),
        cmocka_unit_test(a_pulled_card_reads_all_ones_and_does_nothing),
        cmocka_unit_test(eeprom_faults_spoil_its_sum),
        cmocka_unit_test(a_slow_phy_takes_seconds),
        cmocka_unit_test(wrong_addresses_miss_the_buffer),
        cmocka_unit_test(packets_from_wrong_addresses_are_not_what_was_put),
        cmocka_unit_test(resets_and_tests_can_hang),
        cmocka_unit_test(underruns_and_bad_frames_show_as_such),
        cmocka_unit_test(an_aborted_cycle_stops_its_engine),
        cmocka_unit_test(faults_repeat_by_their_seed),
        cmocka_unit_test(accesses_of_any_size_and_place_are_harmless),
        cmocka_unit_test(narrow_accesses_see_the_bytes_of_a_register),
        cmocka_unit_test(the_card_counts_what_it_does),
    };

    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
