/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Asks the VM server for what takes it longest, again and again, whenever nobody else has work.
 */
#include <idl/dataspace_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum {
    PAGE_BYTES = 4096,
    STEP_BYTES = DATASPACE_PAGES_AT_ONCE * PAGE_BYTES,
    BYTES = 96 * STEP_BYTES,
    BEGIN_US = 30000
};

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

struct busy {
    uint64_t dataspace;
    uint64_t way;
};

static bool start(struct instance *self)
{
    struct busy *busy = self->state;
    uint64_t physical;
    busy->way = instance_number(self, "way", 0, 2, 0);
    self->deadline_us = clock_us() + BEGIN_US;
    return dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, BYTES, 0, &busy->dataspace,
                            &physical) == 0;
}

/* All at once, and step by step. The pages that were dealt with. */
static uint64_t round_of(struct busy *busy)
{
    uint64_t done = 0, all = 0, pinned = 0, dataspace = 0, physical = 0;
    dataspace_touch(&vm, busy->dataspace, 0, BYTES);
    dataspace_move(&vm, busy->dataspace, 0, BYTES, &done, &pinned);
    for (uint64_t at = 0; at < BYTES; at += STEP_BYTES) {
        dataspace_touch(&vm, busy->dataspace, at, STEP_BYTES);
        if (busy->way == 0)
            dataspace_reclaim(&vm, busy->dataspace, at, STEP_BYTES, &done, &pinned);
        else if (busy->way == 1)
            dataspace_move(&vm, busy->dataspace, at, STEP_BYTES, &done, &pinned);
        all += done;
    }
    if (busy->way != 2)
        return all;
    if (dataspace_create(&vm, DATASPACE_MEMORY_KIND_CONTIGUOUS, BYTES, STEP_BYTES, &dataspace,
                         &physical) == 0)
        dataspace_delete(&vm, dataspace);
    dataspace_delete(&vm, busy->dataspace);
    dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, BYTES, 0, &busy->dataspace, &physical);
    return all + BYTES / PAGE_BYTES;
}

static void timer(struct instance *self)
{
    struct busy *busy = self->state;
    for (uint64_t rounds = 1, pages = 0;; rounds++) {
        pages += round_of(busy);
        if (rounds % 4 == 0)
            log_line(self, "%lu rounds, %lu pages", rounds, pages);
    }
}

const struct component busy_component = {
    .name = "busy",
    .state_bytes = sizeof(struct busy),
    .start = start,
    .timer = timer,
};
