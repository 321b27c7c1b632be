/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The part of the event loop that needs no kernel: which instance runs next.
 */
#include <rt/clock.h>
#include <rt/log.h>
#include <rt/loop.h>
#include <stdlib.h>

bool program_start(struct program *program)
{
    unsigned events = 0;
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        instance->first_event = events;
        events += instance->link_count;
        if (events > 64) {
            log_line(instance, "more than 64 links in program %s", program->name);
            return false;
        }
        size_t bytes = instance->component->state_bytes;
        if (bytes && !(instance->state = calloc(1, bytes))) {
            log_line(instance, "no memory for %zu bytes of state", bytes);
            return false;
        }
    }
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (instance->component->start && !instance->component->start(instance))
            return false;
    }
    return true;
}

static uint64_t event_mask(const struct instance *instance)
{
    unsigned count = instance->link_count;
    uint64_t bits = count == 0 ? 0 : ~UINT64_C(0) >> (64 - count);
    return count == 0 ? 0 : bits << instance->first_event;
}

static void dispatch_pending(struct program *program)
{
    while (program->pending) {
        for (unsigned i = 0; i < program->instance_count; i++) {
            struct instance *instance = &program->instances[i];
            uint64_t bits = program->pending & event_mask(instance);
            if (!bits)
                continue;
            program->pending &= ~bits;
            instance->component->event(instance, bits >> instance->first_event);
        }
    }
}

static uint64_t dispatch_timers(struct program *program)
{
    uint64_t earliest = 0, now = 0;
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (instance->deadline_us == 0)
            continue;
        if (now == 0)
            now = clock_us();
        if (instance->deadline_us <= now) {
            instance->deadline_us = 0;
            instance->component->timer(instance);
        }
        if (instance->deadline_us && (earliest == 0 || instance->deadline_us < earliest))
            earliest = instance->deadline_us;
    }
    return earliest;
}

static bool dispatch_sleep(struct program *program)
{
    bool busy = false;
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (instance->component->sleep && instance->component->sleep(instance)) {
            instance->component->event(instance, 0);
            busy = true;
        }
    }
    return busy;
}

uint64_t program_dispatch(struct program *program)
{
    uint64_t earliest;
    do {
        dispatch_pending(program);
        earliest = dispatch_timers(program);
    } while (program->pending || dispatch_sleep(program) || program->pending);
    return earliest;
}
