/* SPDX-License-Identifier: BSD-2-Clause */
/* The load generator against a guest of our own. */
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/qemu/udpload/noise.h"
#include "tools/qemu/udpload/report.h"

static struct guest guest;

static void play(enum mischief mischief, const char *loads, const char *payload,
                 const char *arrival)
{
    struct load_config config = config_make(loads, payload, arrival);

    play_config(&guest, mischief, &config);
}

static void an_honest_guest_echoes_all_that_is_offered(void **state)
{
    (void)state;
    play(HONEST, "10:100:450", "1024", "even");
    assert_int_equal(guest.results, 3);
    for (int i = 0; i < 3; i++) {
        const struct load_result *r = &guest.result[i];
        double offered[] = {10e6, 100e6, 450e6};

        assert_int_equal(r->lost, 0);
        assert_int_equal(r->bad, 0);
        assert_int_equal(r->stale, 0);
        assert_int_equal(r->echoed_bytes, 1024 * r->echoes);
        assert_in_range(r->echoes, r->sent - 1, r->sent + 1);
        assert_true(labs((long)r->sent - (long)(offered[i] / 8 / 1024 / 10)) <= 1);
        assert_int_equal(r->latency_min_ns, GUEST_DELAY_NS);
        assert_int_equal(r->latency_max_ns, GUEST_DELAY_NS);
        assert_int_equal(r->after.time_ns - r->before.time_ns, 100000000);
    }
}

static void each_load_has_its_own_latencies(void **state)
{
    (void)state;
    play(SLOWER, "100:100", "1024", "even");
    assert_int_equal(guest.result[0].latency_max_ns, GUEST_DELAY_NS);
    assert_int_equal(guest.result[1].latency_min_ns, 2 * GUEST_DELAY_NS);
    assert_int_equal(guest.result[1].latency_median_ns, 2 * GUEST_DELAY_NS);
    assert_int_equal(guest.result[1].bad, 0);
}

static void latencies_are_put_in_order(void **state)
{
    const struct load_result *r = &guest.result[0];

    (void)state;
    play(UNEVEN, "100", "1024", "even");
    assert_int_equal(r->latency_min_ns, GUEST_DELAY_NS);
    assert_in_range(r->latency_median_ns, GUEST_DELAY_NS + 48, GUEST_DELAY_NS + 51);
    assert_in_range(r->latency_p99_ns, GUEST_DELAY_NS + 97, GUEST_DELAY_NS + 99);
    assert_int_equal(r->latency_max_ns, GUEST_DELAY_NS + 99);
}

/* Latencies are one nanosecond apart: a percentile is the smallest that so many do not exceed. */
static void percentiles_are_exact(void **state)
{
    static const int counts[] = {1, 2, 99, 100, 101, 200, 1000};
    const struct load_result *r = &guest.result[0];

    (void)state;
    for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct load_config config = config_make("100", "1000", "even");
        int n = counts[i];

        config.measure_ns = n * 80000;
        play_config(&guest, RISING, &config);
        assert_int_equal(r->sent, n);
        assert_true(r->has_latency);
        assert_int_equal(r->latency_median_ns, r->latency_min_ns + (n - 1) / 2);
        assert_int_equal(r->latency_p99_ns, r->latency_min_ns + (n * 99 + 99) / 100 - 1);
        assert_int_equal(r->latency_max_ns, r->latency_min_ns + n - 1);
    }
}

static void a_guest_that_falls_silent_has_no_latency(void **state)
{
    (void)state;
    play(FALL_SILENT, "100", "1024", "even");
    assert_true(guest.result[0].sent > 1000);
    assert_int_equal(guest.result[0].lost, guest.result[0].sent);
    assert_int_equal(guest.result[0].echoes, 0);
    assert_false(guest.result[0].has_latency);
}

static void packets_are_sent_where_they_should_and_answers_come_from_the_guest(void **state)
{
    struct load_config config = config_make("100", "1024", "even");

    (void)state;
    config.target = 0xe0000064;
    play_config(&guest, HONEST, &config);
    assert_int_equal(guest.asked_address, config.target);
    assert_int_equal(guest.result[0].lost, 0);
    assert_int_equal(guest.result[0].bad, 0);
}

static void expect_only(enum mischief mischief, enum reply_fault fault)
{
    play(mischief, "100", "1024", "even");
    const struct load_result *r = &guest.result[0];

    assert_true(r->faults[fault] > r->sent / 11);
    assert_int_equal(r->bad, r->faults[fault]);
    assert_true(r->echoes > 0);
}

/* Never from within the guest's own transmission. */
static void the_steps_before_the_load_keep_their_times(void **state)
{
    struct load_config config = config_make("10", "1024", "even");

    (void)state;
    play_config(&guest, HONEST, &config);
    assert_int_equal(guest.first_packet_ns - guest.arp_answered_ns, 1000);
    assert_int_equal(guest.result[0].before.time_ns,
                     guest.first_echo_ns + config.settle_ns + config.warm_up_ns);
    assert_int_equal(guest.arp_replies, 0);
}

static void a_guest_that_asks_now_and_then_is_answered_and_loaded_on(void **state)
{
    (void)state;
    play(ASK, "100", "1024", "even");
    assert_int_equal(guest.result[0].lost, 0);
    assert_int_equal(guest.result[0].bad, 0);
    assert_in_range(guest.arp_replies, guest.udp_frames / 10 - 1, guest.udp_frames / 10);
    assert_int_equal(guest.replied_to.address, 0x0a00020f);
    assert_int_equal(guest.replied_to.mac[0], 0x52);
}

static void the_smallest_payload_is_enough(void **state)
{
    (void)state;
    play(HONEST, "50kpps", "8", "even");
    assert_int_equal(guest.result[0].lost, 0);
    assert_int_equal(guest.result[0].bad, 0);
    expect_only(TINY, REPLY_LENGTH);
}

static void a_spoiled_answer_does_not_stand_in_for_the_good_one(void **state)
{
    (void)state;
    expect_only(SPOILED_FIRST, REPLY_CONTENT);
    assert_int_equal(guest.result[0].lost, 0);
}

static void the_load_begins_only_after_arp_and_a_first_echo(void **state)
{
    (void)state;
    play(HONEST, "10", "64", "even");
    assert_true(guest.arp_requests >= 3);
    play(DEAF, "10", "64", "even");
    assert_int_equal(guest.results, 0);
    assert_true(guest.now_ns >= 2000000000 && guest.now_ns < 2100000000);
}

static void lost_packets_are_counted(void **state)
{
    (void)state;
    play(DROP, "100", "1024", "even");
    assert_true(guest.result[0].lost == guest.result[0].sent / 10 ||
                guest.result[0].lost == guest.result[0].sent / 10 + 1);
    assert_int_equal(guest.result[0].bad, 0);
}

static void a_changed_payload_is_found(void **state)
{
    (void)state;
    expect_only(FLIP_PAYLOAD, REPLY_CONTENT);
    expect_only(FLIP_MARK, REPLY_CONTENT);
    expect_only(FLIP_SEQUENCE, REPLY_CONTENT);
    expect_only(NEXT_SEQUENCE, REPLY_CONTENT);
    expect_only(FIRST_SEQUENCE, REPLY_CONTENT);
    assert_int_equal(guest.result[0].stale, 0);
}

static void a_second_answer_is_found(void **state)
{
    (void)state;
    expect_only(TWICE, REPLY_TWICE);
    assert_int_equal(guest.result[0].lost, 0);
}

static void an_answer_out_of_order_is_found(void **state)
{
    (void)state;
    expect_only(SWAP, REPLY_ORDER);
}

static void a_wrong_checksum_is_found(void **state)
{
    (void)state;
    expect_only(BREAK_IP, REPLY_IP_CHECKSUM);
    expect_only(BREAK_UDP, REPLY_UDP_CHECKSUM);
}

static void a_fragment_is_found(void **state)
{
    (void)state;
    expect_only(FRAGMENT, REPLY_FRAGMENT);
}

static void an_answer_of_another_length_is_found(void **state)
{
    (void)state;
    expect_only(SHORTEN, REPLY_LENGTH);
    expect_only(LENGTHEN, REPLY_LENGTH);
    expect_only(CUT, REPLY_LENGTH);
}

static void an_answer_from_or_to_another_end_is_found(void **state)
{
    (void)state;
    expect_only(OTHER_PORT, REPLY_FLOW);
    expect_only(TO_OTHER_PORT, REPLY_FLOW);
    expect_only(TO_OTHER_FLOW, REPLY_FLOW);
    expect_only(TO_OTHER_ADDRESS, REPLY_FLOW);
    expect_only(TAG, REPLY_FLOW);
}

/* Answers that take longer than the draining belong to no load; spoiled ones are still bad. */
static void late_answers_are_told_apart_from_bad_ones(void **state)
{
    struct load_config config = config_make("10:10", "1024", "even");

    (void)state;
    guest_delay_ns = 2 * config.drain_ns;
    play_config(&guest, HONEST, &config);
    assert_in_range(guest.result[0].lost, 11, 13);
    assert_in_range(guest.result[1].stale, 11, 13);
    assert_int_equal(guest.result[1].bad, 0);
    play_config(&guest, FLIP_PAYLOAD, &config);
    assert_in_range(guest.result[1].stale, 9, 12);
    guest_delay_ns = GUEST_DELAY_NS;
    assert_in_range(guest.result[0].bad + guest.result[1].bad, 24, 28);
}

static void poisson_and_bursts_offer_the_same_load_on_average(void **state)
{
    static const char *const arrivals[] = {"poisson", "burst16"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        play(HONEST, "50kpps", "64*7:594*4:1472*1", arrivals[i]);
        assert_true(guest.result[0].sent > 4700 && guest.result[0].sent < 5300);
        assert_int_equal(guest.result[0].bad, 0);
        assert_int_equal(guest.result[0].lost, 0);
    }
}

static void a_load_in_packets_offers_that_many(void **state)
{
    (void)state;
    play(HONEST, "1kpps:50kpps", "64", "even");
    assert_in_range(guest.result[0].sent, 99, 101);
    assert_in_range(guest.result[1].sent, 4999, 5001);
}

static void sizes_are_drawn_by_their_weights(void **state)
{
    (void)state;
    play(HONEST, "50kpps", "64*7:594*4:1472*1", "even");
    uint64_t frames = guest.udp_frames;
    assert_true(frames > 5000);
    assert_in_range(guest.frames_of_size[64], frames * 55 / 100, frames * 62 / 100);
    assert_in_range(guest.frames_of_size[594], frames * 30 / 100, frames * 37 / 100);
    assert_in_range(guest.frames_of_size[1472], frames * 6 / 100, frames * 11 / 100);
    assert_int_equal(
        guest.frames_of_size[64] + guest.frames_of_size[594] + guest.frames_of_size[1472], frames);
}

static void flows_take_turns(void **state)
{
    (void)state;
    play(HONEST, "50kpps", "64", "poisson");
    for (int flow = 0; flow < 3; flow++) {
        assert_in_range(guest.frames_of_port[flow], guest.udp_frames / 3, guest.udp_frames / 3 + 1);
    }
    assert_int_equal(guest.frames_of_port[3], 0);
}

static void bursts_leave_back_to_back(void **state)
{
    (void)state;
    play(HONEST, "50kpps", "64", "burst16");
    assert_in_range(guest.back_to_back, guest.udp_frames * 14 / 16, guest.udp_frames * 15 / 16);
    play(HONEST, "50kpps", "64", "even");
    assert_int_equal(guest.back_to_back, 0);
}

static void no_more_is_sent_than_the_wire_carries(void **state)
{
    (void)state;
    play(HONEST, "5000", "1024", "even");
    /* 100 ms at 8.72 us a frame. */
    assert_true(guest.result[0].sent >= 11466 && guest.result[0].sent <= 11469);
}

/* The first echoes of a window answer requests of the warm-up. */
static void echoes_of_earlier_requests_can_be_left_out(void **state)
{
    struct load_config config = config_make("100", "1024", "even");
    uint64_t whole;

    (void)state;
    guest_delay_ns = 1000000;
    play_config(&guest, HONEST, &config);
    whole = guest.result[0].echoes;
    config.count_within = true;
    play_config(&guest, HONEST, &config);
    guest_delay_ns = GUEST_DELAY_NS;
    /* 1 ms at 12.2 packets a millisecond. */
    assert_in_range(whole - guest.result[0].echoes, 12, 13);
    assert_int_equal(guest.result[0].sent, guest.result[0].received);
}

static void runs_with_one_seed_are_equal_and_with_another_differ(void **state)
{
    char first[512] = "", second[512] = "", third[512] = "";
    struct report_labels labels = {"a", "b", "c", "0"};
    struct load_config config = config_make("40kpps", "64*7:594*4:1472*1", "poisson");
    char *texts[] = {first, second, third};

    (void)state;
    for (int i = 0; i < 3; i++) {
        config.schedule.seed = i == 2 ? 6 : 5;
        play_config(&guest, DROP, &config);
        guest.result[0].config = &config;
        guest.result[0].offered = &config.load[0];
        FILE *file = fmemopen(texts[i], 512, "w");
        report_line(file, &labels, &guest.result[0]);
        fclose(file);
    }
    assert_string_equal(first, second);
    assert_string_not_equal(first, third);
}

static void the_line_has_a_value_for_every_column(void **state)
{
    char header[512] = "", line[512] = "";
    struct report_labels labels = {"pecan", "echo", "dp83820", "100"};
    struct load_config config = config_make("100", "1024", "even");

    (void)state;
    play_config(&guest, HONEST, &config);
    guest.result[0].config = &config;
    guest.result[0].offered = &config.load[0];
    FILE *file = fmemopen(header, sizeof(header), "w");
    report_header(file);
    fclose(file);
    file = fmemopen(line, sizeof(line), "w");
    report_line(file, &labels, &guest.result[0]);
    fclose(file);
    int commas[2] = {0, 0};
    for (size_t i = 0; i < sizeof(header); i++) {
        commas[0] += header[i] == ',';
        commas[1] += line[i] == ',';
    }
    assert_int_equal(commas[0], 19);
    assert_int_equal(commas[1], 19);
    assert_int_equal(strncmp(line, "pecan,echo,dp83820,100,1024,100.00,12.207,", 42), 0);
}

static void asking_for_our_address_is_answered_later_and_once(void **state)
{
    struct load_config config = config_make("10", "64", "even");
    struct load_port port = {on_send, on_sample, on_report, &guest};
    struct frame_view ask = {.source = {{2, 0, 0, 0, 0, 9}, 0x0a000205, 0},
                             .destination = {{0}, 0x0a000264, 0}};
    uint8_t frame[FRAME_MINIMUM_BYTES];

    (void)state;
    memset(&guest, 0, sizeof(guest));
    guest.load = load_create(&config, &port);
    load_run(guest.load, 0);
    uint64_t requests = guest.arp_requests;
    size_t length = frame_build_arp(frame, sizeof(frame), FRAME_ARP_REQUEST, &ask);
    assert_true(load_receive(guest.load, 10, frame, length));
    assert_int_equal(guest.arp_requests, requests);
    assert_int_equal(guest.arp_replies, 0);
    int64_t answer_ns = load_next_ns(guest.load);
    assert_in_range(answer_ns, 11, 100000);
    load_run(guest.load, answer_ns);
    load_run(guest.load, answer_ns + 1000);
    assert_int_equal(guest.arp_replies, 1);
    assert_int_equal(guest.replied_to.address, ask.source.address);
    assert_memory_equal(guest.replied_to.mac, ask.source.mac, FRAME_MAC_BYTES);
    assert_int_equal(load_phase(guest.load), LOAD_RESOLVE); /* it is not the guest that asked */
    ask.destination.address++;
    length = frame_build_arp(frame, sizeof(frame), FRAME_ARP_REQUEST, &ask);
    assert_false(load_receive(guest.load, 10, frame, length));
    load_destroy(guest.load);
}

static void frames_to_others_are_not_ours(void **state)
{
    struct load_config config = config_make("10", "64", "even");
    struct load_port port = {on_send, on_sample, on_report, &guest};
    struct frame_view udp = {.source = {{2, 0, 0, 0, 0, 9}, 0x0a00020f, GUEST_PORT},
                             .destination = config.own,
                             .payload = (const uint8_t[64]){0},
                             .payload_bytes = 64};
    uint8_t frame[200];

    (void)state;
    memset(&guest, 0, sizeof(guest));
    guest.load = load_create(&config, &port);
    size_t length = frame_build_udp(frame, sizeof(frame), &udp);
    assert_true(load_receive(guest.load, 10, frame, length));
    udp.destination.mac[5] ^= 1;
    length = frame_build_udp(frame, sizeof(frame), &udp);
    assert_false(load_receive(guest.load, 10, frame, length));
    load_destroy(guest.load);
}

static void hostile_frames_are_never_ours_to_echo(void **state)
{
    struct frame_end own = {{2, 0, 0, 0, 0, 1}, 0x0a000264, 20000};
    struct frame_end to = {{0x52, 0x54, 0, 1, 2, 3}, 0x0a00020f, 1235};
    uint64_t random = 7, kinds[FRAME_FRAGMENT + 1] = {0};
    struct frame_view view;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        uint8_t *frame = test_malloc(NOISE_FRAME_MAX);
        size_t length = noise_build(frame, &own, &to, &random);

        assert_true(length >= FRAME_MINIMUM_BYTES && length <= NOISE_FRAME_MAX);
        enum frame_kind kind = frame_parse(frame, length, &view);
        kinds[kind]++;
        /* A UDP packet without checksum is a good one to the guest. */
        if (kind == FRAME_UDP || kind == FRAME_BAD_UDP_CHECKSUM) {
            assert_int_equal(view.source.port, NOISE_SOURCE_PORT);
        }
        if (kind == FRAME_ARP_REQUEST || kind == FRAME_ARP_REPLY) {
            assert_int_not_equal(view.source.address, own.address);
            assert_int_not_equal(view.source.address, to.address);
        }
        test_free(frame);
    }
    for (int kind = 0; kind <= FRAME_FRAGMENT; kind++) {
        assert_true(kind == FRAME_UDP || kinds[kind] > 1000);
    }
}

static void hostile_frames_do_not_change_what_is_offered(void **state)
{
    struct load_config config = config_make("50kpps", "64", "even");

    (void)state;
    config.noise = 3;
    config.requests = 2;
    play_config(&guest, HONEST, &config);
    assert_int_equal(guest.result[0].lost, 0);
    assert_int_equal(guest.result[0].bad, 0);
    /* Behind each packet but the one that asks for the first echo. */
    assert_int_equal(guest.result[0].noise, 5 * (guest.udp_frames - 1));
    assert_int_equal(guest.frames, guest.udp_frames + guest.result[0].noise + guest.arp_requests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_guest_echoes_all_that_is_offered),
        cmocka_unit_test(each_load_has_its_own_latencies),
        cmocka_unit_test(latencies_are_put_in_order),
        cmocka_unit_test(percentiles_are_exact),
        cmocka_unit_test(a_guest_that_falls_silent_has_no_latency),
        cmocka_unit_test(packets_are_sent_where_they_should_and_answers_come_from_the_guest),
        cmocka_unit_test(the_steps_before_the_load_keep_their_times),
        cmocka_unit_test(a_guest_that_asks_now_and_then_is_answered_and_loaded_on),
        cmocka_unit_test(the_smallest_payload_is_enough),
        cmocka_unit_test(a_spoiled_answer_does_not_stand_in_for_the_good_one),
        cmocka_unit_test(the_load_begins_only_after_arp_and_a_first_echo),
        cmocka_unit_test(lost_packets_are_counted),
        cmocka_unit_test(a_changed_payload_is_found),
        cmocka_unit_test(a_second_answer_is_found),
        cmocka_unit_test(an_answer_out_of_order_is_found),
        cmocka_unit_test(a_wrong_checksum_is_found),
        cmocka_unit_test(a_fragment_is_found),
        cmocka_unit_test(an_answer_of_another_length_is_found),
        cmocka_unit_test(an_answer_from_or_to_another_end_is_found),
        cmocka_unit_test(late_answers_are_told_apart_from_bad_ones),
        cmocka_unit_test(poisson_and_bursts_offer_the_same_load_on_average),
        cmocka_unit_test(a_load_in_packets_offers_that_many),
        cmocka_unit_test(sizes_are_drawn_by_their_weights),
        cmocka_unit_test(flows_take_turns),
        cmocka_unit_test(bursts_leave_back_to_back),
        cmocka_unit_test(no_more_is_sent_than_the_wire_carries),
        cmocka_unit_test(echoes_of_earlier_requests_can_be_left_out),
        cmocka_unit_test(runs_with_one_seed_are_equal_and_with_another_differ),
        cmocka_unit_test(the_line_has_a_value_for_every_column),
        cmocka_unit_test(frames_to_others_are_not_ours),
        cmocka_unit_test(hostile_frames_are_never_ours_to_echo),
        cmocka_unit_test(hostile_frames_do_not_change_what_is_offered),
        cmocka_unit_test(asking_for_our_address_is_answered_later_and_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
