/* SPDX-License-Identifier: BSD-2-Clause */
/* Resets: by command, of one engine, and of the bus. */
#include "bench.h"

#include <string.h>

static void a_reset_reads_one_until_it_is_done_and_clears_the_interrupts(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    set(bench, DP83820_IMR, UINT32_MAX);
    set(bench, DP83820_IER, 1);
    set(bench, DP83820_CR, DP83820_CR_SWI);
    set(bench, DP83820_IHR, 1);
    assert_true(bench->bus.interrupt);
    set(bench, DP83820_CR, DP83820_CR_RST);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_RST);
    assert_false(bench->bus.interrupt);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_CR), 0);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_int_equal(get(bench, DP83820_IMR), 0);
    assert_int_equal(get(bench, DP83820_IER), 0);
    assert_int_equal(get(bench, DP83820_IHR), 0);
    bench_free(bench);
}

static void slow(struct dp83820_config *config)
{
    config->reset_ns = MILLISECOND;
}

static void a_reset_takes_its_time(void **state)
{
    struct bench *bench = bench_new(slow);

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_RST);
    run(bench, MILLISECOND - 1);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_RST);
    run(bench, 1);
    assert_int_equal(get(bench, DP83820_CR), 0);
    bench_free(bench);
}

static void reporting(struct dp83820_config *config)
{
    config->reset_reports_done = true;
}

static void a_reset_may_report_its_completion(void **state)
{
    struct bench *bench = bench_new(reporting);

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_RST);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXRCMP | DP83820_INTERRUPT_RXRCMP);
    bench_free(bench);
}

static void configure(struct bench *bench)
{
    set(bench, DP83820_TXCFG, LINUX_TXCFG);
    set(bench, DP83820_RXCFG, LINUX_RXCFG);
    set(bench, DP83820_VRCR, LINUX_VRCR);
    set(bench, DP83820_VTCR, DP83820_VTCR_PPCHK);
    set(bench, DP83820_CFG, DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    set(bench, DP83820_RFCR, DP83820_RFCR_RFEN | DP83820_RFCR_AAB);
    set(bench, DP83820_TXDP, TX_RING);
    set(bench, DP83820_RXDP, RX_RING);
    set(bench, DP83820_CR, DP83820_CR_RST);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_TXDP), 0);
    assert_int_equal(get(bench, DP83820_RXDP), 0);
}

static void a_reset_keeps_the_configuration_by_default(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    configure(bench);
    assert_int_equal(get(bench, DP83820_TXCFG), LINUX_TXCFG);
    assert_int_equal(get(bench, DP83820_RXCFG), LINUX_RXCFG);
    assert_int_equal(get(bench, DP83820_VRCR), LINUX_VRCR);
    assert_int_equal(get(bench, DP83820_VTCR), DP83820_VTCR_PPCHK);
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    assert_bits(get(bench, DP83820_RFCR), DP83820_RFCR_RFEN | DP83820_RFCR_AAB);
    assert_filter_address(bench, station);
    bench_free(bench);
}

static void forgetful(struct dp83820_config *config)
{
    config->reset_keeps_config = false;
}

static void a_reset_may_lose_the_configuration(void **state)
{
    static const uint8_t zeros[STATION_BYTES];
    struct bench *bench = bench_new(forgetful);

    (void)state;
    configure(bench);
    assert_int_equal(get(bench, DP83820_TXCFG), DP83820_TXCFG_AT_RESET);
    assert_int_equal(get(bench, DP83820_RXCFG), DP83820_RXCFG_AT_RESET);
    assert_int_equal(get(bench, DP83820_VRCR), 0);
    assert_int_equal(get(bench, DP83820_VTCR), 0);
    assert_no_bits(get(bench, DP83820_CFG), DP83820_CFG_EXTSTS_EN | DP83820_CFG_MODE_1000);
    assert_bits(get(bench, DP83820_CFG), DP83820_CFG_LNKSTS);
    assert_int_equal(get(bench, DP83820_RFCR), 0);
    assert_filter_address(bench, zeros);
    bench_free(bench);
}

static void engine_resets_report_their_completion_though_masked(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    set(bench, DP83820_CR, DP83820_CR_TXR);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_TXR);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_CR), DP83820_CR_RXE);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_TXRCMP);
    set(bench, DP83820_CR, DP83820_CR_RXR);
    run(bench, MILLISECOND);
    assert_int_equal(get(bench, DP83820_CR), 0);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXRCMP);
    assert_int_equal(get(bench, DP83820_RXDP), 0);
    bench_free(bench);
}

/* Brings every unit of the card into some state and leaves much of it under way. */
static void stir(struct bench *bench)
{
    static const uint8_t pause[] = {0x01, 0x80, 0xc2, 0,    0, 1, 2, 2,    2,
                                    2,    2,    2,    0x88, 8, 0, 1, 0xff, 0xff};
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    set(bench, DP83820_RFCR, DP83820_FILTER_HASH);
    set(bench, DP83820_RFDR, DP83820_RFDR_DATA_MASK | DP83820_RFDR_BMASK_MASK);
    set(bench, DP83820_RFCR, DP83820_FILTER_MAC);
    set(bench, DP83820_RFDR, 0);
    start(bench);
    set(bench, DP83820_RFCR, UINT32_MAX & ~DP83820_RFCR_RFADDR_MASK);
    set(bench, DP83820_MIBC, 0);
    set(bench, DP83820_PCR, LINUX_PCR);
    set(bench, DP83820_IHR, HOLD_OFF_EVENT(1));
    get(bench, DP83820_ISR);
    set(bench, DP83820_IMR, UINT32_MAX);
    set(bench, DP83820_IER, DP83820_IER_IE);
    arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    arrive(bench, pause, sizeof pause);
    /* Two more than the ring has slots. */
    for (unsigned at = 0; at < RX_READY_SLOTS + 2; at++)
        arrive(bench, frame, length);
    tx_put(bench, 0, frame, length, 0);
    tx_put(bench, 1, frame, length, DP83820_TX_STATUS_MORE);
    tx_put(bench, 2, frame, length, 0);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    set(bench, DP83820_PTSCR, DP83820_PTSCR_EEBIST_EN);
    for (unsigned clock = 0; clock < 3; clock++) {
        uint32_t pins = DP83820_MEAR_EESEL | DP83820_MEAR_EEDI | DP83820_MEAR_MDDIR;

        set(bench, DP83820_MEAR, pins);
        set(bench, DP83820_MEAR, pins | DP83820_MEAR_EECLK | DP83820_MEAR_MDC);
    }
    set(bench, DP83820_CCSR, DP83820_CCSR_PMEEN);
    set(bench, DP83820_WCSR, DP83820_WCSR_WKPHY);
    dp83820_link_set(bench->bus.card, false);
    dp83820_link_set(bench->bus.card, true);
    run(bench, 2 * MICROSECOND);
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    assert_true(dp83820_receive_frame(bench->bus.card, frame, length));
    run(bench, MICROSECOND);
}

static void assert_same_registers(struct bench *bench, struct bench *fresh)
{
    for (unsigned offset = 0; offset < DP83820_IO_SIZE_BYTES; offset += 4)
        if (offset != DP83820_RFCR)
            assert_int_equal(get(bench, offset), get(fresh, offset));
    assert_int_equal(get(bench, DP83820_RFCR), get(fresh, DP83820_RFCR));
    for (unsigned address = 0; address < DP83820_FILTER_SIZE_BYTES; address += 2) {
        set(bench, DP83820_RFCR, address);
        set(fresh, DP83820_RFCR, address);
        assert_int_equal(get(bench, DP83820_RFDR), get(fresh, DP83820_RFDR));
    }
}

/* A frame that was not sent before leaves as it is, and in the time that it needs. */
static void assert_sends_at_once(struct bench *bench)
{
    uint8_t frame[2000];
    size_t length = frame_make(frame, everybody, 0x4321, 1100);
    uint64_t from = bench->bus.now_ns;

    tx_put(bench, 0, frame, length, 0);
    tx_kick(bench, 30 * MICROSECOND);
    assert_left(bench, frame, length);
    assert_int_equal(bench->frame_at_ns, from + bench->config.fetch_ns + 8 * (8 + length + 4));
    assert_false(left(bench));
}

static void a_bus_reset_ends_all_that_is_under_way(void **state)
{
    struct bench *bench = both_ready(), *fresh = bench_new(NULL);
    struct dp83820_counters before;
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    stir(bench);
    while (left(bench))
        ;
    assert_true(bench->bus.wake);
    set(bench, DP83820_CR, DP83820_CR_TXR);
    dp83820_power_on_reset(bench->bus.card);
    before = *count(bench);
    assert_false(bench->bus.wake);
    assert_false(bench->bus.interrupt);
    assert_int_equal(bench->bus.timer_ns, UINT64_MAX);
    assert_same_registers(bench, fresh);
    /* Less than the pause lasts that the partner asked for. */
    run(bench, 5 * MILLISECOND);
    assert_false(left(bench));
    assert_int_equal(count(bench)->dma_reads, before.dma_reads);
    assert_int_equal(count(bench)->dma_writes, before.dma_writes);
    assert_int_equal(count(bench)->interrupts, before.interrupts);
    /* What is left in no queue comes out of none later. */
    rx_ring(bench, RX_READY_SLOTS);
    tx_ring(bench, 4);
    start(bench);
    assert_sends_at_once(bench);
    arrive(bench, frame, length - 2);
    assert_int_equal(rx_size(bench, 0), length - 2);
    assert_memory_equal(rx_data(bench, 0), frame, length - 2);
    assert_no_bits(rx_status(bench, 1), DP83820_RX_STATUS_OWN);
    bench_free(bench);
    bench_free(fresh);
}

/* A reset of the engines by command leaves nothing in the queues either. */
static void a_reset_ends_what_the_engines_do(void **state)
{
    struct bench *bench = both_ready();
    struct dp83820_counters before;

    (void)state;
    stir(bench);
    while (left(bench))
        ;
    set(bench, DP83820_CR, DP83820_CR_RST);
    before = *count(bench);
    assert_false(bench->bus.interrupt);
    run(bench, 50 * MILLISECOND);
    assert_false(left(bench));
    assert_int_equal(get(bench, DP83820_CR), 0);
    assert_int_equal(get(bench, DP83820_PTSCR), 0);
    assert_int_equal(count(bench)->dma_writes, before.dma_writes);
    assert_int_equal(count(bench)->interrupts, before.interrupts);
    /* No hold-off is left either. */
    set(bench, DP83820_IMR, DP83820_INTERRUPT_SWI);
    set(bench, DP83820_IER, DP83820_IER_IE);
    set(bench, DP83820_CR, DP83820_CR_SWI);
    assert_true(bench->bus.interrupt);
    bench_free(bench);
}

static void a_reset_of_the_transmitter_forgets_what_it_had(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 1000);

    (void)state;
    /* One packet on the wire, one in the FIFO, one begun. */
    tx_put(bench, 0, frame, length, 0);
    tx_put(bench, 1, frame, length, 0);
    tx_put(bench, 2, frame, length, DP83820_TX_STATUS_MORE);
    tx_kick(bench, 3 * MICROSECOND);
    set(bench, DP83820_CR, DP83820_CR_TXR);
    run(bench, 10 * MICROSECOND);
    assert_false(left(bench));
    tx_ring(bench, 4);
    assert_sends_at_once(bench);
    bench_free(bench);
}

static void a_bus_reset_makes_room_on_the_wire(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1000);

    (void)state;
    while (dp83820_receive_frame(bench->bus.card, frame, length))
        ;
    assert_false(dp83820_receive_ready(bench->bus.card));
    dp83820_power_on_reset(bench->bus.card);
    assert_true(dp83820_receive_ready(bench->bus.card));
    assert_int_equal(bench->bus.wire_ready, 0);
    run(bench, MICROSECOND);
    assert_int_equal(bench->bus.wire_ready, 1);
    bench_free(bench);
}

int reset_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_reads_one_until_it_is_done_and_clears_the_interrupts),
        cmocka_unit_test(a_reset_takes_its_time),
        cmocka_unit_test(a_reset_may_report_its_completion),
        cmocka_unit_test(a_reset_keeps_the_configuration_by_default),
        cmocka_unit_test(a_reset_may_lose_the_configuration),
        cmocka_unit_test(a_reset_ends_what_the_engines_do),
        cmocka_unit_test(engine_resets_report_their_completion_though_masked),
        cmocka_unit_test(a_reset_of_the_transmitter_forgets_what_it_had),
        cmocka_unit_test(a_bus_reset_ends_all_that_is_under_way),
        cmocka_unit_test(a_bus_reset_makes_room_on_the_wire),
    };

    return cmocka_run_group_tests_name("reset", tests, NULL, NULL);
}
