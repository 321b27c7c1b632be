/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <inttypes.h>

static double window_ns(const struct load_result *result)
{
    return (double)(result->after.time_ns - result->before.time_ns);
}

static double achieved_mbps(const struct load_result *result)
{
    return (double)result->echoed_bytes * 8 * 1000 / window_ns(result);
}

static double cpu_percent(const struct load_result *result)
{
    return 100.0 * (double)(result->after.busy_ns - result->before.busy_ns) / window_ns(result);
}

/* Writes ",value" or, if there is none, the comma alone. */
static void column_put(FILE *file, bool present, int digits, double value)
{
    fputc(',', file);
    if (present) {
        fprintf(file, "%.*f", digits, value);
    }
}

/* Per echo in the window. */
static void column_put_each(FILE *file, const struct load_result *result, bool present, int digits,
                            uint64_t before, uint64_t after)
{
    present = present && result->echoes != 0;
    column_put(file, present, digits,
               present ? (double)(after - before) / (double)result->echoes : 0);
}

void report_header(FILE *file)
{
    fputs("system,image,nic,holdoff_us,payload_bytes,offered_mbps,offered_kpps,achieved_mbps,cpu,"
          "insns_per_echo,lat_us_min,lat_us_median,lat_us_p99,lat_us_max,sent,received,lost,bad,"
          "mmio_per_echo,irqs_per_echo\n",
          file);
}

void report_line(FILE *file, const struct report_labels *labels, const struct load_result *result)
{
    const struct load_sample *before = &result->before, *after = &result->after;
    const struct payload_mix *mix = &result->config->schedule.mix;

    fprintf(file, "%s,%s,%s,%s,%.6g,%.2f,%.3f,%.2f", labels->system, labels->image, labels->nic,
            labels->holdoff_us, mix_mean_bytes(mix), offered_mbps(result->offered, mix),
            offered_kpps(result->offered, mix), achieved_mbps(result));
    column_put(file, after->has_cpu, 2, cpu_percent(result));
    column_put_each(file, result, after->has_cpu, 1, before->instructions, after->instructions);
    column_put(file, result->has_latency, 3, (double)result->latency_min_ns / 1000);
    column_put(file, result->has_latency, 3, (double)result->latency_median_ns / 1000);
    column_put(file, result->has_latency, 3, (double)result->latency_p99_ns / 1000);
    column_put(file, result->has_latency, 3, (double)result->latency_max_ns / 1000);
    fprintf(file, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, result->sent, result->received,
            result->lost, result->bad);
    column_put_each(file, result, after->has_nic, 3, before->mmio, after->mmio);
    column_put_each(file, result, after->has_nic, 3, before->interrupts, after->interrupts);
    fputc('\n', file);
}

void report_progress(FILE *file, const struct load_result *result)
{
    const struct payload_mix *mix = &result->config->schedule.mix;

    fprintf(file, "udpload: offered %.1f Mb/s (%.1f kpps), echoed %.1f Mb/s",
            offered_mbps(result->offered, mix), offered_kpps(result->offered, mix),
            achieved_mbps(result));
    if (result->after.has_cpu) {
        fprintf(file, ", CPU %.1f %%", cpu_percent(result));
    }
    if (result->after.has_cpu && result->echoes != 0) {
        fprintf(file, ", %.0f instructions an echo",
                (double)(result->after.instructions - result->before.instructions) /
                    (double)result->echoes);
    }
    if (result->has_latency) {
        fprintf(file, ", latency %.1f us (99 %%: %.1f)", (double)result->latency_median_ns / 1000,
                (double)result->latency_p99_ns / 1000);
    }
    fprintf(file, ", lost %" PRIu64 " of %" PRIu64, result->lost, result->sent);
    if (result->noise != 0) {
        fprintf(file, ", %" PRIu64 " hostile frames", result->noise);
    }
    if (result->stale != 0) {
        fprintf(file, ", %" PRIu64 " late from the load before", result->stale);
    }
    for (int fault = 0; fault < REPLY_FAULTS; fault++) {
        if (result->faults[fault] != 0) {
            fprintf(file, ", bad %s: %" PRIu64, reply_fault_name((enum reply_fault)fault),
                    result->faults[fault]);
        }
    }
    fputc('\n', file);
}
