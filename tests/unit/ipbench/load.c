/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop of the load generator in a time of the test's own: each look at the clock takes a
 * microsecond, and an echo server answers after `delay_us` as badly as a test wants.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "tools/ipbench/load.h"
#include "tools/ipbench/socket.h"

enum { BEGIN_US = 7000000, SIZE = 125, PACKETS = 40000, RECORD_BYTES = 2048 };
/* A packet of SIZE each millisecond. */
#define KILOPACKET_BPS (8000ull * SIZE)

enum mischief {
    HONEST,
    SILENT,
    REFUSED,
    DROP,     /* every tenth */
    TWICE,    /* answers every tenth twice */
    UNKNOWN,  /* answers every tenth with a number that was never sent */
    STRANGE,  /* answers with numbers that were never sent */
    FLIP,     /* the byte at flip_at of every tenth */
    OLD_BODY, /* every tenth has the bytes of the one before it behind its number */
    MOVED,    /* the bytes behind the number of every tenth are one place further */
    SHORTEN,  /* every tenth lacks its last byte */
    LENGTHEN, /* every tenth has one more */
    HALVES,   /* TCP: takes and gives at most half a record at a time */
    BUSY,     /* most attempts to send or receive are in vain, for any reason that passes */
    BROKEN,   /* the fifth packet cannot be sent */
    NOWHERE,  /* there is no connection */
    CLOSED,   /* TCP: ends the stream after ten records */
};

static struct {
    enum mischief mischief;
    uint64_t now_us, delay_us, flip_at;
    struct {
        uint64_t at_us;
        size_t length;
        uint8_t bytes[RECORD_BYTES];
    } answer[64];
    size_t first, last;
    uint64_t send_attempts, receive_attempts, sent, sent_at_us[PACKETS];
    uint8_t record[RECORD_BYTES]; /* TCP: being taken */
    size_t record_have, given;
    bool tcp;
    size_t size;
    uint64_t stall_at_us, stall_us; /* the program does not run for a while */
} world;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
ssize_t __wrap_recv(int file, void *data, size_t size, int flags);
ssize_t __wrap_send(int file, const void *data, size_t size, int flags);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    world.now_us++;
    if (world.stall_us && world.now_us >= world.stall_at_us) {
        world.now_us += world.stall_us;
        world.stall_us = 0;
    }
    *now = (struct timespec){.tv_sec = (time_t)(world.now_us / 1000000),
                             .tv_nsec = (long)(world.now_us % 1000000 * 1000)};
    return 0;
}

static void answer_put(const uint8_t *bytes, size_t length)
{
    size_t slot = world.last++ % 64;

    assert_true(world.last - world.first <= 64);
    world.answer[slot].at_us = world.now_us + world.delay_us;
    world.answer[slot].length = length;
    memcpy(world.answer[slot].bytes, bytes, length);
}

static void record_arrives(const uint8_t *bytes, size_t length)
{
    static uint8_t copy[RECORD_BYTES];
    bool tenth = (world.sent + 1) % 10 == 0;

    assert_true(world.sent < PACKETS);
    assert_int_equal(length, world.size);
    memcpy(copy, bytes, length);
    uint64_t sequence;
    memcpy(&sequence, copy, sizeof(sequence));
    assert_int_equal(sequence, world.sent);
    world.sent_at_us[world.sent++] = world.now_us;
    if (world.mischief == SILENT || (tenth && world.mischief == DROP))
        return;
    if ((tenth && world.mischief == UNKNOWN) || world.mischief == STRANGE)
        copy[6] ^= 1;
    if (tenth && world.mischief == OLD_BODY)
        memcpy(copy + 8, world.answer[(world.last - 1) % 64].bytes + 8, length - 8);
    if (tenth && world.mischief == MOVED)
        memmove(copy + 9, copy + 8, length - 9);
    if (tenth && world.mischief == FLIP)
        copy[world.flip_at] ^= 0x10;
    answer_put(copy, length - (tenth && world.mischief == SHORTEN) +
                         (tenth && world.mischief == LENGTHEN));
    if (tenth && world.mischief == TWICE)
        answer_put(copy, length);
}

/* Every fourth attempt goes well. */
static bool is_busy(uint64_t *attempts, const int reasons[3])
{
    uint64_t turn = (*attempts)++ % 4;

    if (world.mischief != BUSY || turn == 3)
        return false;
    errno = reasons[turn];
    return true;
}

ssize_t __wrap_send(int file, const void *data, size_t size, int flags)
{
    static const int send_reasons[] = {EAGAIN, EINTR, ENOBUFS};

    (void)file;
    assert_int_equal(flags, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (world.mischief == BROKEN && world.sent == 4) {
        errno = EHOSTUNREACH;
        return -1;
    }
    if (is_busy(&world.send_attempts, send_reasons))
        return -1;
    if (!world.tcp) {
        record_arrives(data, size);
        return (ssize_t)size;
    }
    size_t take = world.mischief == HALVES && size > world.size / 2 ? world.size / 2 : size;
    assert_true(world.record_have + take <= world.size);
    memcpy(world.record + world.record_have, data, take);
    world.record_have += take;
    if (world.record_have == world.size) {
        record_arrives(world.record, world.size);
        world.record_have = 0;
    }
    return (ssize_t)take;
}

ssize_t __wrap_recv(int file, void *data, size_t size, int flags)
{
    static const int receive_reasons[] = {EAGAIN, EINTR, EAGAIN};

    (void)file;
    assert_int_equal(flags, MSG_DONTWAIT);
    /* What more there is of a datagram shows; of a stream no more is taken than belongs to it. */
    assert_int_equal(size, world.tcp ? world.size - world.given : world.size + 1);
    if (is_busy(&world.receive_attempts, receive_reasons))
        return -1;
    if (world.mischief == REFUSED && world.sent > 0) {
        errno = ECONNREFUSED;
        return -1;
    }
    if (world.mischief == CLOSED && world.first == 10)
        return 0;
    size_t slot = world.first % 64;
    if (world.first == world.last || world.answer[slot].at_us > world.now_us) {
        errno = EAGAIN;
        return -1;
    }
    size_t length = world.answer[slot].length - world.given;
    if (world.mischief == HALVES && length > world.size / 2)
        length = world.size / 2;
    if (length > size)
        length = size;
    memcpy(data, world.answer[slot].bytes + world.given, length);
    world.given += length;
    if (!world.tcp || world.given == world.answer[slot].length) {
        world.first++;
        world.given = 0;
    }
    return (ssize_t)length;
}

int socket_connect(const char *host, uint16_t port, bool tcp)
{
    (void)host;
    (void)port;
    world.tcp = tcp;
    return world.mischief == NOWHERE ? -1 : open("/dev/null", O_RDONLY);
}

static struct load_options options_make(enum mischief mischief)
{
    memset(&world, 0, sizeof(world));
    world.mischief = mischief;
    world.now_us = BEGIN_US;
    world.delay_us = 50;
    world.size = SIZE;
    return (struct load_options){.host = "test",
                                 .port = 7,
                                 .bps = KILOPACKET_BPS,
                                 .size = SIZE,
                                 .samples = 100,
                                 .timeout_ms = 500};
}

/* Runs to the end; the round trips are freed. */
static bool play(const struct load_options *options, struct load_result *result)
{
    bool good = load_run(options, result);

    free(result->rtt_us);
    return good;
}

static void packets_leave_when_the_clock_says_so(void **state)
{
    struct load_options options = options_make(HONEST);
    struct load_result result;

    (void)state;
    assert_true(play(&options, &result));
    assert_int_equal(world.sent, 100);
    for (uint64_t i = 0; i < world.sent; i++)
        assert_in_range(world.sent_at_us[i] - BEGIN_US, (i + 1) * 1000, (i + 1) * 1000 + 2);
}

static void what_a_stall_held_up_is_sent_at_once(void **state)
{
    struct load_options options = options_make(HONEST);
    struct load_result result;

    (void)state;
    world.stall_at_us = BEGIN_US + 20500;
    world.stall_us = 10000;
    assert_true(play(&options, &result));
    for (uint64_t i = 0; i < 10; i++)
        assert_in_range(world.sent_at_us[20 + i] - BEGIN_US, 30500, 30515);
    assert_in_range(world.sent_at_us[30] - BEGIN_US, 31000, 31002);
}

/* Load is the same throughout; only what comes back while sampling is a sample. */
static void only_sampling_counts(void **state)
{
    struct load_options options = options_make(HONEST);
    struct load_result result;

    (void)state;
    options.warm_up_ms = 30;
    options.cool_down_ms = 20;
    world.delay_us = 2500; /* two and a half packets */
    assert_true(play(&options, &result));
    assert_int_equal(result.samples, 100);
    assert_int_equal(result.received, 100);
    /* Answers come at 2.5 ms after each millisecond: the first sample at 30.5, the last at 129.5 */
    assert_in_range(result.sampling_us, 99495, 99505);
    assert_in_range(result.sent, 99, 100);
    assert_in_range(world.sent, 149, 150);
    assert_int_equal(result.late + result.bad + result.damaged, 0);
}

static void a_round_trip_is_from_turn_to_turn(void **state)
{
    struct load_options options = options_make(HONEST);
    struct load_result result;

    (void)state;
    assert_true(load_run(&options, &result));
    for (uint32_t i = 0; i < result.samples; i++)
        assert_int_equal(result.rtt_us[i], world.delay_us);
    free(result.rtt_us);
}

static void what_is_lost_is_no_sample(void **state)
{
    struct load_options options = options_make(DROP);
    struct load_result result;

    (void)state;
    assert_true(play(&options, &result));
    assert_int_equal(result.received, 100);
    assert_int_equal(result.sent, 111); /* every tenth of them in vain */
    assert_int_equal(result.late, 0);
}

static void second_and_unasked_answers_are_late(void **state)
{
    struct load_options options = options_make(TWICE);
    struct load_result result;

    (void)state;
    assert_true(play(&options, &result));
    assert_in_range(result.late, 9, 10);
    assert_int_equal(result.sent, 100);
    options = options_make(UNKNOWN);
    assert_true(play(&options, &result));
    assert_int_equal(result.late, 11);
    assert_int_equal(result.sent, 111);
}

/* A reply's place is that of the packet a second later. */
static void answers_after_a_second_of_packets_are_late(void **state)
{
    struct load_options options = options_make(HONEST);
    struct load_result result;

    (void)state;
    options.bps /= 50; /* 20 a second */
    options.samples = 30;
    options.timeout_ms = 1500;
    world.delay_us = 999000;
    assert_true(play(&options, &result));
    assert_int_equal(result.late, 0);
    options = options_make(HONEST);
    options.bps /= 50;
    options.samples = 1;
    options.timeout_ms = 5000;
    options.cool_down_ms = 1000;
    world.delay_us = 1001000;
    world.stall_at_us =
        BEGIN_US + 4000000; /* then a reply is on time again, since nothing was sent */
    world.stall_us = 900000;
    assert_true(play(&options, &result));
    assert_true(result.late >= 50);
}

static void spoiled_bytes_are_found_where_they_are_looked_for(void **state)
{
    struct load_options options;
    struct load_result result;

    (void)state;
    for (uint64_t at = 8; at < SIZE; at += SIZE - 9) {
        options = options_make(FLIP);
        options.verify = true;
        world.flip_at = at;
        assert_true(play(&options, &result));
        assert_int_equal(result.damaged, 10);
        assert_int_equal(result.received, 100);
        options = options_make(FLIP);
        world.flip_at = at;
        assert_true(play(&options, &result));
        assert_int_equal(result.damaged, 0);
    }
}

static void bytes_of_another_packet_or_place_are_spoiled(void **state)
{
    static const enum mischief bodies[] = {OLD_BODY, MOVED};
    struct load_result result;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct load_options options = options_make(bodies[i]);

        options.verify = true;
        assert_true(play(&options, &result));
        assert_int_equal(result.damaged, 10);
    }
}

static void other_lengths_are_spoiled(void **state)
{
    static const enum mischief lengths[] = {SHORTEN, LENGTHEN};
    struct load_result result;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct load_options options = options_make(lengths[i]);

        assert_true(play(&options, &result));
        assert_int_equal(result.damaged, 11);
        assert_int_equal(result.sent, 111);
    }
}

static void latency_check_looks_at_the_second_word(void **state)
{
    struct load_options options;
    struct load_result result;

    (void)state;
    for (uint64_t at = 8; at < 16; at += 7) {
        options = options_make(FLIP);
        options.check = true;
        world.flip_at = at;
        assert_true(play(&options, &result));
        assert_int_equal(result.bad, 10);
        assert_int_equal(result.received, 100);
    }
    options = options_make(FLIP);
    options.check = options.verify = true;
    world.flip_at = 16;
    assert_true(play(&options, &result));
    assert_int_equal(result.bad, 0);
    assert_int_equal(result.damaged, 10);
    options = options_make(HONEST);
    options.check = options.verify = true;
    assert_true(play(&options, &result));
    assert_int_equal(result.bad + result.damaged, 0);
}

static void records_come_and_go_in_pieces_over_tcp(void **state)
{
    struct load_options options = options_make(HALVES);
    struct load_result result;

    (void)state;
    options.tcp = options.verify = true;
    assert_true(play(&options, &result));
    assert_int_equal(result.damaged + result.late, 0);
    assert_int_equal(result.sent, 100);
}

static void less_than_a_packet_a_second_is_a_load_too(void **state)
{
    struct load_options options = options_make(HONEST);
    struct load_result result;

    (void)state;
    options.bps = KILOPACKET_BPS / 2000;
    options.samples = 2;
    options.timeout_ms = 3000;
    assert_true(play(&options, &result));
    assert_int_equal(world.sent, 2);
    assert_in_range(world.sent_at_us[1] - BEGIN_US, 4000000, 4000002);
}

static void a_busy_network_only_costs_time(void **state)
{
    struct load_options options = options_make(BUSY);
    struct load_result result;

    (void)state;
    options.verify = true;
    assert_true(play(&options, &result));
    assert_int_equal(result.damaged + result.late, 0);
    assert_int_equal(world.sent, 100);
}

static void a_run_without_answers_ends(void **state)
{
    struct load_options options = options_make(SILENT);
    struct load_result result;

    (void)state;
    assert_false(play(&options, &result));
    assert_in_range(world.now_us - BEGIN_US, 500000, 500010);
    options = options_make(STRANGE);
    assert_false(play(&options, &result));
    assert_in_range(world.now_us - BEGIN_US, 500000, 500010);
    options = options_make(REFUSED);
    assert_false(play(&options, &result));
    assert_int_equal(world.sent, 1);
    options = options_make(BROKEN);
    assert_false(play(&options, &result));
    assert_int_equal(world.sent, 4);
    assert_in_range(world.now_us - BEGIN_US, 5000, 5010);
    options = options_make(NOWHERE);
    assert_false(play(&options, &result));
    options = options_make(CLOSED);
    options.tcp = true;
    assert_false(play(&options, &result));
    assert_in_range(world.now_us - BEGIN_US, 10000, 10100);
    assert_int_equal(result.samples, 10);
    options = options_make(HONEST);
    options.samples = 1000;
    assert_true(play(&options, &result)); /* longer than the limit, with answers all the time */
}

static void print(char *line, size_t size, const struct load_options *options,
                  const struct load_result *result)
{
    FILE *file = fmemopen(line, size, "w");

    load_print(file, options, result);
    fclose(file);
}

static void columns_are_computed_as_a_controller_does(void **state)
{
    uint32_t three[] = {29, 6, 5}, two[] = {10, 4}, one[] = {7}, many[] = {3, 9, 3, 1, 9, 2, 8};
    struct load_options options = {.bps = 8000000, .size = 100};
    struct load_result result = {
        .sampling_us = 305, .sent = 4, .received = 3, .rtt_us = three, .samples = 3};
    char line[200] = "";

    (void)state;
    print(line, sizeof(line), &options, &result);
    assert_string_equal(line, "8000000,7868852,10491803,100,5,13,29,11.09,6");
    options.check = true;
    result.bad = 2;
    result.rtt_us = two;
    result.samples = 2;
    print(line, sizeof(line), &options, &result);
    assert_string_equal(line, "8000000,7868852,10491803,100,4,7,10,3.00,10,2");
    options.check = false;
    result.rtt_us = many;
    result.samples = 7;
    print(line, sizeof(line), &options, &result);
    assert_string_equal(line, "8000000,7868852,10491803,100,1,5,9,3.16,3");
    result.rtt_us = one;
    result.samples = 1;
    result.sampling_us = 0;
    print(line, sizeof(line), &options, &result);
    assert_string_equal(line, "8000000,0,0,100,7,7,7,0.00,7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_leave_when_the_clock_says_so),
        cmocka_unit_test(what_a_stall_held_up_is_sent_at_once),
        cmocka_unit_test(only_sampling_counts),
        cmocka_unit_test(a_round_trip_is_from_turn_to_turn),
        cmocka_unit_test(what_is_lost_is_no_sample),
        cmocka_unit_test(second_and_unasked_answers_are_late),
        cmocka_unit_test(answers_after_a_second_of_packets_are_late),
        cmocka_unit_test(spoiled_bytes_are_found_where_they_are_looked_for),
        cmocka_unit_test(bytes_of_another_packet_or_place_are_spoiled),
        cmocka_unit_test(other_lengths_are_spoiled),
        cmocka_unit_test(latency_check_looks_at_the_second_word),
        cmocka_unit_test(records_come_and_go_in_pieces_over_tcp),
        cmocka_unit_test(less_than_a_packet_a_second_is_a_load_too),
        cmocka_unit_test(a_busy_network_only_costs_time),
        cmocka_unit_test(a_run_without_answers_ends),
        cmocka_unit_test(columns_are_computed_as_a_controller_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
