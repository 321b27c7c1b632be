// SPDX-License-Identifier: BSD-2-Clause
//
// An attack is a number of steps against the session with the network server, and as many requests
// to root and the VM server with anything in them; and first of all an attempt to get out of root's
// sight. The seed is that of the start, so a program that
// is started again does other things. It ends itself now and then, because a session whose rings it
// has broken is of no use to it any more.
#include "tests/unit/hostile/hostile.h"

#include <idl/root.h>
#include <interface/trace.h>
#include <l4/handle.h>
#include <l4/ipc.h>
#include <l4/system.h>
#include <l4/thread.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <stdlib.h>

enum { PERIOD_US = 1000, STEPS = 20, REPORT_EVERY = 50, LIFE = 100, WAIT_US = 10000 };

extern const struct trace_interface dataspace_trace, root_trace, udp_trace;

// The inner component's state and ours; one instance per program.
static struct instance inner;
static _Alignas(uint64_t) char inner_state[256];
static uint64_t random_state, attacks, answers, refusals;

// Root watches us and hears of our faults, and nobody may change that, or stop us, but root.
static void shake_off(struct instance *self)
{
    static const unsigned fields[] = {L4_THREAD_PRIORITY, L4_THREAD_PAGER, L4_THREAD_HANDLER,
                                      L4_THREAD_FPU,      L4_THREAD_WATCH, L4_THREAD_SLICE,
                                      L4_THREAD_DELAY,    L4_THREAD_STOP,  L4_THREAD_STEP};
    enum { FIELDS = sizeof fields / sizeof *fields };
    unsigned refused = 0;
    for (unsigned i = 0; i < FIELDS; i++)
        refused += l4_thread_control(ROOT_SLOT_THREAD, fields[i], 0, 0) == L4_STATUS_RIGHTS;
    // Nor does a copy carry what the original does not.
    l4_handle_copy(0, ROOT_SLOT_THREAD, ROOT_SLOT_FREE, L4_RIGHT_ALL);
    for (unsigned i = 0; i < FIELDS; i++)
        refused += l4_thread_control(ROOT_SLOT_FREE, fields[i], 0, 0) == L4_STATUS_RIGHTS;
    l4_handle_close(0, ROOT_SLOT_FREE);
    log_line(self, "control of its own thread: %u attempts, %u refused", 2u * FIELDS, refused);
}

static bool start(struct instance *self)
{
    inner = *self;
    inner.component = &hostile_component;
    inner.state = inner_state;
    random_state = l4_tsc() | 1;
    if (hostile_component.state_bytes > sizeof(inner_state))
        return false;
    shake_off(self);
    hostile_begin(&inner, &udp_trace, random_state);
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
        if (self->links[0].area)
            hostile_step(&inner);
        ask(ROOT_SLOT_ROOT, &root_trace);
        ask(ROOT_SLOT_VM, &dataspace_trace);
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
