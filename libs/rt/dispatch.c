/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The part of the event loop that needs no kernel: which instance runs next.
 */
#include <rt/clock.h>
#include <rt/log.h>
#include <rt/loop.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_EVENT_MASK ((UINT64_C(1) << PROGRAM_EVENTS) - 1)

enum {
    PROGRAM_EVENTS = 61, /* the upper bits of the pending word are EVENT_TIMER and root's */
    AREA_ALIGNMENT = 4096,
};

/* The memory of an instance: its state, and the links' places in the pending word. */
static bool instance_prepare(struct program *program, struct instance *instance, unsigned *events)
{
    instance->first_event = *events;
    *events += instance->link_count;
    if (*events > PROGRAM_EVENTS) {
        log_line(instance, "more than %d links in program %s", PROGRAM_EVENTS, program->name);
        return false;
    }
    size_t bytes = instance->component->state_bytes;
    if (bytes && !(instance->state = calloc(1, bytes))) {
        log_line(instance, "no memory for %zu bytes of state", bytes);
        return false;
    }
    return true;
}

static void join_end(struct program *program, struct link *end, struct instance *peer,
                     unsigned peer_link, void *area, size_t area_bytes)
{
    end->area = area;
    end->area_bytes = area_bytes;
    end->generation = 1;
    end->waiting = false;
    end->local_peer = peer;
    end->local_peer_link = peer_link;
    end->wake = (struct ring_wake){.local_pending = &program->pending,
                                   .bits = UINT64_C(1) << (peer->first_event + peer_link)};
}

static bool join_open(struct program *program, const struct program_join *join)
{
    struct instance *client = &program->instances[join->client];
    struct instance *server = &program->instances[join->server];
    size_t bytes = (join->area_bytes + AREA_ALIGNMENT - 1) & ~(size_t)(AREA_ALIGNMENT - 1);
    void *area = bytes ? aligned_alloc(AREA_ALIGNMENT, bytes) : NULL;
    if (bytes && !area) {
        log_line(client, "no memory for %zu bytes of link %s", bytes,
                 client->links[join->client_link].name);
        return false;
    }
    if (area)
        memset(area, 0, bytes);
    join_end(program, &client->links[join->client_link], server, join->server_link, area, bytes);
    join_end(program, &server->links[join->server_link], client, join->client_link, area, bytes);
    server->links[join->server_link].server = true;
    return true;
}

/* All its links to servers are open, and servers in this program have started. */
static bool instance_is_ready(const struct instance *instance)
{
    for (unsigned i = 0; i < instance->link_count; i++) {
        const struct link *link = &instance->links[i];
        if (link->server)
            continue;
        if (link->waiting || (link->local_peer && !link->local_peer->started))
            return false;
    }
    return true;
}

bool program_start_ready(struct program *program)
{
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (instance->started || !instance_is_ready(instance))
            continue;
        if (instance->component->start && !instance->component->start(instance))
            return false;
        instance->started = true;
        for (unsigned link = 0; instance->component->opened && link < instance->link_count; link++)
            if (!instance->links[link].waiting)
                instance->component->opened(instance, link);
    }
    return true;
}

bool program_start(struct program *program)
{
    unsigned events = 0;
    for (unsigned i = 0; i < program->instance_count; i++)
        if (!instance_prepare(program, &program->instances[i], &events))
            return false;
    for (unsigned i = 0; i < program->join_count; i++)
        if (!join_open(program, &program->joins[i]))
            return false;
    return program_start_ready(program);
}

static uint64_t event_mask(const struct instance *instance)
{
    unsigned count = instance->link_count;
    return ((UINT64_C(1) << count) - 1) << instance->first_event;
}

static void dispatch_pending(struct program *program)
{
    while (program->pending & PROGRAM_EVENT_MASK) {
        for (unsigned i = 0; i < program->instance_count; i++) {
            struct instance *instance = &program->instances[i];
            uint64_t bits = program->pending & event_mask(instance);
            if (!bits)
                continue;
            program->pending &= ~bits;
            if (!instance->started)
                continue;
            if (instance->component->event)
                instance->component->event(instance, bits >> instance->first_event);
        }
    }
}

static void timers_run(struct program *program)
{
    uint64_t now = clock_us();
    program->pending &= ~EVENT_TIMER;
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (instance->deadline_us == 0 || instance->deadline_us > now)
            continue;
        instance->deadline_us = 0;
        instance->component->timer(instance);
    }
}

static uint64_t deadline_earliest(const struct program *program)
{
    uint64_t earliest = UINT64_MAX; /* as 0 - 1 */
    for (unsigned i = 0; i < program->instance_count; i++) {
        uint64_t deadline = program->instances[i].deadline_us - 1;
        if (deadline < earliest)
            earliest = deadline;
    }
    return earliest + 1;
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
    do {
        dispatch_pending(program);
        if (!program->ticks || program->pending & EVENT_TIMER)
            timers_run(program);
    } while (program->pending || dispatch_sleep(program) || program->pending);
    return deadline_earliest(program);
}
