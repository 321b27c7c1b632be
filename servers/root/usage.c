// SPDX-License-Identifier: BSD-2-Clause
#include "usage.h"

#include <l4/l4.h>
#include <rt/log.h>
#include <string.h>

#include "program.h"
#include "vm_client.h"

#define OPTION      "root.report="
#define PERIOD_MOST 1000000 // ms
#define US_PER_MS   1000

static uint64_t period_read_us(const char *command)
{
    const char *option = strstr(command, OPTION);
    uint64_t period = 0;
    if (!option)
        return 0;
    for (const char *digit = option + strlen(OPTION);
         *digit >= '0' && *digit <= '9' && period < PERIOD_MOST; digit++)
        period = period * 10 + (uint64_t)(*digit - '0');
    return period * US_PER_MS;
}

static void program_usage(unsigned number, uint64_t *kernel_bytes)
{
    struct l4_space_info space;
    struct vm_usage memory;
    if (l4_space_info(program_space_slot(number), &space) != L4_STATUS_OK)
        return;
    vm_usage(program_task(number), &memory);
    *kernel_bytes += space.used_bytes;
    log_line(NULL,
             "root: report: %s: kernel memory %lu, threads %lu, handles %lu, memory %lu, "
             "dataspaces %u, attachments %u, pins %u",
             programs[number].image->name, space.used_bytes, space.threads, space.handles_used,
             memory.used_bytes, memory.dataspaces, memory.attachments, memory.pins);
    l4_notify(program_thread_slot(number), START_EVENT_REPORT);
}

void usage_log(void)
{
    struct l4_space_info own;
    struct vm_usage memory;
    uint64_t kernel_bytes = 0;
    for (unsigned i = 0; i < program_count; i++)
        if (programs[i].state == PROGRAM_RUNS)
            program_usage(i, &kernel_bytes);
    l4_space_info(0, &own);
    vm_usage(program_task(PROGRAM_FILES), &memory);
    log_line(NULL, "root: report: root: kernel memory %lu, threads %lu, handles %lu",
             own.used_bytes, own.threads, own.handles_used);
    log_line(NULL, "root: report: all: kernel memory %lu, memory %lu of %lu",
             kernel_bytes + own.used_bytes, memory.total_bytes - vm_free_bytes(),
             memory.total_bytes);
}

uint64_t usage_due(uint64_t now)
{
    static uint64_t period, due;
    if (!due) {
        period = period_read_us(l4_info()->command);
        due = period ? now + period : UINT64_MAX;
    }
    if (due > now)
        return due;
    usage_log();
    due = now + period;
    return due;
}
