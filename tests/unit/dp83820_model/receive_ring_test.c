/* SPDX-License-Identifier: BSD-2-Clause */
/* The receive engine on its descriptors. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100, SLOTS = RX_READY_SLOTS };

static void a_frame_fills_an_armed_descriptor(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    uint32_t cmdsts;

    (void)state;
    assert_int_equal(get(bench, DP83820_ISR), 0);
    arrive(bench, frame, length);
    cmdsts = rx_status(bench, 0);
    assert_bits(cmdsts, DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_int_equal(dp83820_rx_status_dest(cmdsts), DP83820_RX_STATUS_DEST_UNICAST);
    assert_int_equal(dp83820_rx_status_size(cmdsts), length);
    assert_no_bits(cmdsts, DP83820_RX_STATUS_INCCRC | DP83820_RX_STATUS_MORE);
    assert_memory_equal(rx_data(bench, 0), frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC);
    assert_int_equal(get(bench, DP83820_RXDP), rx_address(1));
    bench_free(bench);
}

static void without_a_request_a_descriptor_raises_no_interrupt_of_its_own(void **state)
{
    struct bench *bench = rx_ready(NULL);
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
    struct bench *bench = rx_ready(NULL);
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
    struct bench *bench = rx_ready(NULL);
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

/* More than the FIFO holds passes through it, so that its end is somewhere within a frame. */
static void frames_come_out_of_the_fifo_as_they_came(void **state)
{
    enum { ROUNDS = 6, WAITING = 20 };
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    unsigned in = 0, out = 0, slot = 0;

    (void)state;
    exhaust(bench, frame);
    rx_ring(bench, SLOTS);
    for (unsigned round = 0; round < ROUNDS; round++) {
        dp83820_rx32_set_cmdsts(rx_slot(bench, 0), DP83820_RX_STATUS_OWN);
        set(bench, DP83820_RXDP, RX_RING);
        for (unsigned number = 0; number < WAITING; number++, in++)
            arrive(bench, frame,
                   numbered_make(frame, in % 2 ? station : everybody, in, 100 + in * 137 % 1300));
        for (unsigned number = 0; number < WAITING; number++, out++, slot++) {
            if (slot % SLOTS == 0) {
                rx_ring(bench, SLOTS);
                set(bench, DP83820_CR, DP83820_CR_RXE);
                run(bench, 20 * MICROSECOND);
            }
            assert_int_equal(
                rx_size(bench, slot % SLOTS),
                numbered_make(frame, out % 2 ? station : everybody, out, 100 + out * 137 % 1300));
            assert_memory_equal(rx_data(bench, slot % SLOTS), frame, rx_size(bench, slot % SLOTS));
        }
    }
    bench_free(bench);
}

/* The three ways to go on after RXIDLE. The frame that waited must come in. */
static void assert_goes_on(struct bench *bench, const uint8_t *frame, size_t length, unsigned slot)
{
    run(bench, 20 * MICROSECOND);
    assert_bits(rx_status(bench, slot), DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_int_equal(rx_size(bench, slot), length);
    assert_memory_equal(rx_data(bench, slot), frame, length);
}

static void the_receiver_goes_on_after_enable_alone(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = exhaust(bench, frame);

    (void)state;
    arrive(bench, frame, length);
    rx_arm(bench, 0);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    assert_goes_on(bench, frame, length, 0);
    bench_free(bench);
}

static void the_receiver_goes_on_at_a_written_pointer(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = exhaust(bench, frame);

    (void)state;
    arrive(bench, frame, length);
    rx_arm(bench, 2);
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
    rx_arm(bench, 0);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
    arrive(bench, frame, length);
    assert_no_bits(rx_status(bench, 0), DP83820_RX_STATUS_OWN);
    /* A link written later is not seen without RXE. */
    dp83820_rx32_set_link(rx_slot(bench, 0), rx_address(1));
    run(bench, MILLISECOND);
    assert_no_bits(rx_status(bench, 1), DP83820_RX_STATUS_OWN);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    assert_goes_on(bench, frame, length, 1);
    /* From there on it is a ring like others. */
    for (unsigned slot = 2; slot <= SLOTS; slot++) {
        arrive(bench, frame, length);
        assert_bits(rx_status(bench, slot % SLOTS), DP83820_RX_STATUS_OWN);
    }
    dp83820_rx32_set_link(rx_slot(bench, SLOTS - 1), rx_address(0));
    arrive(bench, frame, length);
    rx_arm(bench, 1);
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
    assert_int_equal(rx_status(bench, 0), DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_MORE |
                                              DP83820_RX_STATUS_INTR | 1514);
    assert_bits(rx_status(bench, 1), DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_no_bits(rx_status(bench, 1), DP83820_RX_STATUS_MORE);
    assert_int_equal(rx_size(bench, 1), 4);
    assert_memory_equal(rx_data(bench, 0), frame, 1514);
    assert_memory_equal(rx_data(bench, 1), frame + 1514, 4);
    bench_free(bench);
}

static void the_extended_status_is_with_the_last_part(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = tag_put(frame, frame_make(frame, station, 0x1234, SMALL), 5);

    (void)state;
    set(bench, DP83820_VRCR, DP83820_VRCR_VTDEN);
    rx_ring(bench, SLOTS);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), SMALL);
    dp83820_rx32_set_extsts(rx_slot(bench, 0), UINT32_MAX);
    start(bench);
    arrive(bench, frame, length);
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_MORE);
    assert_int_equal(rx_extended(bench, 0), 0);
    assert_bits(rx_status(bench, 1), DP83820_RX_STATUS_OK);
    assert_int_equal(rx_extended(bench, 1),
                     DP83820_EXTENDED_STATUS_VPKT | DP83820_EXTENDED_STATUS_VTCI(0x0500));
    assert_int_equal(count(bench)->bytes_in, length);
    arrive(bench, frame, length);
    assert_int_equal(count(bench)->bytes_in, 2 * length);
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
    rx_arm(bench, 1);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(rx_size(bench, 1), length - 50);
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
    struct bench *bench = rx_ready(NULL);
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
        if (rx_status(bench, slot) & DP83820_RX_STATUS_OWN)
            assert_int_not_equal(rx_status(bench, slot), DP83820_RX_STATUS_OWN);
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
    uint64_t writes;
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);

    (void)state;
    dp83820_rx32_set_bufptr(rx_slot(bench, 1), NOWHERE);
    arrive(bench, frame, length);
    get(bench, DP83820_ISR);
    arrive(bench, frame, length);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT | DP83820_INTERRUPT_HIBINT);
    arrive(bench, frame, length); /* it stands, and tries nothing more */
    run(bench, 100 * MICROSECOND);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    set(bench, DP83820_RXDP, NOWHERE);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RMABT);
    writes = count(bench)->dma_writes;
    arrive(bench, frame, length); /* a descriptor that was not read takes nothing */
    assert_int_equal(count(bench)->dma_writes, writes);
    assert_true(rx_received(bench, frame, length, 0));
    bench_free(bench);
}

static void a_reset_drops_what_is_received(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 1200);
    unsigned fit[2] = {0};

    (void)state;
    /* The list ends within a packet. */
    dp83820_rx32_set_link(rx_slot(bench, 0), 0);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), SMALL);
    set(bench, DP83820_RXDP, RX_RING);
    run(bench, 10 * MICROSECOND);
    arrive(bench, frame, length);
    assert_bits(rx_status(bench, 0), DP83820_RX_STATUS_MORE);
    for (unsigned round = 0; round < 2; round++) {
        set(bench, DP83820_CR, DP83820_CR_RXR);
        run(bench, 10 * MICROSECOND);
        get(bench, DP83820_ISR);
        rx_ring(bench, 1);
        set(bench, DP83820_CR, DP83820_CR_RXE);
        run(bench, 10 * MICROSECOND);
        arrive(bench, frame, length - 1);
        assert_int_equal(rx_size(bench, 0), length - 1);
        assert_memory_equal(rx_data(bench, 0), frame, length - 1);
        /* As many as at first find room in the FIFO. */
        while (!(get(bench, DP83820_ISR) & DP83820_INTERRUPT_RXORN)) {
            arrive(bench, frame, length);
            fit[round]++;
        }
    }
    assert_true(fit[0] > 20);
    assert_int_equal(fit[0], fit[1]);
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
    assert_no_bits(rx_status(bench, 0), DP83820_RX_STATUS_OWN);
    assert_bits(dp83820_tx32_cmdsts(tx_slot(bench, 0)), DP83820_TX_STATUS_OWN);
    bench_free(bench);
}

/* What the card read before it was stopped it reads again. */
static void a_receiver_that_is_started_again_reads_its_descriptor_again(void **state)
{
    enum { OTHER_BUFFER = RX_BUFFERS + 64 * BUFFER_BYTES };
    struct bench *bench = rx_ready(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 100);

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_RXD);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_RXE);
    dp83820_rx32_set_bufptr(rx_slot(bench, 0), OTHER_BUFFER);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, 2 * MICROSECOND);
    arrive(bench, frame, length);
    assert_memory_equal(host_bus_memory(&bench->bus, OTHER_BUFFER, length), frame, length);
    bench_free(bench);
}

static void a_pointer_alone_starts_nothing(void **state)
{
    struct bench *bench = bench_new(NULL);

    (void)state;
    rx_ring(bench, 4);
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_RXE);
    run(bench, 10 * MICROSECOND);
    assert_int_equal(count(bench)->dma_reads, 0);
    bench_free(bench);
}

/* Without 64-bit addresses the upper half has no meaning. */
static void the_upper_half_of_the_pointer_counts_only_where_it_is_enabled(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 100);

    (void)state;
    set(bench, DP83820_RXDP_HI, 5);
    rx_ring(bench, 4);
    start(bench);
    arrive(bench, frame, length);
    arrive(bench, frame, length);
    assert_bits(rx_status(bench, 1), DP83820_RX_STATUS_OK);
    assert_int_equal(get(bench, DP83820_RXDP_HI), 5);
    bench_free(bench);
}

static void kicks_do_not_put_each_other_off(void **state)
{
    struct bench *bench = rx_ready(NULL);
    uint32_t half_ns = bench->config.fetch_ns / 2;

    (void)state;
    set(bench, DP83820_CR, DP83820_CR_RXD);
    dp83820_rx32_set_cmdsts(rx_slot(bench, 0), DP83820_RX_STATUS_OWN);
    get(bench, DP83820_ISR);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, half_ns);
    set(bench, DP83820_CR, DP83820_CR_RXE);
    run(bench, half_ns);
    assert_bits(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXIDLE);
    run(bench, 4 * half_ns);
    assert_int_equal(get(bench, DP83820_ISR), 0); /* once for both */
    bench_free(bench);
}

int receive_ring_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_fills_an_armed_descriptor),
        cmocka_unit_test(without_a_request_a_descriptor_raises_no_interrupt_of_its_own),
        cmocka_unit_test(an_exhausted_ring_reports_right_after_the_last_packet),
        cmocka_unit_test(frames_wait_in_the_fifo_until_it_is_full),
        cmocka_unit_test(frames_come_out_of_the_fifo_as_they_came),
        cmocka_unit_test(the_receiver_goes_on_after_enable_alone),
        cmocka_unit_test(the_receiver_goes_on_at_a_written_pointer),
        cmocka_unit_test(the_receiver_goes_on_where_a_link_was_appended),
        cmocka_unit_test(a_frame_larger_than_a_buffer_spills_into_the_next),
        cmocka_unit_test(the_extended_status_is_with_the_last_part),
        cmocka_unit_test(a_list_that_ends_within_a_packet_goes_on_with_it),
        cmocka_unit_test(a_descriptor_of_software_idles_the_receiver_once_and_later),
        cmocka_unit_test(stopping_and_starting_loses_no_descriptor),
        cmocka_unit_test(no_completed_descriptor_looks_unarmed),
        cmocka_unit_test(buffers_of_no_size_cost_bounded_work),
        cmocka_unit_test(addresses_that_nobody_answers_stop_the_engine),
        cmocka_unit_test(a_reset_drops_what_is_received),
        cmocka_unit_test(without_bus_mastering_there_is_no_dma),
        cmocka_unit_test(a_receiver_that_is_started_again_reads_its_descriptor_again),
        cmocka_unit_test(a_pointer_alone_starts_nothing),
        cmocka_unit_test(the_upper_half_of_the_pointer_counts_only_where_it_is_enabled),
        cmocka_unit_test(kicks_do_not_put_each_other_off),
    };

    return cmocka_run_group_tests_name("receive ring", tests, NULL, NULL);
}
