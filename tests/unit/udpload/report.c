/* SPDX-License-Identifier: BSD-2-Clause */
/* What the load generator computes: when packets leave, to the nanosecond, and the line of results,
 * to the digit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tools/qemu/udpload/frame.h"
#include "tools/qemu/udpload/options.h"
#include "tools/qemu/udpload/payload.h"
#include "tools/qemu/udpload/report.h"

enum { BEGIN_NS = 5000 };

static struct schedule schedule_make(const char *arrival, const char *payload, uint32_t wire_mbps,
                                     struct offered_load load)
{
    struct schedule_config config = {.wire_mbps = wire_mbps, .seed = 3};
    struct schedule schedule;

    assert_true(arrival_parse(arrival, &config));
    assert_true(mix_parse(payload, &config.mix));
    memset(&schedule, 0xee, sizeof(schedule));
    schedule_start(&schedule, &config, &load, BEGIN_NS);
    return schedule;
}

/* When the next packet leaves after the begin. */
static int64_t next_ns(struct schedule *schedule)
{
    uint32_t payload_bytes;

    return schedule_next_ns(schedule, &payload_bytes) - BEGIN_NS;
}

static void even_packets_leave_at_even_times(void **state)
{
    struct schedule megabits = schedule_make("even", "1000", 1000, (struct offered_load){100, 0});
    struct schedule packets = schedule_make("even", "1000", 1000, (struct offered_load){40, true});

    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(next_ns(&megabits), i * 80000);
        assert_int_equal(next_ns(&packets), i * 25000);
    }
}

static void more_than_the_wire_carries_leaves_back_to_back(void **state)
{
    struct schedule plain = schedule_make("even", "1024", 1000, (struct offered_load){2000, 0});
    struct schedule tagged = schedule_make("even", "1024", 1000, (struct offered_load){2000, 0});
    struct schedule small = schedule_make("even", "8", 1000, (struct offered_load){2000, 0});
    struct schedule slow = schedule_make("even", "1024", 300, (struct offered_load){2000, 0});

    (void)state;
    tagged.config.vlan_bytes = FRAME_VLAN_BYTES;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(next_ns(&plain), i * 8720);  /* 8 + 42 + 1024 + 4 + 12 octets */
        assert_int_equal(next_ns(&tagged), i * 8752); /* 4 more */
        assert_int_equal(next_ns(&small), i * 672);   /* 8 + 60 + 4 + 12 */
        /* Not before the wire is free: rounded up. */
        assert_int_equal(next_ns(&slow), (i * 8720 * 10 + 2) / 3);
    }
}

static void bursts_leave_together_and_pause_for_their_load(void **state)
{
    struct schedule bursts = schedule_make("burst4", "1000", 1000, (struct offered_load){100, 0});

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(next_ns(&bursts), i / 4 * 4 * 80000 + i % 4 * 8528);
    }
}

/* What the wire held up follows, but not more than a millisecond of it. */
static void a_backlog_is_bounded(void **state)
{
    struct schedule schedule =
        schedule_make("even", "1472", 1000, (struct offered_load){100, true});
    int64_t last, now;
    int together = 0;

    (void)state;
    for (int i = 0; i < 2000; i++) {
        last = next_ns(&schedule);
    }
    schedule.config.mix.size[0].payload_bytes = 8;
    last = next_ns(&schedule);
    while ((now = next_ns(&schedule)) - last < 1000) {
        last = now;
        together++;
    }
    assert_in_range(together, 1000000 / (10000 - 672) - 2, 1000000 / (10000 - 672) + 2);
}

/* The published sequence of splitmix64 for this seed. */
static void chance_is_the_same_everywhere(void **state)
{
    static const uint64_t sequence[] = {6457827717110365317u, 3203168211198807973u,
                                        9817491932198370423u, 4593380528125082431u,
                                        16408922859458223821u};
    uint64_t random = 1234567;

    (void)state;
    for (size_t i = 0; i < sizeof(sequence) / sizeof(sequence[0]); i++) {
        assert_true(random_next(&random) == sequence[i]);
    }
}

/* 1 - 1/e of the pauses are shorter than the mean, 1 - 1/e^2 than twice that. */
static void pauses_of_poisson_arrivals_are_exponential(void **state)
{
    enum { PACKETS = 20000, MEAN_NS = 100000 };
    struct schedule schedule =
        schedule_make("poisson", "64", 1000, (struct offered_load){10, true});
    int64_t last = next_ns(&schedule), begin = last;
    int shorter = 0, shorter_than_twice = 0;

    (void)state;
    for (int i = 0; i < PACKETS; i++) {
        int64_t now = next_ns(&schedule);

        shorter += now - last < MEAN_NS;
        shorter_than_twice += now - last < 2 * MEAN_NS;
        last = now;
    }
    assert_in_range((last - begin) / PACKETS, MEAN_NS * 98 / 100, MEAN_NS * 102 / 100);
    assert_in_range(shorter, PACKETS * 62 / 100, PACKETS * 645 / 1000);
    assert_in_range(shorter_than_twice, PACKETS * 855 / 1000, PACKETS * 875 / 1000);
}

/* A buffer that still holds another packet, or the right one in another place, shows. */
static void payloads_differ_in_most_of_their_bytes(void **state)
{
    enum { BYTES = 1472, SEQUENCES = 100 };
    uint8_t one[BYTES], other[BYTES];

    (void)state;
    for (uint32_t sequence = 0; sequence < SEQUENCES; sequence++) {
        int moved = 0, next = 0;

        payload_make(one, BYTES, 1, sequence);
        payload_make(other, BYTES, 1, sequence + 1);
        for (int i = PAYLOAD_MIN_BYTES; i + 1 < BYTES; i++) {
            next += one[i] != other[i];
            moved += one[i] != one[i + 1];
        }
        assert_true(next > BYTES * 95 / 100 && moved > BYTES * 95 / 100);
        payload_make(other, BYTES, 2, sequence); /* of another run */
        assert_memory_not_equal(one, other, BYTES);
        assert_true(payload_is_ours(one, BYTES, 1));
        assert_false(payload_is_ours(one, BYTES, 2));
    }
}

static void both_units_of_a_load_follow_from_either(void **state)
{
    struct offered_load megabits = {100, 0}, packets = {50, true};
    struct payload_mix mix;

    (void)state;
    assert_true(mix_parse("64*7:594*4:1472*1", &mix));
    assert_float_equal(mix_mean_bytes(&mix), 358, 1e-9);
    assert_float_equal(offered_mbps(&megabits, &mix), 100, 1e-9);
    assert_float_equal(offered_kpps(&megabits, &mix), 100e3 / (358 * 8), 1e-9);
    assert_float_equal(offered_mbps(&packets, &mix), 143.2, 1e-9);
    assert_float_equal(offered_kpps(&packets, &mix), 50, 1e-9);
}

/* A window of 100 ms from 1 s on, half of it busy. */
static struct load_result result_make(const struct load_config *config)
{
    return (struct load_result){
        .config = config,
        .offered = &config->load[0],
        .before = {1000000000, true, true, 7000, 30000000, 50, 5},
        .after = {1100000000, true, true, 9500, 80000000, 2050, 1005},
        .sent = 1030,
        .received = 1010,
        .echoes = 1000,
        .echoed_bytes = 1000000,
        .lost = 20,
        .bad = 3,
        .has_latency = true,
        .latency_min_ns = 1500,
        .latency_median_ns = 2501,
        .latency_p99_ns = 30000,
        .latency_max_ns = 400500,
    };
}

static void assert_line(const struct load_result *result, const char *expected)
{
    const struct report_labels labels = {"s", "i", "n", "h"};
    char line[512] = "";
    FILE *file = fmemopen(line, sizeof(line), "w");

    report_line(file, &labels, result);
    fclose(file);
    assert_string_equal(line, expected);
}

static void a_line_has_what_was_counted(void **state)
{
    struct load_config config = {.loads = 1, .load = {{100, false}}};
    struct load_result result = result_make(&config);

    (void)state;
    assert_true(mix_parse("1000", &config.schedule.mix));
    assert_line(&result, "s,i,n,h,1000,100.00,12.500,80.00,50.00,2.5,1.500,2.501,30.000,400.500,"
                         "1030,1010,20,3,2.000,1.000\n");
    result.after.has_cpu = result.after.has_nic = result.has_latency = false;
    assert_line(&result, "s,i,n,h,1000,100.00,12.500,80.00,,,,,,,1030,1010,20,3,,\n");
}

/* Nothing is counted for each of no echoes. */
static void a_line_without_echoes_has_no_costs_of_one(void **state)
{
    struct load_config config = {.loads = 1, .load = {{100, false}}};
    struct load_result result = result_make(&config);

    (void)state;
    assert_true(mix_parse("1000", &config.schedule.mix));
    result.received = result.echoes = result.echoed_bytes = 0;
    result.has_latency = false;
    result.lost = result.sent;
    assert_line(&result, "s,i,n,h,1000,100.00,12.500,0.00,50.00,,,,,,1030,0,1030,3,,\n");
}

static void the_line_for_people_has_what_is_not_usual(void **state)
{
    struct load_config config = {.loads = 1, .load = {{100, false}}};
    struct load_result result = result_make(&config);
    char line[512] = "";
    FILE *file;

    (void)state;
    assert_true(mix_parse("1000", &config.schedule.mix));
    result.noise = 7;
    result.stale = 4;
    result.faults[REPLY_ORDER] = 3;
    file = fmemopen(line, sizeof(line), "w");
    report_progress(file, &result);
    fclose(file);
    assert_string_equal(line, "udpload: offered 100.0 Mb/s (12.5 kpps), echoed 80.0 Mb/s, CPU 50.0 "
                              "%, 2 instructions an echo, latency 2.5 us (99 %: 30.0), lost 20 of "
                              "1030, 7 hostile frames, 4 late from the load before, bad order: "
                              "3\n");
    result = result_make(&config);
    result.after.has_cpu = result.has_latency = false;
    memset(line, 0, sizeof(line));
    file = fmemopen(line, sizeof(line), "w");
    report_progress(file, &result);
    fclose(file);
    assert_string_equal(line, "udpload: offered 100.0 Mb/s (12.5 kpps), echoed 80.0 Mb/s, lost 20 "
                              "of 1030\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_packets_leave_at_even_times),
        cmocka_unit_test(more_than_the_wire_carries_leaves_back_to_back),
        cmocka_unit_test(bursts_leave_together_and_pause_for_their_load),
        cmocka_unit_test(a_backlog_is_bounded),
        cmocka_unit_test(chance_is_the_same_everywhere),
        cmocka_unit_test(pauses_of_poisson_arrivals_are_exponential),
        cmocka_unit_test(payloads_differ_in_most_of_their_bytes),
        cmocka_unit_test(both_units_of_a_load_follow_from_either),
        cmocka_unit_test(a_line_has_what_was_counted),
        cmocka_unit_test(a_line_without_echoes_has_no_costs_of_one),
        cmocka_unit_test(the_line_for_people_has_what_is_not_usual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
