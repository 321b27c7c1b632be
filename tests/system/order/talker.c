/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Writes numbered lines: one, and from time to time several at once.
 */
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum { PERIOD_US = 1000, MANY_EVERY = 16, MANY = 5 };

struct talker {
    uint64_t number, periods;
};

static void timer(struct instance *self)
{
    struct talker *talker = self->state;
    unsigned count = ++talker->periods % MANY_EVERY ? 1 : MANY;
    while (count-- > 0)
        log_line(self, "line %lu.", (unsigned long)talker->number++);
    self->deadline_us = clock_us() + instance_number(self, "period_us", 1, 1000000, PERIOD_US);
}

static bool start(struct instance *self)
{
    self->deadline_us = clock_us() + 1;
    return true;
}

const struct component talker_component = {
    .name = "talker",
    .state_bytes = sizeof(struct talker),
    .start = start,
    .timer = timer,
};
