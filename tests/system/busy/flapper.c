/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Closes and opens its session, or shows its server memory and takes it back, whenever nobody else
 * has work.
 */
#include <idl/root_client.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/endpoint.h>
#include <rt/log.h>
#include <session/memory.h>
#include <session/session.h>

enum { BYTES = 24 << 20, BEGIN_US = 30000, DATASPACES = 8, REPORT_EVERY = 50, PAUSE_US = 1 };

static const struct endpoint root = {.handle = ROOT_SLOT_ROOT};

struct flapper {
    struct memory memory;
    uint64_t way, rounds, refused;
};

static bool start(struct instance *self)
{
    struct flapper *flapper = self->state;
    flapper->way = instance_number(self, "way", 0, 2, 0);
    self->deadline_us = clock_us() + BEGIN_US;
    return memory_create(self, &flapper->memory, BYTES);
}

static void timer(struct instance *self)
{
    struct flapper *flapper = self->state;
    if (flapper->way != 1)
        flapper->refused += !session_close(self, 0);
    if (flapper->way != 1)
        flapper->refused += !session_open(self, 0);
    for (unsigned i = 0; flapper->way != 2 && i < DATASPACES; i++)
        flapper->refused +=
            root_dataspace_add(&root, self->first_event, i, flapper->memory.dataspace,
                               ROOT_ACCESS_WRITE, false) != 0;
    for (unsigned i = 0; flapper->way == 1 && i < DATASPACES; i++)
        flapper->refused += root_dataspace_remove(&root, self->first_event, i) != 0;
    if (++flapper->rounds % REPORT_EVERY == 0)
        log_line(self, "%lu rounds, %lu refused", flapper->rounds, flapper->refused);
    self->deadline_us = clock_us() + PAUSE_US;
}

const struct component flapper_component = {
    .name = "flapper",
    .state_bytes = sizeof(struct flapper),
    .start = start,
    .timer = timer,
};
