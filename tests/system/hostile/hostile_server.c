// SPDX-License-Identifier: BSD-2-Clause
//
// The server's end of every interface that has honest clients: answers calls with anything, and
// does anything to the areas of its sessions. Memory of its own becomes part of them, too: a driver
// finds registers and a network server buffers that are none. It ends after a while, so that its
// clients open their sessions anew.
#include "interfaces.h"
#include "tests/unit/hostile/hostile.h"

#include <l4/system.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <session/memory.h>
#include <stdlib.h>
#include <string.h>

enum { PERIOD_US = 500, STEPS = 20, REPORT_EVERY = 100, LIFE = 400, PAGES = 4, PAGE_BYTES = 4096 };

static struct instance *own;
static struct instance inner;
static const struct trace_interface *interfaces[HOSTILE_LINKS];
static _Alignas(uint64_t) char inner_state[256];
static struct memory memory;
static uint64_t random_state, attacks, calls;

static bool start(struct instance *self)
{
    own = self;
    inner = *self;
    inner.component = &hostile_component;
    inner.state = inner_state;
    random_state = l4_tsc() | 1;
    if (hostile_component.state_bytes > sizeof(inner_state) ||
        !hostile_interfaces(self, interfaces) || !memory_create(self, &memory, PAGES * PAGE_BYTES))
        return false;
    hostile_begin(&inner, interfaces, random_state);
    self->deadline_us = clock_us() + PERIOD_US;
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    unsigned index = (unsigned)(hostile_random(&random_state) % LINK_DATASPACES);
    link_memory_share(self, link, index, &memory, LINK_ACCESS_WRITE, false);
}

static void closed(struct instance *self, unsigned link)
{
    (void)self;
    (void)link;
}

static void event(struct instance *self, uint64_t events)
{
    (void)self;
    (void)events;
}

static uint64_t call(struct instance *self, unsigned link, uint64_t tag, uint64_t words[CALL_WORDS])
{
    (void)self;
    calls++;
    return hostile_component.call(&inner, link, tag, words);
}

static void timer(struct instance *self)
{
    unsigned steps = (unsigned)instance_number(self, "steps", 1, 1000, STEPS);
    uint64_t *words = memory.base;
    for (unsigned i = 0; i < steps; i++) {
        hostile_step(&inner);
        words[hostile_random(&random_state) % (PAGES * PAGE_BYTES / sizeof(*words))] =
            hostile_random(&random_state);
    }
    if (++attacks % REPORT_EVERY == 0)
        log_line(self, "%lu attacks, %lu calls answered", (unsigned long)attacks,
                 (unsigned long)calls);
    if (attacks == LIFE)
        exit(EXIT_FAILURE);
    self->deadline_us = clock_us() + instance_number(self, "period_us", 100, 1000000, PERIOD_US);
}

const struct component hostile_server_component = {
    .name = "hostile_server",
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .timer = timer,
    .call = call,
};
