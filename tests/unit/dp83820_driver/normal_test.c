/* SPDX-License-Identifier: BSD-2-Clause */
/* What the driver does with a card and a client that behave. */
#include "tests.h"

#include <interface/message.h>
#include <rt/host.h>
#include <string.h>

#include "bench.h"

static struct bench bench;

static void open_default(const char *holdoff_us)
{
    struct dp83820_config config;

    dp83820_config_default(&config);
    assert_true(bench_open(&bench, &config, holdoff_us, NULL));
    bench_run(&bench, 2000);
}

static void comes_up_with_the_address_of_the_eeprom_and_the_speed_of_the_link(void **state)
{
    (void)state;
    struct dp83820_config config;
    struct netdev_link_changed changed;

    dp83820_config_default(&config);
    memcpy(config.mac, "\x02\x11\x22\x33\x44\x55", 6);
    assert_true(bench_open(&bench, &config, NULL, NULL));
    bench_run(&bench, 2000);
    assert_memory_equal(bench_card(&bench)->ring.port.mac, config.mac, 6);
    assert_non_null(strstr(host_log, "02:11:22:33:44:55"));
    assert_true(netdev_link_changed_take(&bench.client, &changed));
    assert_int_equal(changed.speed_mbps, 1000);
    assert_true(changed.full_duplex);
    bench_close(&bench);
}

static void takes_the_address_from_filter_memory_if_the_eeprom_sum_is_wrong(void **state)
{
    (void)state;
    struct dp83820_config config;

    dp83820_config_default(&config);
    config.use_eeprom = true;
    memset(config.eeprom, 0, sizeof(config.eeprom));
    config.eeprom[DP83820_EEPROM_MAC] = 0x5544;
    config.eeprom[DP83820_EEPROM_MAC + 1] = 0x3322;
    config.eeprom[DP83820_EEPROM_MAC + 2] = 0x1102;
    assert_true(bench_open(&bench, &config, NULL, NULL));
    assert_memory_equal(bench_card(&bench)->ring.port.mac, "\x02\x11\x22\x33\x44\x55", 6);
    bench_close(&bench);
}

static void refuses_a_card_without_a_usable_address(void **state)
{
    (void)state;
    struct dp83820_config config;

    dp83820_config_default(&config);
    config.use_eeprom = true;
    memset(config.eeprom, 0, sizeof(config.eeprom));
    assert_false(bench_open(&bench, &config, NULL, NULL));
    assert_non_null(strstr(host_log, "station address"));
    bench_close(&bench);
    memset(config.eeprom, 0xff, sizeof(config.eeprom));
    assert_false(bench_open(&bench, &config, NULL, NULL));
    bench_close(&bench);
}

static void says_so_when_there_is_no_card(void **state)
{
    (void)state;
    struct dp83820_config config;

    dp83820_config_default(&config);
    bench.absent = true;
    assert_false(bench_open(&bench, &config, NULL, NULL));
    bench_close(&bench);
    bench.absent = false;
}

static void expect_frame(unsigned buffer, const uint8_t *frame, size_t length)
{
    uint8_t copy[BENCH_BUFFER_BYTES];
    struct netdev_buffer entry;

    assert_int_not_equal(netdev_rx_available(&bench.client, 1), 0);
    netdev_rx_get(&bench.client, &entry);
    netdev_rx_release(&bench.client);
    assert_int_equal(entry.cookie, buffer);
    assert_int_equal(entry.length, length);
    assert_int_equal(entry.dataspace, BENCH_DATASPACE);
    bench_copy_out(&bench, entry.offset, copy, entry.length);
    assert_memory_equal(copy, frame, length);
}

static void frames_arrive_whole_and_in_order_round_the_ring(void **state)
{
    (void)state;
    uint8_t frame[1514];
    unsigned buffer = 0;

    open_default("0");
    bench_give_buffers(&bench, 0, 64);
    bench_run(&bench, 100);
    assert_int_equal(bench_pins_swept(&bench), 32); /* two buffers a page */
    for (unsigned i = 0; i < 3 * NETRING_RX; i++) {
        size_t length = 60 + i * 37 % 1455;

        bench_frame(&bench, frame, length, i);
        bench_wire_in(&bench, frame, length);
        bench_run(&bench, 30);
        expect_frame(buffer, frame, length);
        bench_give_buffers(&bench, buffer, 1);
        buffer = (buffer + 1) % 64;
    }
    bench_run(&bench, 1000);
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_frames, 3 * NETRING_RX);
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_dropped, 0);
    assert_int_equal(bench_pins_swept(&bench), 32); /* two buffers a page */
    assert_int_equal(bench.bus.rule_breaks, 0);
    bench_close(&bench);
}

static void a_receiver_that_ran_out_of_buffers_goes_on_when_there_are_some(void **state)
{
    (void)state;
    uint8_t frame[200];

    open_default("0");
    for (unsigned round = 0; round < 5; round++) {
        bench_give_buffers(&bench, 0, 4);
        bench_run(&bench, 2000);
        for (unsigned i = 0; i < 6; i++) {
            bench_frame(&bench, frame, sizeof(frame), i);
            bench_wire_in(&bench, frame, sizeof(frame));
        }
        bench_run(&bench, 500);
        for (unsigned i = 0; i < 4; i++) {
            bench_frame(&bench, frame, sizeof(frame), i);
            expect_frame(i, frame, sizeof(frame));
        }
        assert_int_equal(netdev_rx_available(&bench.client, 1), 0);
        /* The last two waited in the card. */
        bench_give_buffers(&bench, 4, 2);
        bench_run(&bench, 3000);
        for (unsigned i = 4; i < 6; i++) {
            bench_frame(&bench, frame, sizeof(frame), i);
            expect_frame(i, frame, sizeof(frame));
        }
    }
    bench_close(&bench);
}

static void expect_done(uint64_t cookie, uint8_t flags)
{
    struct netdev_buffer done;

    assert_int_not_equal(netdev_tx_done_available(&bench.client, 1), 0);
    netdev_tx_done_get(&bench.client, &done);
    netdev_tx_done_release(&bench.client);
    assert_int_equal(done.cookie, cookie);
    assert_int_equal(done.flags, flags);
}

static void packets_of_several_ranges_leave_whole_and_come_back_in_order(void **state)
{
    (void)state;
    static uint8_t out[HOST_BUS_FRAME_BYTES];
    uint8_t frame[1514];
    uint64_t done = 0;

    open_default("0");
    for (unsigned i = 0; i < 3 * NETRING_TX; i++) {
        uint16_t lengths[4];
        unsigned count = 1 + i % 4;
        uint32_t offset = BENCH_TX_BASE + i * 1537 % 100000; /* also across pages */
        size_t length = 0;

        for (unsigned k = 0; k < count; k++)
            length += lengths[k] = (uint16_t)(61 + (i + k) * 53 % 300);
        bench_frame(&bench, frame, length, i);
        bench_copy_in(&bench, offset, frame, (uint32_t)length);
        assert_true(bench_send(&bench, offset, lengths, count, 0, i));
        bench_run(&bench, 40);
        assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), length);
        assert_memory_equal(out, frame, length);
        while (netdev_tx_done_available(&bench.client, 1))
            expect_done(done++, 0);
    }
    /* The last ones are collected when somebody looks. */
    bench_run(&bench, 600000);
    while (done < 3 * NETRING_TX)
        expect_done(done++, 0);
    assert_int_equal(bench_card(&bench)->ring.port.counts.tx_frames, 3 * NETRING_TX);
    assert_int_equal(bench_pins_swept(&bench), 0);
    assert_int_equal(bench.bus.rule_breaks, 0);
    bench_close(&bench);
}

static void a_batch_is_one_kick_and_more_packets_than_descriptors_get_out(void **state)
{
    (void)state;
    static uint8_t out[HOST_BUS_FRAME_BYTES];
    uint16_t lengths[2] = {42, 100};
    uint64_t writes;
    unsigned sent = 0, taken = 0, done = 0;

    open_default("0");
    writes = bench.mmio_writes;
    for (unsigned i = 0; i < 100; i++)
        assert_true(bench_send(&bench, BENCH_TX_BASE + i * 200, lengths, 2, 0, i));
    bench_run(&bench, 1);
    assert_int_equal(bench.mmio_writes - writes, 1);
    for (sent = 100; taken < 2000;) {
        struct netdev_buffer entry;

        while (sent < 2000 &&
               bench_send(&bench, BENCH_TX_BASE + sent % 1000 * 200, lengths, 2, 0, sent))
            sent++;
        bench_run(&bench, 100);
        while (host_bus_frame_take(&bench.bus, out, NULL))
            taken++;
        while (netdev_tx_done_try_get(&bench.client, &entry))
            assert_int_equal(entry.cookie, done++);
        netdev_tx_done_release(&bench.client);
        assert_true(bench.bus.now_ns < 100000000);
    }
    bench_close(&bench);
}

static void a_client_that_waits_for_its_buffers_gets_them_without_further_ado(void **state)
{
    (void)state;
    uint16_t length = 100;

    open_default("0");
    bench.wakes = 0;
    assert_true(ring_arm(&bench.client.tx_done));
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 5));
    bench_run(&bench, 50);
    assert_int_equal(bench.wakes, 1);
    expect_done(5, 0);
    bench_close(&bench);
}

static void holdoff_gathers_frames_into_one_interrupt(void **state)
{
    (void)state;
    uint8_t frame[100];
    uint64_t interrupts;

    open_default("100");
    bench_give_buffers(&bench, 0, 128);
    bench_run(&bench, 1000);
    interrupts = bench_card(&bench)->ring.port.counts.interrupts;
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 100; i++) {
        bench_wire_in(&bench, frame, sizeof(frame));
        bench_run(&bench, 10);
    }
    bench_run(&bench, 300);
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_frames, 100);
    assert_in_range(bench_card(&bench)->ring.port.counts.interrupts - interrupts, 9, 13);
    bench_close(&bench);
}

static void answers_to_a_burst_wait_for_the_next_interrupt_and_no_longer(void **state)
{
    (void)state;
    static uint8_t out[HOST_BUS_FRAME_BYTES];
    uint8_t frame[100];
    uint16_t length = 100;

    open_default("100");
    bench_give_buffers(&bench, 0, 128);
    bench_run(&bench, 1000);
    bench_frame(&bench, frame, sizeof(frame), 1);
    /* One frame is no burst: its answer leaves at once. */
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 200);
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    bench_run(&bench, 10);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 100);

    /* Behind the first frame the interrupt is held off, so the next brings several. */
    for (unsigned i = 0; i < 4; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 200);
    for (unsigned i = 0; i < 4; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 120);
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 2));
    assert_int_equal(bench.program.pending & 1, 0);
    bench_run(&bench, 120);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 100);

    /* Nothing came: from now on packets leave at once again. */
    bench_run(&bench, 500);
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 3));
    bench_run(&bench, 10);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), 100);
    bench_close(&bench);
}

static void an_interrupt_costs_one_read_and_no_write(void **state)
{
    (void)state;
    uint8_t frame[100];
    uint64_t reads, writes;

    open_default("0");
    bench_give_buffers(&bench, 0, 64);
    bench_run(&bench, 1000);
    reads = bench.mmio_reads;
    writes = bench.mmio_writes;
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 10; i++) {
        bench_wire_in(&bench, frame, sizeof(frame));
        bench_run(&bench, 20);
    }
    assert_int_equal(bench_card(&bench)->ring.port.counts.rx_frames, 10);
    assert_int_equal(bench.mmio_reads - reads, 10);
    assert_int_equal(bench.mmio_writes - writes, 0);
    bench_close(&bench);
}

static void link_changes_are_told_and_the_card_is_adapted(void **state)
{
    (void)state;
    struct netdev_link_changed changed;
    struct card *card;

    open_default("0");
    card = bench_card(&bench);
    assert_true(netdev_link_changed_take(&bench.client, &changed));
    dp83820_link_set(bench.bus.card, false);
    bench_run(&bench, 100);
    assert_true(netdev_link_changed_take(&bench.client, &changed));
    assert_int_equal(changed.speed_mbps, 0);
    dp83820_link_mode_set(bench.bus.card, 100, false);
    dp83820_link_set(bench.bus.card, true);
    bench_run(&bench, 3000000);
    assert_true(netdev_link_changed_take(&bench.client, &changed));
    assert_int_equal(changed.speed_mbps, 100);
    assert_false(changed.full_duplex);
    assert_int_equal(card->cfg & DP83820_CFG_MODE_1000, 0);
    assert_int_equal(card->rxcfg & DP83820_RXCFG_RX_FD, 0);
    bench_close(&bench);
}

static void filter_accepts_own_broadcast_and_added_groups_only(void **state)
{
    (void)state;
    static const uint8_t group[6] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};
    uint8_t frame[100];
    struct card *card;
    uint64_t tag, words[CALL_WORDS] = {0};

    open_default("0");
    card = bench_card(&bench);
    bench_give_buffers(&bench, 0, 64);
    bench_frame(&bench, frame, sizeof(frame), 0);
    memcpy(frame, group, 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    memcpy(frame, "\x02\x99\x99\x99\x99\x99", 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    assert_int_equal(card->ring.port.counts.rx_frames, 0);
    memcpy(frame, "\xff\xff\xff\xff\xff\xff", 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    assert_int_equal(card->ring.port.counts.rx_frames, 1);

    memcpy(words, group, 6);
    tag =
        dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_MULTICAST_ADD_LABEL, 1, 0), words);
    assert_int_equal(tag, 0);
    memcpy(frame, group, 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    assert_int_equal(card->ring.port.counts.rx_frames, 2);
    memcpy(frame, "\x01\x00\x5e\x00\x00\x01", 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    assert_int_equal(card->ring.port.counts.rx_frames, 2);

    words[0] = 1;
    tag = dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_PROMISCUOUS_SET_LABEL, 1, 0),
                                 words);
    assert_int_equal(tag, 0);
    memcpy(frame, "\x02\x99\x99\x99\x99\x99", 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    assert_int_equal(card->ring.port.counts.rx_frames, 3);
    words[0] = 0;
    dp83820_component.call(&bench.instance, 0, L4_TAG(NETDEV_PROMISCUOUS_SET_LABEL, 1, 0), words);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    assert_int_equal(card->ring.port.counts.rx_frames, 3);

    /* A reset loses none of it. */
    card->ring.port.suspect = true;
    bench_run(&bench, 2000000);
    assert_int_equal(card->ring.port.counts.resets, 1);
    bench_give_buffers(&bench, 64, 64);
    bench_run(&bench, 5000);
    bench_wire_in(&bench, frame, sizeof(frame));
    memcpy(frame, group, 6);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 5000);
    assert_int_equal(card->ring.port.counts.rx_frames, 4);
    bench_close(&bench);
}

static void the_session_reads_what_was_counted(void **state)
{
    (void)state;
    const uint16_t length = 100;
    uint8_t frame[200];
    union {
        uint64_t words[sizeof(struct netdev_statistics) / 8];
        struct netdev_statistics counts;
    } answer;
    struct l4_message message = {0};
    uint64_t words[CALL_WORDS] = {0};

    open_default("0");
    bench_give_buffers(&bench, 0, 64);
    bench_run(&bench, 5000);
    bench_frame(&bench, frame, sizeof(frame), 1);
    for (unsigned i = 0; i < 3; i++)
        bench_wire_in(&bench, frame, sizeof(frame));
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    assert_true(bench_send(&bench, UINT32_MAX - 4095, &length, 1, 0, 2));
    bench_run(&bench, 1000000);
    uint64_t tag = dp83820_component.call(&bench.instance, 0,
                                          L4_TAG(NETDEV_STATISTICS_GET_LABEL, 0, 0), words);
    assert_int_equal(l4_tag_label(tag), 0);
    memcpy(message.w, words, sizeof(message.w));
    message_get(&message, 0, &answer, sizeof(answer));
    assert_int_equal(answer.counts.rx_frames, 3);
    assert_int_equal(answer.counts.rx_bytes, 3 * sizeof(frame));
    assert_int_equal(answer.counts.rx_dropped, 0);
    assert_int_equal(answer.counts.tx_frames, 1);
    assert_int_equal(answer.counts.tx_bytes, length);
    assert_int_equal(answer.counts.tx_refused, 1);
    assert_true(answer.counts.interrupts >= 1);
    assert_int_equal(answer.counts.resets, 0);
    bench_close(&bench);
}

/* An IPv4 and UDP frame without sums. */
static size_t udp_frame(uint8_t *frame, unsigned payload)
{
    static const uint8_t head[42] = {
        [12] = 8,  [14] = 0x45, [22] = 64, [23] = 17, [26] = 10, [29] = 1,
        [30] = 10, [33] = 2,    [34] = 4,  [35] = 1,  [36] = 4,  [37] = 2};

    bench_frame(&bench, frame, 42 + payload, 3);
    memcpy(frame + 12, head + 12, sizeof(head) - 12);
    frame[16] = (uint8_t)((28 + payload) >> 8);
    frame[17] = (uint8_t)(28 + payload);
    frame[38] = (uint8_t)((8 + payload) >> 8);
    frame[39] = (uint8_t)(8 + payload);
    return 42 + payload;
}

static void checksums_are_filled_in_and_looked_at_by_the_card(void **state)
{
    (void)state;
    static uint8_t out[HOST_BUS_FRAME_BYTES];
    uint8_t frame[600];
    uint16_t lengths[2];
    struct netdev_buffer entry;
    size_t length;

    open_default("0");
    bench_give_buffers(&bench, 0, 64);
    length = udp_frame(frame, 501);
    lengths[0] = 42;
    lengths[1] = 501;
    bench_copy_in(&bench, BENCH_TX_BASE, frame, (uint32_t)length);
    assert_true(bench_send(&bench, BENCH_TX_BASE, lengths, 2, NETDEV_SUM_IPV4 | NETDEV_SUM_UDP, 1));
    bench_run(&bench, 100);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), length);
    assert_int_not_equal(out[24] | out[25], 0);
    assert_int_not_equal(out[40] | out[41], 0);

    bench_wire_in(&bench, out, length);
    bench_run(&bench, 100);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.flags, NETDEV_IPV4_GOOD | NETDEV_PAYLOAD_GOOD);
    out[100] ^= 1;
    bench_wire_in(&bench, out, length);
    bench_run(&bench, 100);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.flags, NETDEV_SUM_BAD);
    bench_frame(&bench, frame, 100, 1);
    bench_wire_in(&bench, frame, 100);
    bench_run(&bench, 100);
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.flags, 0);
    bench_close(&bench);
}

static void a_new_session_starts_with_a_card_that_knows_nothing_of_the_old(void **state)
{
    (void)state;
    uint8_t frame[100];
    struct netdev_buffer entry;

    open_default("0");
    bench_give_buffers(&bench, 0, 64);
    bench_run(&bench, 100);
    bench_session_close(&bench);
    bench_frame(&bench, frame, sizeof(frame), 1);
    memset(bench_byte(&bench, 0), 0x5a, 100);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 2000);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(*bench_byte(&bench, i), 0x5a);
    bench_session_open(&bench);
    bench_give_buffers(&bench, 10, 10);
    bench_run(&bench, 2000);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    /* The frame from between the sessions may have waited in the card. */
    assert_true(netdev_rx_try_get(&bench.client, &entry));
    assert_int_equal(entry.cookie, 10);
    bench_close(&bench);
}

static void comes_up_again_after_a_reset_that_loses_the_configuration(void **state)
{
    (void)state;
    struct dp83820_config config;
    uint8_t frame[100];

    dp83820_config_default(&config);
    config.reset_keeps_config = false;
    config.reset_reports_done = true;
    assert_true(bench_open(&bench, &config, "0", NULL));
    bench_session_close(&bench);
    bench_session_open(&bench);
    bench_give_buffers(&bench, 0, 64);
    bench_run(&bench, 1000);
    bench_frame(&bench, frame, sizeof(frame), 1);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    expect_frame(0, frame, sizeof(frame));
    bench_close(&bench);
}

static void fibre_cards_work_as_well(void **state)
{
    (void)state;
    struct dp83820_config config;
    struct netdev_link_changed changed = {0};
    uint8_t frame[100];

    dp83820_config_default(&config);
    config.phy = DP83820_PHY_FIBRE;
    assert_true(bench_open(&bench, &config, "0", NULL));
    bench_give_buffers(&bench, 0, 64);
    bench_run(&bench, 5000000);
    netdev_link_changed_take(&bench.client, &changed);
    assert_int_equal(changed.speed_mbps, 1000);
    bench_frame(&bench, frame, sizeof(frame), 1);
    bench_wire_in(&bench, frame, sizeof(frame));
    bench_run(&bench, 100);
    expect_frame(0, frame, sizeof(frame));
    bench_close(&bench);
}

static void jumbo_frames_need_buffers_of_their_size(void **state)
{
    (void)state;
    static uint8_t frame[7000], out[HOST_BUS_FRAME_BYTES];
    struct dp83820_config config;
    uint16_t length = sizeof(frame);

    dp83820_config_default(&config);
    assert_true(bench_open(&bench, &config, "0", "7000"));
    bench_frame(&bench, frame, sizeof(frame), 1);
    bench_copy_in(&bench, BENCH_TX_BASE, frame, sizeof(frame));
    assert_true(bench_send(&bench, BENCH_TX_BASE, &length, 1, 0, 1));
    bench_run(&bench, 200);
    assert_int_equal(host_bus_frame_take(&bench.bus, out, NULL), sizeof(frame));
    assert_memory_equal(out, frame, sizeof(frame));
    /* Buffers of 2 KiB come back empty. */
    bench_give_buffers(&bench, 0, 4);
    bench_run(&bench, 2000);
    expect_frame(0, frame, 0);
    bench_close(&bench);
}

int run_normal_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_up_with_the_address_of_the_eeprom_and_the_speed_of_the_link),
        cmocka_unit_test(takes_the_address_from_filter_memory_if_the_eeprom_sum_is_wrong),
        cmocka_unit_test(refuses_a_card_without_a_usable_address),
        cmocka_unit_test(says_so_when_there_is_no_card),
        cmocka_unit_test(frames_arrive_whole_and_in_order_round_the_ring),
        cmocka_unit_test(a_receiver_that_ran_out_of_buffers_goes_on_when_there_are_some),
        cmocka_unit_test(packets_of_several_ranges_leave_whole_and_come_back_in_order),
        cmocka_unit_test(a_batch_is_one_kick_and_more_packets_than_descriptors_get_out),
        cmocka_unit_test(a_client_that_waits_for_its_buffers_gets_them_without_further_ado),
        cmocka_unit_test(holdoff_gathers_frames_into_one_interrupt),
        cmocka_unit_test(answers_to_a_burst_wait_for_the_next_interrupt_and_no_longer),
        cmocka_unit_test(an_interrupt_costs_one_read_and_no_write),
        cmocka_unit_test(link_changes_are_told_and_the_card_is_adapted),
        cmocka_unit_test(filter_accepts_own_broadcast_and_added_groups_only),
        cmocka_unit_test(the_session_reads_what_was_counted),
        cmocka_unit_test(checksums_are_filled_in_and_looked_at_by_the_card),
        cmocka_unit_test(a_new_session_starts_with_a_card_that_knows_nothing_of_the_old),
        cmocka_unit_test(comes_up_again_after_a_reset_that_loses_the_configuration),
        cmocka_unit_test(fibre_cards_work_as_well),
        cmocka_unit_test(jumbo_frames_need_buffers_of_their_size),
    };

    return cmocka_run_group_tests_name("normal", tests, NULL, NULL);
}
