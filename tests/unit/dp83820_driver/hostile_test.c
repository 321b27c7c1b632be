/* SPDX-License-Identifier: BSD-2-Clause */
/* Cards that do what they must not: the cases of the hardware reference, section 21, under their
 * numbers there. */
#include "tests.h"

#include <rt/host.h>
#include <string.h>

#include "bench.h"

static struct bench bench;

static void open_with(uint32_t (*lie)(struct bench *, uint32_t, uint32_t))
{
    struct dp83820_config config;

    dp83820_config_default(&config);
    bench.lie = lie;
    assert_true(bench_open(&bench, &config, "0", NULL));
    bench_run(&bench, 2000);
}

static void close_bench(void)
{
    assert_int_equal(bench.bus.rule_breaks, 0);
    bench_close(&bench);
    bench.lie = NULL;
    bench.no_isolate = false;
}

/* The card claims to have finished a receive descriptor. */
static void complete(unsigned slot, uint32_t status, uint32_t extsts)
{
    struct card *card = bench_card(&bench);

    dp83820_rx32_set_extsts(&card->rx[slot], extsts);
    dp83820_rx32_set_cmdsts(&card->rx[slot], status | DP83820_RX_STATUS_OWN);
}

/* And raises an interrupt that the model knows nothing of. */
static uint32_t next_causes;

static uint32_t lie_about_causes(struct bench *self, uint32_t offset, uint32_t value)
{
    if (offset == DP83820_ISR && next_causes) {
        value = next_causes;
        next_causes = 0;
        self->lies++;
    }
    return value;
}

static void interrupt(uint32_t causes)
{
    next_causes = causes;
    dp83820_component.irq(&bench.instance, 0);
    bench_run(&bench, 1);
}

static void open_and_arm(unsigned buffers)
{
    open_with(lie_about_causes);
    bench_give_buffers(&bench, 0, buffers);
    bench_run(&bench, 2000);
}

static unsigned returned(struct netdev_buffer *last)
{
    unsigned count = 0;

    while (netdev_rx_try_get(&bench.client, last))
        count++;
    netdev_rx_release(&bench.client);
    return count;
}

static void expect_working(void)
{
    uint8_t frame[100];
    struct netdev_buffer entry = {0};
    uint64_t frames = bench_card(&bench)->ring.port.counts.rx_frames;

    returned(&entry);
    bench_give_buffers(&bench, 200, 20);
    bench_run(&bench, 5000);
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 3; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 500);
    assert_true(bench_card(&bench)->ring.port.counts.rx_frames >= frames + 3);
}

static void case_16_a_packet_that_is_never_sent_comes_back_and_resets_are_bounded(void **state)
{
    (void)state;
    uint16_t length = 100;
    struct netdev_buffer done;
    unsigned back = 0;

    open_with(NULL);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_STUCK_OWN, 1);
    for (unsigned i = 0; i < 20; i++) {
        assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, i));
        bench_run(&bench, 2000000);
        while (netdev_tx_done_try_get(&bench.client, &done)) {
            assert_int_equal(done.cookie, back++);
            assert_int_equal(done.flags, NETDEV_ERROR);
        }
        netdev_tx_done_release(&bench.client);
    }
    assert_int_equal(back, 20);
    assert_in_range(bench_card(&bench)->ring.port.counts.resets, 1, 8);
    assert_true(bench.isolated);
    assert_int_equal(bench_pins(&bench), 0);
    close_bench();
}

static void case_17_a_length_beyond_the_buffer_is_dropped(void **state)
{
    (void)state;
    struct netdev_buffer entry;

    open_and_arm(64);
    complete(0, DP83820_RX_STATUS_OK | 0xffff, 0);
    complete(1, DP83820_RX_STATUS_OK | (BENCH_BUFFER_BYTES + 1), 0);
    complete(2, DP83820_RX_STATUS_OK | BENCH_BUFFER_BYTES, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.length, 0);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.length, 0);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.length, BENCH_BUFFER_BYTES);
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_dropped, 2);
    close_bench();
}

static void case_18_short_and_damaged_frames_are_dropped(void **state)
{
    (void)state;
    static const uint32_t statuses[] = {DP83820_RX_STATUS_OK | 0, DP83820_RX_STATUS_OK | 13, 100,
                                        DP83820_RX_STATUS_CRCE | 100};
    struct netdev_buffer entry;

    open_and_arm(64);
    for (unsigned i = 0; i < 4; i++)
        complete(i, statuses[i], 0);
    interrupt(DP83820_INTERRUPT_RXERR);
    for (unsigned i = 0; i < 4; i++) {
        assert_true(netdev_rx_try_get(&bench.client, &entry));
        assert_int_equal(entry.cookie, i);
        assert_int_equal(entry.length, 0);
    }
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_frames, 0);
    close_bench();
}

static void case_19_a_frame_without_end_is_dropped_and_the_card_reset(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(128);
    for (unsigned i = 0; i < 128; i++)
        complete(i, DP83820_RX_STATUS_MORE | 2000, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_int_equal(returned(&last), 128);
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_frames, 0);
    assert_int_equal(bench_card(&bench)->ring.port.counts.resets, 1);
    expect_working();
    close_bench();
}

static void case_20_completions_are_taken_in_order_only(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(64);
    complete(1, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_int_equal(returned(&last), 0);
    complete(0, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_int_equal(returned(&last), 2);
    assert_int_equal(last.cookie, 1);
    close_bench();
}

static void case_20_a_frame_that_is_passed_over_for_good_costs_a_reset(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(64);
    for (unsigned i = 1; i < 10; i++)
        complete(i, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_int_equal(returned(&last), 0);
    bench_run(&bench, 2000000);
    assert_int_equal(returned(&last), 64);
    assert_int_equal(bench_card(&bench)->ring.port.counts.resets, 1);
    expect_working();
    close_bench();
}

static void case_21_links_and_addresses_in_descriptors_are_never_believed(void **state)
{
    (void)state;
    struct netdev_buffer entry;
    struct card *card;

    open_and_arm(64);
    card = bench_card(&bench);
    for (unsigned i = 0; i < NETRING_RX; i++) {
        dp83820_rx32_set_link(&card->rx[i], 0xdeadbee8);
        dp83820_rx32_set_bufptr(&card->rx[i], 0xdeadbeef);
    }
    complete(0, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.offset, 0);
    assert_int_equal(entry.cookie, 0);
    assert_int_equal(bench_pins(&bench), 32);
    /* The card itself trips over them; a reset puts them right. */
    interrupt(DP83820_INTERRUPT_RMABT);
    assert_int_equal(card->ring.port.counts.resets, 1);
    expect_working();
    close_bench();
}

static uint32_t lie_about_pointers(struct bench *self, uint32_t offset, uint32_t value)
{
    if (offset == DP83820_TXDP || offset == DP83820_RXDP) {
        self->lies++;
        return 0xdeadbee8;
    }
    return value;
}

static void case_22_descriptor_pointers_of_the_card_are_not_looked_at(void **state)
{
    (void)state;
    uint16_t length = 100;
    struct netdev_buffer done;

    open_with(lie_about_pointers);
    expect_working();
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    bench_run(&bench, 1000000);
    assert_true(netdev_tx_done_try_get(&bench.client, &done));
    assert_int_equal(done.flags, 0);
    assert_int_equal(bench.lies, 0);
    close_bench();
}

/* Of the model's storm, which makes up causes, only those stay that promise frames. */
static uint32_t lie_about_frames(struct bench *self, uint32_t offset, uint32_t value)
{
    (void)self;
    return offset == DP83820_ISR && value ? DP83820_INTERRUPT_RXOK : value;
}

static void case_23_a_storm_of_interrupts_is_cut_off_and_packets_still_flow(void **state)
{
    (void)state;
    uint64_t before;

    open_with(lie_about_frames);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_STORM, 1);
    expect_working();
    before = bench_card(&bench)->ring.port.counts.interrupts;
    bench_run(&bench, 100000);
    assert_in_range(bench_card(&bench)->ring.port.counts.interrupts - before, 0, 100 * 70);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_STORM, 0);
    bench_run(&bench, 10000);
    bench.lie = NULL;
    expect_working();
    assert_true(bench_card(&bench)->ring.port.storms > 0);
    close_bench();
}

static void case_24_a_card_that_was_pulled_is_given_up_and_packets_are_refused(void **state)
{
    (void)state;
    uint16_t length = 100;
    struct netdev_buffer done;
    uint64_t reads;

    open_and_arm(64);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_REMOVED, 1);
    dp83820_component.irq(&bench.instance, 0);
    bench_run(&bench, 10);
    assert_true(bench_card(&bench)->ring.port.gone);
    assert_true(bench.isolated);
    assert_int_equal(bench_pins(&bench), 0);
    reads = bench.mmio_reads + bench.mmio_writes;
    for (unsigned i = 0; i < 100; i++) {
        assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, i));
        bench_run(&bench, 10);
        assert_true(netdev_tx_done_try_get(&bench.client, &done));
        netdev_tx_done_release(&bench.client);
        assert_int_equal(done.flags, NETDEV_ERROR);
    }
    bench_run(&bench, 2000000);
    assert_int_equal(bench.mmio_reads + bench.mmio_writes, reads);
    close_bench();
}

static void case_24_a_card_that_was_pulled_unnoticed_is_found_out_by_the_watchdog(void **state)
{
    (void)state;
    uint16_t length = 100;
    struct netdev_buffer done;

    open_with(NULL);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_REMOVED, 1);
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    bench_run(&bench, 3000000);
    assert_true(bench_card(&bench)->ring.port.gone);
    assert_true(netdev_tx_done_try_get(&bench.client, &done));
    assert_int_equal(done.flags, NETDEV_ERROR);
    close_bench();
}

static void case_25_a_reset_that_never_completes_is_not_waited_for(void **state)
{
    (void)state;
    struct dp83820_config config;
    struct netdev_buffer last;

    /* From the beginning: the driver says so and ends. */
    dp83820_config_default(&config);
    config.reset_ns = UINT32_MAX;
    assert_false(bench_open(&bench, &config, "0", NULL));
    assert_non_null(strstr(host_log, "does not complete its reset"));
    assert_true(bench.bus.now_ns < 1000000000);
    bench_close(&bench);

    /* Later: the card is isolated, and only then the buffers go back. */
    open_and_arm(64);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_RESET_HANGS, 1);
    interrupt(DP83820_INTERRUPT_RTABT);
    assert_true(bench_card(&bench)->ring.port.gone);
    assert_true(bench.isolated);
    assert_int_equal(returned(&last), 64);
    assert_int_equal(bench_pins(&bench), 0);
    close_bench();
}

static void case_26_spurious_reset_causes_do_nothing(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(64);
    interrupt(DP83820_INTERRUPT_RXRCMP | DP83820_INTERRUPT_TXRCMP);
    assert_int_equal(bench_card(&bench)->ring.port.counts.resets, 0);
    assert_int_equal(returned(&last), 0);
    expect_working();
    close_bench();
}

static void case_26_faults_of_the_bus_reset_the_card_a_bounded_number_of_times(void **state)
{
    (void)state;
    uint8_t frame[100];

    open_with(NULL);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_ABORT, 1);
    for (unsigned i = 0; i < 100; i++) {
        bench_give_buffers(&bench, 0, 4);
        bench_run(&bench, 2000);
        bench_frame(&bench, frame, sizeof(frame), 1);
        bench_wire_in(&bench, frame, sizeof(frame));
        bench_run(&bench, 2000);
    }
    assert_in_range(bench_card(&bench)->ring.port.counts.resets, 1, 8);
    assert_true(bench_card(&bench)->ring.port.gone);
    close_bench();
}

static void case_27_a_status_of_nothing_but_the_owner_bit_does_not_stop_the_ring(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(64);
    complete(0, 0, 0);
    complete(1, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_int_equal(returned(&last), 2);
    assert_int_equal(last.length, 100);
    close_bench();
}

static void case_28_sums_both_good_and_bad_are_not_good(void **state)
{
    (void)state;
    struct netdev_buffer entry;

    open_and_arm(64);
    for (unsigned i = 0; i < 32; i++)
        complete(i, DP83820_RX_STATUS_OK | 100,
                 i << DP83820_EXTENDED_STATUS_IPPKT_SHIFT | 0xff80ffff);
    interrupt(DP83820_INTERRUPT_RXOK);
    for (unsigned i = 0; i < 32; i++) {
        bool bad = (i & 2) || (i & 8); /* IPERR, TCPERR */

        assert_true(netdev_rx_try_get(&bench.client, &entry));
        if (bad)
            assert_int_equal(entry.flags, NETDEV_SUM_BAD);
        else
            assert_int_equal(entry.flags & NETDEV_SUM_BAD, 0);
    }
    close_bench();
}

static uint32_t stuck_value;

static uint32_t lie_about_eeprom(struct bench *self, uint32_t offset, uint32_t value)
{
    (void)self;
    return offset == DP83820_MEAR ? stuck_value : value;
}

static void case_29_a_stuck_eeprom_costs_bounded_time_and_not_the_address(void **state)
{
    (void)state;
    struct dp83820_config config;

    for (unsigned i = 0; i < 2; i++) {
        stuck_value = i == 0 ? 0 : UINT32_MAX;
        open_with(lie_about_eeprom);
        dp83820_config_default(&config);
        assert_memory_equal(bench_card(&bench)->ring.port.mac, config.mac, 6);
        expect_working();
        close_bench();
    }
}

static uint32_t lie_about_pins(struct bench *self, uint32_t offset, uint32_t value)
{
    const uint32_t pins = DP83820_CFG_LNKSTS | DP83820_CFG_SPDSTS_MASK | DP83820_CFG_DUPSTS;

    if (offset != DP83820_CFG)
        return value;
    self->lies++;
    return (value & ~pins) | ((uint32_t)(self->lies * 5 % 16) << DP83820_CFG_DUPSTS_SHIFT & pins);
}

static void case_30_a_flapping_link_is_followed_without_harm(void **state)
{
    (void)state;

    open_with(NULL);
    bench.lie = lie_about_pins;
    for (unsigned i = 0; i < 1000; i++) {
        dp83820_link_set(bench.bus.card, i % 2);
        bench_run(&bench, 100);
    }
    assert_true(bench.lies > 0);
    bench.lie = NULL;
    dp83820_link_set(bench.bus.card, false);
    bench_run(&bench, 1000);
    dp83820_link_set(bench.bus.card, true);
    bench_run(&bench, 5000000);
    assert_int_equal(bench_card(&bench)->ring.port.speed_mbps, 1000);
    expect_working();
    close_bench();
}

static void case_31_a_descriptor_completed_twice_returns_one_buffer(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(8);
    complete(0, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    complete(0, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    complete(200, DP83820_RX_STATUS_OK | 100, 0);
    interrupt(DP83820_INTERRUPT_RXOK);
    assert_int_equal(returned(&last), 1);
    close_bench();
}

static void case_31_buffers_stay_away_while_the_card_may_still_write(void **state)
{
    (void)state;
    struct netdev_buffer last;

    open_and_arm(64);
    bench.no_isolate = true;
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_RESET_HANGS, 1);
    interrupt(DP83820_INTERRUPT_RTABT);
    assert_true(bench_card(&bench)->ring.port.gone);
    assert_int_equal(returned(&last), 0);
    assert_int_equal(bench_pins_swept(&bench), 32);
    close_bench();
}

static void case_32_what_the_card_has_is_pinned_and_nothing_else_for_long(void **state)
{
    (void)state;
    uint16_t lengths[2] = {42, 1000};
    uint8_t frame[100];

    open_and_arm(64);
    assert_int_equal(bench_pins_swept(&bench), 32); /* two buffers a page */
    assert_true(bench_send(&bench, BENCH_TX_BASE, lengths, 2, 0, 1));
    dp83820_component.event(&bench.instance, 1);
    assert_int_equal(bench_pins(&bench), 33);
    bench_run(&bench, 100);
    bench.program.pending |= 1;
    bench_run(&bench, 100);
    assert_int_equal(bench_pins_swept(&bench), 32);
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 5; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 200);
    assert_int_equal(bench_pins_swept(&bench), 30);
    close_bench();
}

static void case_33_lost_interrupts_are_made_up_for(void **state)
{
    (void)state;
    uint16_t length = 100;
    uint8_t frame[100];
    struct netdev_buffer entry;

    open_and_arm(64);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_LOST, 1);
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 3; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    bench_run(&bench, 1500000);
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_frames, 3);
    assert_true(netdev_tx_done_try_get(&bench.client, &entry));
    assert_int_equal(entry.flags, 0);
    assert_int_equal(bench_card(&bench)->ring.port.counts.resets, 0);
    close_bench();
}

/* The receiver has stopped for want of buffers, and the interrupt that says so was lost. */
static void case_33_a_receiver_that_stopped_unnoticed_is_set_going(void **state)
{
    (void)state;
    uint8_t frame[100];
    struct netdev_buffer entry;

    open_and_arm(8);
    dp83820_fault_set(bench.bus.card, DP83820_FAULT_LOST, 1);
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 12; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 1500000);
    assert_int_equal(returned(&entry), 8);
    bench_give_buffers(&bench, 0, 8);
    bench_run(&bench, 3000000);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 3000000);
    assert_true(returned(&entry) > 0);
    assert_int_equal(bench_card(&bench)->ring.port.counts.resets, 0);
    close_bench();
}

int run_hostile_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_16_a_packet_that_is_never_sent_comes_back_and_resets_are_bounded),
        cmocka_unit_test(case_17_a_length_beyond_the_buffer_is_dropped),
        cmocka_unit_test(case_18_short_and_damaged_frames_are_dropped),
        cmocka_unit_test(case_19_a_frame_without_end_is_dropped_and_the_card_reset),
        cmocka_unit_test(case_20_completions_are_taken_in_order_only),
        cmocka_unit_test(case_20_a_frame_that_is_passed_over_for_good_costs_a_reset),
        cmocka_unit_test(case_21_links_and_addresses_in_descriptors_are_never_believed),
        cmocka_unit_test(case_22_descriptor_pointers_of_the_card_are_not_looked_at),
        cmocka_unit_test(case_23_a_storm_of_interrupts_is_cut_off_and_packets_still_flow),
        cmocka_unit_test(case_24_a_card_that_was_pulled_is_given_up_and_packets_are_refused),
        cmocka_unit_test(case_24_a_card_that_was_pulled_unnoticed_is_found_out_by_the_watchdog),
        cmocka_unit_test(case_25_a_reset_that_never_completes_is_not_waited_for),
        cmocka_unit_test(case_26_spurious_reset_causes_do_nothing),
        cmocka_unit_test(case_26_faults_of_the_bus_reset_the_card_a_bounded_number_of_times),
        cmocka_unit_test(case_27_a_status_of_nothing_but_the_owner_bit_does_not_stop_the_ring),
        cmocka_unit_test(case_28_sums_both_good_and_bad_are_not_good),
        cmocka_unit_test(case_29_a_stuck_eeprom_costs_bounded_time_and_not_the_address),
        cmocka_unit_test(case_30_a_flapping_link_is_followed_without_harm),
        cmocka_unit_test(case_31_a_descriptor_completed_twice_returns_one_buffer),
        cmocka_unit_test(case_31_buffers_stay_away_while_the_card_may_still_write),
        cmocka_unit_test(case_32_what_the_card_has_is_pinned_and_nothing_else_for_long),
        cmocka_unit_test(case_33_lost_interrupts_are_made_up_for),
        cmocka_unit_test(case_33_a_receiver_that_stopped_unnoticed_is_set_going),
    };

    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
