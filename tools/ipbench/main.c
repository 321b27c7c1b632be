/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ipbench-load: loads an echo server and prints one line in the columns of ipbench; --help explains
 * both.
 */
#include "load.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "ipbench-load HOST PORT [OPTION=VALUE]...: loads an echo server at an address or name, prints\n"
    "one line in the columns of ipbench, and fails if replies are missing or spoiled. Options:\n"
    "\n"
    "  test=latency|latency-check  latency-check looks at the second word too (latency)\n"
    "  socktype=udp|tcp  transport (udp)\n"
    "  mbps=N, bps=N     payload per second (10 Mb/s); the last one counts\n"
    "  size=N            bytes of payload in a packet (1024)\n"
    "  samples=N         round trips (20000)\n"
    "  warmup=MS         load before the samples (1000)\n"
    "  cooldown=MS       and after them (1000)\n"
    "  timeout=MS        the longest time without any answer (3000)\n"
    "  target=PORT       of a CPU target on the same host; 0: there is none (0)\n"
    "  verify=1          every byte of the replies is compared\n"
    "\n"
    "Columns: requested, achieved and sent throughput in bit/s, bytes of payload in a packet,\n"
    "minimum, mean, maximum, standard deviation and median of the round trip in us;\n"
    "latency-check: bad packets; with a target: its idle and total cycles.\n";

struct choice {
    const char *name;
    uint64_t least, most;
    uint64_t value;
};

enum { MBPS, BPS, SIZE, SAMPLES, WARM_UP_MS, COOL_DOWN_MS, TIMEOUT_MS, TARGET, VERIFY, CHOICES };
enum { SIZE_OF_CHECK = 16 };

static struct choice choices[CHOICES] = {
    [MBPS] = {"mbps", 1, 100000, 0},
    [BPS] = {"bps", 64, 100000000000, 10000000},
    [SIZE] = {"size", 8, 65507, 1024},
    [SAMPLES] = {"samples", 1, 100000000, 20000},
    [WARM_UP_MS] = {"warmup", 0, 3600000, 1000},
    [COOL_DOWN_MS] = {"cooldown", 0, 3600000, 1000},
    [TIMEOUT_MS] = {"timeout", 1, 3600000, 3000},
    [TARGET] = {"target", 0, 65535, 0},
    [VERIFY] = {"verify", 0, 1, 0},
};

/* Numbers as they are usually typed: digits, nothing else. False, after a message. */
static bool number_parse(const char *name, const char *text, uint64_t least, uint64_t most,
                         uint64_t *number)
{
    char *end;
    *number = strtoumax(text, &end, 10);
    if (strspn(text, "0123456789") == strlen(text) && *text && *number >= least && *number <= most)
        return true;
    fprintf(stderr, "ipbench-load: %s is a number from %" PRIu64 " to %" PRIu64 ", not %s\n", name,
            least, most, *text ? text : "nothing");
    return false;
}

/* One of two words. False, after a message. */
static bool word_parse(const char *name, const char *text, const char *off, const char *on,
                       bool *chosen)
{
    *chosen = strcmp(text, on) == 0;
    if (*chosen || strcmp(text, off) == 0)
        return true;
    fprintf(stderr, "ipbench-load: %s is %s or %s, not %s\n", name, off, on, text);
    return false;
}

static bool option_parse(const char *argument, struct load_options *options)
{
    size_t length = strcspn(argument, "=");
    const char *value = argument + length + (argument[length] == '=');
    if (strncmp(argument, "socktype=", length + 1) == 0)
        return word_parse("socktype", value, "udp", "tcp", &options->tcp);
    if (strncmp(argument, "test=", length + 1) == 0)
        return word_parse("test", value, "latency", "latency-check", &options->check);
    for (unsigned i = 0; i < CHOICES; i++) {
        struct choice *choice = &choices[i];
        if (strlen(choice->name) != length || memcmp(choice->name, argument, length) != 0)
            continue;
        if (!number_parse(choice->name, value, choice->least, choice->most, &choice->value))
            return false;
        if (i == MBPS)
            choices[BPS].value = choice->value * 1000000;
        return true;
    }
    fprintf(stderr, "ipbench-load: there is no option %s; known: test socktype",
            *argument ? argument : "\"\"");
    for (unsigned i = 0; i < CHOICES; i++)
        fprintf(stderr, " %s", choices[i].name);
    fprintf(stderr, "; see ipbench-load --help\n");
    return false;
}

static bool options_parse(char **arguments, struct load_options *options)
{
    uint64_t port;
    options->host = arguments[0];
    if (!number_parse("the port", arguments[1], 1, UINT16_MAX, &port))
        return false;
    options->port = (uint16_t)port;
    for (arguments += 2; *arguments; arguments++)
        if (!option_parse(*arguments, options))
            return false;
    options->bps = choices[BPS].value;
    options->size = (uint32_t)choices[SIZE].value;
    options->samples = (uint32_t)choices[SAMPLES].value;
    options->warm_up_ms = (uint32_t)choices[WARM_UP_MS].value;
    options->cool_down_ms = (uint32_t)choices[COOL_DOWN_MS].value;
    options->timeout_ms = (uint32_t)choices[TIMEOUT_MS].value;
    options->verify = choices[VERIFY].value;
    if (!options->check || options->size >= SIZE_OF_CHECK)
        return true;
    fprintf(stderr, "ipbench-load: for latency-check, size is at least %d\n", SIZE_OF_CHECK);
    return false;
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "--help") == 0) {
        fputs(help, stdout);
        return 0;
    }
    if (count < 3) {
        fprintf(stderr,
                "usage: ipbench-load HOST PORT [OPTION=VALUE]...; see ipbench-load --help\n");
        return 2;
    }
    struct load_options options = {0};
    struct load_result result;
    if (!options_parse(arguments + 1, &options))
        return 2;
    int target = -1;
    if (choices[TARGET].value) {
        target = target_open(options.host, (uint16_t)choices[TARGET].value);
        if (target < 0 || !target_start(target))
            return 1;
    }
    bool good = load_run(&options, &result);
    if (good) {
        load_print(stdout, &options, &result);
        good = target < 0 || target_stop(target, stdout);
        if (target < 0 || !good)
            printf("\n");
    }
    if (result.damaged || result.late || result.bad)
        fprintf(stderr,
                "ipbench-load: %" PRIu64 " replies damaged, %" PRIu64 " bad, %" PRIu64 " late\n",
                result.damaged, result.bad, result.late);
    free(result.rtt_us);
    return good && result.damaged == 0 && result.bad == 0 ? 0 : 1;
}
