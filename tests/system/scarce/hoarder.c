/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Takes every page that is free, again and again, and gives two back each time, so that whoever
 * starts a program gets some way before it fails. If such attempts lost memory, there would be less
 * to take the next time.
 */
#include <idl/dataspace_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum {
    PAGE_BYTES = 4096,
    STEP_BYTES = DATASPACE_PAGES_AT_ONCE * PAGE_BYTES,
    HOARD_BYTES = 96 << 20,
    LEFT_BYTES = 2 * PAGE_BYTES,
    FIRST_US = 50000,
    TICK_US = 3000,
    TICKS = 150,
};

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

struct hoarder {
    uint64_t dataspace;
    uint64_t taken_bytes; /* after the last tick, with what it then gave back */
    uint64_t most_bytes;
    unsigned ticks;
};

static bool start(struct instance *self)
{
    struct hoarder *hoarder = self->state;
    uint64_t physical;
    self->deadline_us = clock_us() + FIRST_US;
    return dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, HOARD_BYTES, 0,
                            &hoarder->dataspace, &physical) == 0;
}

/* Provides what can be provided behind what is there. */
static void take(struct hoarder *hoarder)
{
    uint64_t step = STEP_BYTES;
    while (step >= PAGE_BYTES)
        if (hoarder->taken_bytes + step <= HOARD_BYTES &&
            dataspace_touch(&vm, hoarder->dataspace, hoarder->taken_bytes, step) == 0)
            hoarder->taken_bytes += step;
        else
            step /= 2;
    if (hoarder->taken_bytes > hoarder->most_bytes)
        hoarder->most_bytes = hoarder->taken_bytes;
}

static void timer(struct instance *self)
{
    struct hoarder *hoarder = self->state;
    uint64_t reclaimed, pinned;
    take(hoarder);
    if (++hoarder->ticks < TICKS) {
        hoarder->taken_bytes -= LEFT_BYTES;
        dataspace_reclaim(&vm, hoarder->dataspace, hoarder->taken_bytes, LEFT_BYTES, &reclaimed,
                          &pinned);
        self->deadline_us = clock_us() + TICK_US;
        return;
    }
    dataspace_delete(&vm, hoarder->dataspace);
    log_line(NULL, "%s - starts that fail lose no memory",
             hoarder->taken_bytes == hoarder->most_bytes ? "ok" : "not ok");
    log_line(NULL, "%s - there was less memory than the image wants",
             hoarder->most_bytes < HOARD_BYTES ? "ok" : "not ok");
    log_line(self, "lets go of %lu bytes", hoarder->most_bytes);
}

const struct component hoarder_component = {
    .name = "hoarder",
    .state_bytes = sizeof(struct hoarder),
    .start = start,
    .timer = timer,
};
