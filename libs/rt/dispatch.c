/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The part of the event loop that needs no kernel: which instance runs next.
 */
#include <rt/clock.h>
#include <rt/log.h>
#include <rt/loop.h>
#include <session/session.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_EVENT_MASK ((UINT64_C(1) << PROGRAM_EVENTS) - 1)

enum {
    ROUNDS_MOST = 256, /* before the loop looks for messages */
};

static void event_nothing(struct instance *self, uint64_t events)
{
    (void)self;
    (void)events;
}

static bool sleep_nothing(struct instance *self)
{
    (void)self;
    return false;
}

/* The memory of an instance: its state, and the links' places in the pending word. */
static bool instance_prepare(struct program *program, struct instance *instance, unsigned *events)
{
    instance->program = program;
    instance->event = event_nothing;
    instance->sleep = sleep_nothing;
    instance->awake = UINT64_C(1) << (instance - program->instances);
    instance->first_event = *events;
    instance->events = ((UINT64_C(1) << instance->link_count) - 1) << *events;
    for (unsigned i = 0; i < instance->link_count && *events + i < PROGRAM_EVENTS; i++)
        program->owners[*events + i] = instance;
    *events += instance->link_count;
    if (instance->component->timer && program->timed_count < PROGRAM_INSTANCES)
        program->timed[program->timed_count++] = instance;
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
        if (instance->component->event)
            instance->event = instance->component->event;
        if (instance->component->sleep)
            instance->sleep = instance->component->sleep;
        instance_ran(instance);
        for (unsigned link = 0; instance->component->opened && link < instance->link_count; link++)
            if (!instance->links[link].waiting) {
                instance->component->opened(instance, link);
                program->pending |= UINT64_C(1) << (instance->first_event + link);
            }
    }
    return true;
}

bool program_start(struct program *program)
{
    unsigned events = 0;
    program->timed_count = 0;
    if (program->instance_count > PROGRAM_INSTANCES) {
        log_line(NULL, "more than %d components in program %s", PROGRAM_INSTANCES, program->name);
        return false;
    }
    for (unsigned i = 0; i < program->instance_count; i++)
        if (!instance_prepare(program, &program->instances[i], &events))
            return false;
    for (unsigned i = 0; i < program->join_count; i++)
        if (!session_join(program, &program->joins[i]))
            return false;
    return program_start_ready(program);
}

/* All bits at once: those that are set meanwhile lead to another round. Bits lie in the order of
   the table. */
static inline void dispatch_bits(struct program *program, uint64_t bits)
{
    program->pending &= ~bits;
    while (bits) {
        struct instance *instance = program->owners[__builtin_ctzll(bits)];
        uint64_t own = bits & instance->events;
        bits &= ~own;
        program->awake |= instance->awake;
        instance->event(instance, own >> instance->first_event);
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
        instance_ran(instance);
        instance->component->timer(instance);
    }
}

static __attribute__((noinline)) void dispatch_rare(struct program *program)
{
    if (program->pending & EVENT_LINKS)
        sessions_tell(program);
    if (program->pending & EVENT_TIMER)
        timers_run(program);
}

static uint64_t deadline_earliest(const struct program *program)
{
    uint64_t earliest = UINT64_MAX; /* as 0 - 1 */
    for (unsigned i = 0; i < program->timed_count; i++) {
        struct instance *instance = program->timed[i];
        instance->deadline_known_us = instance->deadline_us;
        if (instance->deadline_us - 1 < earliest)
            earliest = instance->deadline_us - 1;
    }
    return earliest + 1;
}

/* Only instances that have run can have work that nobody will wake them for. */
static inline bool dispatch_sleep(struct program *program)
{
    uint64_t awake = program->awake;
    program->awake = 0;
    for (; awake; awake &= awake - 1) {
        struct instance *instance = &program->instances[__builtin_ctzll(awake)];
        if (instance->sleep(instance)) {
            program->awake |= instance->awake;
            instance->event(instance, 0);
        }
    }
    return program->awake != 0;
}

void program_watch(struct program *program)
{
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (!instance->started || !instance->component->watch)
            continue;
        instance_ran(instance);
        instance->component->watch(instance);
    }
}

/* Without the loop around it nobody notes who is called from outside, nor what is late; root does
   not ask, either. */
static __attribute__((noinline)) void look_around(struct program *program)
{
    timers_run(program);
    program_watch(program);
    program->awake = ~UINT64_C(0) >> (64 - program->instance_count);
}

/*
 * Work may come as fast as it is done, and then it never ends. So from time to time the loop
 * is to receive what else has arrived, first of all root's question whether we live.
 */
uint64_t program_dispatch(struct program *program)
{
    unsigned rounds = ROUNDS_MOST;
    do {
        uint64_t pending = program->pending;
        if (pending) {
            dispatch_bits(program, pending & PROGRAM_EVENT_MASK);
            if (program->pending & ~PROGRAM_EVENT_MASK)
                dispatch_rare(program);
        }
        if (!program->ticks)
            look_around(program);
    } while ((program->pending || dispatch_sleep(program) || program->pending) &&
             (--rounds || !machine_turn_again()));
    return deadline_earliest(program);
}

/* One instance has run, and perhaps others because of it. */
static inline bool turn_end(struct program *program, struct instance *instance)
{
    if (__builtin_expect((program->pending | program->awake) != 0, 0)) {
        program->awake |= instance->awake;
        return false;
    }
    if (__builtin_expect(instance->sleep(instance), 0)) {
        program->awake |= instance->awake;
        instance->event(instance, 0);
        return false;
    }
    return instance->deadline_us == instance->deadline_known_us && !program->pending;
}

bool program_notified(struct program *program, uint64_t events)
{
    struct instance *instance = program->owners[__builtin_ctzll(events)];
    if (__builtin_expect((events & ~instance->events) != 0, 0)) {
        program->pending |= events;
        return false;
    }
    instance->event(instance, events >> instance->first_event);
    return turn_end(program, instance);
}

bool program_interrupted(struct program *program, struct instance *instance, unsigned line)
{
    instance->component->irq(instance, line);
    return turn_end(program, instance);
}
