/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A server that pins pages of its client's dataspace 0 as soon as it sees their translations, and
 * never lets go.
 */
#include <rt/clock.h>
#include <rt/component.h>

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    volatile uint32_t *marks = self->links[0].dataspaces[0].pins;
    uint64_t pages = instance_number(self, "pages", 0, 16, 0);
    uint32_t last_us = (uint32_t)instance_number(self, "last_us", 0, 100000000, 0);
    if (!marks)
        return;
    for (uint64_t i = 0; i < pages; i++)
        marks[i] = last_us ? (uint32_t)clock_us() + last_us : 1;
}

const struct component pinner_component = {.name = "pinner", .event = event};
