// SPDX-License-Identifier: BSD-2-Clause
//
// An attack is a number of steps against the servers it has links to, and as many requests with
// anything in them to root, the VM server and, now and then, the console server. The seed is that
// of the start, so a program that is started again does other things. It ends itself now and then,
// because a session whose rings it has broken is of no use to it any more.
#include "interfaces.h"
#include "shake_off.h"
#include "tests/unit/hostile/hostile.h"

#include <idl/root.h>
#include <l4/ipc.h>
#include <l4/system.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <stdlib.h>

enum {
    PERIOD_US = 1000,
    STEPS = 20,
    REPORT_EVERY = 50,
    LIFE = 100,
    WAIT_US = 10000,
    LOG_EVERY = 200, // it says something itself from time to time, within the same budget
};

extern const struct trace_interface dataspace_trace, log_trace, root_trace;

// The inner component's state and ours; one instance per program.
static struct instance inner;
static const struct trace_interface *interfaces[HOSTILE_LINKS];
static _Alignas(uint64_t) char inner_state[256];
static uint64_t random_state, attacks, answers, refusals;

static bool start(struct instance *self)
{
    inner = *self;
    inner.component = &hostile_component;
    inner.state = inner_state;
    random_state = l4_tsc() | 1;
    if (hostile_component.state_bytes > sizeof(inner_state) ||
        !hostile_interfaces(self, interfaces))
        return false;
    shake_off(self);
    hostile_begin(&inner, interfaces, random_state);
    self->deadline_us = clock_us() + PERIOD_US;
    return true;
}

static void ask(l4_handle_t handle, const struct trace_interface *interface)
{
    struct l4_message message = {0};
    hostile_request(&random_state, interface, &message);
    // No last words, and no word of being stuck: both would be the end of this program.
    uint64_t label = l4_tag_label(message.tag);
    if (label == ROOT_ENDED_LABEL || label == ROOT_STUCK_LABEL)
        return;
    if (l4_call_timeout(handle, &message, WAIT_US) != L4_STATUS_OK)
        return;
    answers++;
    refusals += l4_tag_label(message.tag) != 0;
}

static void timer(struct instance *self)
{
    unsigned steps = (unsigned)instance_number(self, "steps", 1, 1000, STEPS);
    for (unsigned i = 0; i < steps; i++) {
        hostile_step(&inner);
        ask(ROOT_SLOT_ROOT, &root_trace);
        ask(ROOT_SLOT_VM, &dataspace_trace);
        if (hostile_random(&random_state) % LOG_EVERY == 0)
            ask(ROOT_SLOT_CONSOLE, &log_trace);
    }
    if (++attacks % REPORT_EVERY == 0)
        log_line(self, "%lu attacks, %lu answers, %lu of them refusals", (unsigned long)attacks,
                 (unsigned long)answers, (unsigned long)refusals);
    if (attacks == LIFE)
        exit(EXIT_FAILURE);
    self->deadline_us = clock_us() + instance_number(self, "period_us", 100, 1000000, PERIOD_US);
}

static void event(struct instance *self, uint64_t events)
{
    (void)self;
    (void)events;
}

const struct component hostile_client_component = {
    .name = "hostile_client",
    .start = start,
    .event = event,
    .timer = timer,
};
