/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The latency test. One loop that never sleeps: read the clock, try to receive, try to send. A
 * packet is due when the time since the start, times the load, says so; answers are not waited
 * for. Send times are kept in a ring that holds one second of packets: a reply that finds its
 * place taken by a later packet, or answered, is late.
 *
 * Load is the same in warm-up, sampling and cool-down. Only replies while sampling are samples.
 * latency-check differs in the second word of each packet, which is the first and 1, and is looked
 * at in each reply.
 */
#include "load.h"
#include "socket.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum phase { WARM_UP, SAMPLING, COOL_DOWN, OVER };

struct sent_packet {
    uint64_t at_us; /* 0: answered, or never sent */
    uint64_t sequence;
};

struct run {
    const struct load_options *options;
    struct load_result *result;
    int file;
    enum phase phase;
    uint64_t begin_us, sampling_begin_us, cool_down_begin_us, last_answer_us;
    uint64_t next_sequence;
    uint64_t window;
    struct sent_packet *packets;
    uint8_t *out, *in;
    size_t out_left;     /* of a record that TCP has not taken whole */
    size_t in_have;      /* of a record that TCP has not delivered whole */
    const char *failure; /* NULL: none */
};

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint8_t pattern(uint64_t sequence, uint32_t at)
{
    return (uint8_t)(sequence * 31 + at * 7);
}

/* The number of the packet, for latency-check the number after it, then the pattern. */
static void record_make(const struct load_options *options, uint8_t *record, uint64_t sequence)
{
    const uint64_t words[2] = {sequence, sequence + 1};
    uint32_t at = options->check ? sizeof(words) : sizeof(words[0]);
    memcpy(record, words, at);
    for (; options->verify && at < options->size; at++)
        record[at] = pattern(sequence, at);
}

static void record_check(const struct load_options *options, const uint8_t *record,
                         uint64_t sequence, struct load_result *result)
{
    uint64_t words[2];
    uint32_t at = options->check ? sizeof(words) : sizeof(words[0]);
    memcpy(words, record, at);
    result->bad += options->check && words[1] != sequence + 1;
    for (; options->verify && at < options->size; at++) {
        if (record[at] != pattern(sequence, at)) {
            result->damaged++;
            return;
        }
    }
}

static void answer(struct run *run, uint64_t now)
{
    struct load_result *result = run->result;
    uint64_t sequence;
    memcpy(&sequence, run->in, sizeof(sequence));
    struct sent_packet *packet = &run->packets[sequence % run->window];
    if (sequence >= run->next_sequence || packet->at_us == 0 || packet->sequence != sequence) {
        result->late++;
        return;
    }
    run->last_answer_us = now;
    record_check(run->options, run->in, sequence, result);
    if (run->phase == SAMPLING && result->samples < run->options->samples) {
        result->rtt_us[result->samples++] = (uint32_t)(now - packet->at_us);
        result->received++;
    }
    packet->at_us = 0;
}

static void try_receive(struct run *run, uint64_t now)
{
    size_t size = run->options->size;
    ssize_t got = recv(run->file, run->in + run->in_have, size - run->in_have + !run->options->tcp,
                       MSG_DONTWAIT);
    if (got < 0) {
        if (errno != EAGAIN && errno != EINTR)
            run->failure = strerror(errno);
        return;
    }
    if (run->options->tcp) {
        if (got == 0)
            run->failure = "the other end has closed the connection";
        run->in_have += (size_t)got;
        if (run->in_have < size)
            return;
        run->in_have = 0;
    } else if ((size_t)got != size) {
        run->result->damaged++;
        return;
    }
    answer(run, now);
}

static void try_send(struct run *run, uint64_t now)
{
    const struct load_options *options = run->options;
    if (run->out_left == 0) {
        uint64_t due = (uint64_t)((unsigned __int128)(now - run->begin_us) * options->bps /
                                  (8000000ull * options->size));
        if (due <= run->next_sequence)
            return;
        record_make(options, run->out, run->next_sequence);
        run->out_left = options->size;
    }
    ssize_t put = send(run->file, run->out + options->size - run->out_left, run->out_left,
                       MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
            run->failure = strerror(errno);
        return;
    }
    run->out_left -= (size_t)put;
    if (run->out_left)
        return;
    run->packets[run->next_sequence % run->window] = (struct sent_packet){now, run->next_sequence};
    run->next_sequence++;
    run->result->sent += run->phase == SAMPLING;
}

static void phase_advance(struct run *run, uint64_t now)
{
    const struct load_options *options = run->options;
    if (run->phase == WARM_UP && now - run->begin_us >= options->warm_up_ms * 1000ull) {
        run->phase = SAMPLING;
        run->sampling_begin_us = now;
    }
    if (run->phase == SAMPLING && run->result->samples == options->samples) {
        run->phase = COOL_DOWN;
        run->result->sampling_us = now - run->sampling_begin_us;
        run->cool_down_begin_us = now;
    }
    if (run->phase == COOL_DOWN && now - run->cool_down_begin_us >= options->cool_down_ms * 1000ull)
        run->phase = OVER;
    if (now > run->last_answer_us && now - run->last_answer_us > options->timeout_ms * 1000ull)
        run->failure = "no answer for longer than timeout= allows";
}

bool load_run(const struct load_options *options, struct load_result *result)
{
    struct run run = {.options = options, .result = result};
    memset(result, 0, sizeof(*result));
    run.file = socket_connect(options->host, options->port, options->tcp);
    if (run.file < 0)
        return false;
    run.window = options->bps / 8 / options->size;
    run.window = run.window ? run.window : 1;
    run.packets = calloc(run.window, sizeof(*run.packets));
    run.out = calloc(1, options->size);
    run.in = calloc(1, options->size + 1);
    result->rtt_us = calloc(options->samples, sizeof(*result->rtt_us));
    if (!run.packets || !run.out || !run.in || !result->rtt_us)
        run.failure = "no memory for a second of packets, or for the samples";
    run.begin_us = run.last_answer_us = now_us();
    while (run.phase != OVER && !run.failure) {
        uint64_t now = now_us();
        try_receive(&run, now);
        try_send(&run, now);
        phase_advance(&run, now);
    }
    if (run.failure)
        fprintf(stderr,
                "ipbench-load: %s port %u: %s; %" PRIu32 " of %" PRIu32 " answers to %" PRIu64
                " packets\n",
                options->host, options->port, run.failure, result->samples, options->samples,
                run.next_sequence);
    close(run.file);
    free(run.packets);
    free(run.out);
    free(run.in);
    return !run.failure;
}

static int by_value(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

static uint64_t throughput(uint64_t packets, uint32_t size, uint64_t us)
{
    return us ? (uint64_t)((unsigned __int128)8 * packets * size * 1000000 / us) : 0;
}

void load_print(FILE *file, const struct load_options *options, const struct load_result *result)
{
    uint32_t count = result->samples;
    uint64_t sum = 0, squares = 0;
    qsort(result->rtt_us, count, sizeof(*result->rtt_us), by_value);
    for (uint32_t i = 0; i < count; i++)
        sum += result->rtt_us[i];
    uint64_t mean = sum / count;
    for (uint32_t i = 0; i < count; i++) {
        int64_t away = (int64_t)mean - (int64_t)result->rtt_us[i];
        squares += (uint64_t)(away * away);
    }
    fprintf(file,
            "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu64 ",%" PRIu32
            ",%.2f,%" PRIu32,
            options->bps, throughput(result->received, options->size, result->sampling_us),
            throughput(result->sent, options->size, result->sampling_us), options->size,
            result->rtt_us[0], mean, result->rtt_us[count - 1], sqrt((double)(squares / count)),
            result->rtt_us[count / 2]);
    if (options->check)
        fprintf(file, ",%" PRIu64, result->bad);
}
