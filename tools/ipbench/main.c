/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ipbench-load HOST PORT [OPTION=VALUE]...: loads an echo server and prints one line in the
 * columns of ipbench: requested, achieved and sent throughput, packet size, minimum, mean,
 * maximum, standard deviation and median of the round trip; with a target, its idle and total
 * cycles behind that. Options:
 *
 *   socktype=udp|tcp  transport                     (udp)
 *   mbps=N, bps=N     payload per second            (10 Mb/s)
 *   size=N            payload of a packet           (1024)
 *   samples=N         round trips                   (20000)
 *   warmup=MS, cooldown=MS                          (1000)
 *   timeout=MS        the longest time without any answer (3000)
 *   target=PORT       port of the CPU target, 0: there is none (0)
 *   verify=1          every byte of the replies is compared
 */
#include "load.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct choice {
    const char *name;
    uint64_t least, most;
    uint64_t value;
};

enum { MBPS, BPS, SIZE, SAMPLES, WARM_UP_MS, COOL_DOWN_MS, TIMEOUT_MS, TARGET, VERIFY, CHOICES };

static struct choice choices[CHOICES] = {
    [MBPS] = {"mbps", 1, 100000, 10},
    [BPS] = {"bps", 64, 100000000000, 0},
    [SIZE] = {"size", 8, 65507, 1024},
    [SAMPLES] = {"samples", 1, 100000000, 20000},
    [WARM_UP_MS] = {"warmup", 0, 3600000, 1000},
    [COOL_DOWN_MS] = {"cooldown", 0, 3600000, 1000},
    [TIMEOUT_MS] = {"timeout", 1, 3600000, 3000},
    [TARGET] = {"target", 0, 65535, 0},
    [VERIFY] = {"verify", 0, 1, 0},
};

static bool choose(const char *name, size_t name_length, const char *value)
{
    for (unsigned i = 0; i < CHOICES; i++) {
        char *end;
        if (strlen(choices[i].name) != name_length ||
            memcmp(choices[i].name, name, name_length) != 0)
            continue;
        uintmax_t number = strtoumax(value, &end, 10);
        choices[i].value = number;
        return *value && !*end && number >= choices[i].least && number <= choices[i].most;
    }
    return false;
}

static bool parse(char **argument, struct load_options *options)
{
    for (; *argument; argument++) {
        const char *value = strchr(*argument, '=');
        if (strcmp(*argument, "socktype=tcp") == 0)
            options->tcp = true;
        else if (strcmp(*argument, "socktype=udp") == 0)
            options->tcp = false;
        else if (!value || !choose(*argument, (size_t)(value - *argument), value + 1)) {
            fprintf(stderr, "ipbench-load: %s: no such option, or no such value\n", *argument);
            return false;
        }
    }
    return true;
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: ipbench-load HOST PORT [socktype=udp|tcp] [mbps=N] [size=N] "
                        "[samples=N] [warmup=MS] "
                        "[cooldown=MS] [timeout=MS] [target=PORT] [verify=1]\n");
        return 2;
    }
    struct load_options options = {.host = arguments[1], .port = (uint16_t)atoi(arguments[2])};
    struct load_result result;
    if (!parse(arguments + 3, &options))
        return 2;
    options.bps = choices[BPS].value ? choices[BPS].value : choices[MBPS].value * 1000000;
    options.size = (uint32_t)choices[SIZE].value;
    options.samples = (uint32_t)choices[SAMPLES].value;
    options.warm_up_ms = (uint32_t)choices[WARM_UP_MS].value;
    options.cool_down_ms = (uint32_t)choices[COOL_DOWN_MS].value;
    options.timeout_ms = (uint32_t)choices[TIMEOUT_MS].value;
    options.verify = choices[VERIFY].value;
    int target =
        choices[TARGET].value ? target_open(options.host, (uint16_t)choices[TARGET].value) : -1;
    if (choices[TARGET].value && (target < 0 || !target_start(target)))
        return 1;
    bool good = load_run(&options, &result);
    if (good)
        load_print(&options, &result);
    if (good && target >= 0)
        good = target_stop(target);
    else if (good)
        printf("\n");
    if (result.damaged || result.late)
        fprintf(stderr, "ipbench-load: %lu replies damaged, %lu late\n",
                (unsigned long)result.damaged, (unsigned long)result.late);
    free(result.rtt_us);
    return good && result.damaged == 0 ? 0 : 1;
}
