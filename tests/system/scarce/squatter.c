/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Attaches a dataspace of its own as often as it may, so that no session can be opened with it;
 * after a while it takes itself back.
 */
#include <idl/dataspace_client.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>

enum { PAGE_BYTES = 4096, MOST = 4096, FULL_US = 800000, TICK_US = 300, TICKS = 8000 };

static const struct endpoint vm = {.handle = ROOT_SLOT_VM};

struct squatter {
    unsigned ticks, count;
    uint64_t dataspace;
    uint64_t addresses[MOST];
};

static bool start(struct instance *self)
{
    struct squatter *squatter = self->state;
    uint64_t physical;
    self->deadline_us = clock_us() + FULL_US;
    return dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, PAGE_BYTES, 0,
                            &squatter->dataspace, &physical) == 0;
}

static void timer(struct instance *self)
{
    struct squatter *squatter = self->state;
    if (squatter->ticks++ == TICKS) {
        while (squatter->count > 0)
            dataspace_detach(&vm, squatter->addresses[--squatter->count]);
        return;
    }
    /* Also the place that the area of the session before had. */
    while (squatter->count < MOST &&
           dataspace_attach(&vm, squatter->dataspace, 0, PAGE_BYTES, 0, DATASPACE_READ,
                            &squatter->addresses[squatter->count]) == 0)
        squatter->count++;
    self->deadline_us = clock_us() + TICK_US;
}

const struct component squatter_component = {
    .name = "squatter",
    .state_bytes = sizeof(struct squatter),
    .start = start,
    .timer = timer,
};
