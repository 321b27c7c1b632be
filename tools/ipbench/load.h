/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One run of load against an echo server, and the target's report.
 */
#ifndef IPBENCH_LOAD_H
#define IPBENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct load_options {
    const char *host;
    uint16_t port;
    bool tcp;
    uint64_t bps;  /* payload */
    uint32_t size; /* payload bytes of a packet, at least 8; to check: 16 */
    uint32_t samples;
    uint32_t warm_up_ms, cool_down_ms;
    uint32_t timeout_ms; /* without an answer the run ends */
    bool check;          /* the test is latency-check */
    bool verify;         /* all bytes of a reply, not only its number */
};

struct load_result {
    uint64_t sampling_us;
    uint64_t sent, received; /* while sampling */
    uint64_t late;           /* replies that nobody waited for any more */
    uint64_t bad;            /* latency-check: the second word was not the first and 1 */
    uint64_t damaged;
    uint32_t *rtt_us; /* one for each sample; the caller's to free */
    uint32_t samples;
};

/* False, after a message, if there is no connection or too few answers come. */
bool load_run(const struct load_options *options, struct load_result *result);

/* The line that an ipbench controller prints, without its end. */
void load_print(FILE *file, const struct load_options *options, const struct load_result *result);

/* The target's side: a connection that has got as far as SETUP, or -1 after a message. */
int target_open(const char *host, uint16_t port);
bool target_start(int target);
/* Prints the target's result as it came, and ends the connection. False, after a message, if it was
   none, or if it came in a way that a controller hangs or fails at. */
bool target_stop(int target, FILE *file);

#endif
