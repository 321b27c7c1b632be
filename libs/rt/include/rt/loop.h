/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The event loop of a program: one thread, one wait, all component instances.
 *
 * The program's pending word holds the event bits of all its instances. Notifications from other
 * programs and local wake-ups both end in it. Dispatching takes an instance's bits out before
 * calling it, so that bits set meanwhile lead to another call. Instances are called in the order of
 * the table, round after round, until no bit is left: a batch passes through all of them before the
 * first is asked for more. Then the thread waits, acknowledging an interrupt or answering a call in
 * the same system call.
 */
#ifndef RT_LOOP_H
#define RT_LOOP_H

#include <rt/component.h>

/* Bits of the pending word that belong to no link. Root has the upper notification bits,
   rt/start.h, which do not get into the pending word; one of them is used for this. */
#define EVENT_TIMER (UINT64_C(1) << 61) /* a deadline has come */
#define EVENT_LINKS (UINT64_C(1) << 62) /* a link inside the program was closed or opened */

/* A link between two instances of one program. */
struct program_join {
    unsigned client,
        client_link; /* numbers of the instance in the program, of the link in the instance */
    unsigned server, server_link;
    size_t area_bytes;
};

struct trace_interface;

/* In a program whose calls are written to the log (`trace` in an image file; rt/tracer.h). */
struct program_tracer {
    uint64_t (*call)(const struct program_tracer *tracer, struct instance *instance, unsigned link,
                     uint64_t tag, uint64_t words[CALL_WORDS]);
    const struct trace_interface *const *interfaces; /* of all links, by their events */
};

enum {
    PROGRAM_INSTANCES = 32,
    PROGRAM_EVENTS = 60, /* the upper bits of the pending word are the two above and root's */
};

struct program {
    const char *name;
    struct instance *instances; /* with at most 60 links in total; servers before their clients */
    unsigned instance_count;
    const struct program_join *joins;
    unsigned join_count;
    const struct program_tracer *tracer; /* or null */
    volatile uint64_t pending;
    struct instance *owners[PROGRAM_EVENTS]; /* of the bits of the pending word */
    uint64_t awake;                          /* instances that have run since their last `sleep` */
    struct instance *timed[PROGRAM_INSTANCES]; /* those with timers */
    unsigned timed_count;
    bool ticks; /* EVENT_TIMER says when deadlines have come; else each turn reads the clock */
};

/* Allocates states, makes the areas of the joins, and starts what can be started. False if
   something would not start, after a log line. */
bool program_start(struct program *program);

/* Starts the instances whose links have opened meanwhile; as above. */
bool program_start_ready(struct program *program);

/* Notes that an entry point of the instance is called from outside program_dispatch. */
static inline void instance_ran(struct instance *instance)
{
    if (instance->program)
        instance->program->awake |= instance->awake;
}

/* Has a component serve a call that has come by one of its links. */
static inline uint64_t instance_call(struct instance *instance, unsigned link, uint64_t tag,
                                     uint64_t words[CALL_WORDS])
{
    const struct program_tracer *tracer = instance->program ? instance->program->tracer : NULL;
    instance_ran(instance);
    if (tracer)
        return tracer->call(tracer, instance, link, tag, words);
    return instance->component->call(instance, link, tag, words);
}

/* Runs everything that is due now: expired deadlines, pending events, sleep hooks. Returns the
 * earliest deadline, or 0. */
uint64_t program_dispatch(struct program *program);

/*
 * The usual turn, of which most of the time one instance is what runs: calls it and lets it sleep.
 * False if there is more to do: then program_dispatch is to be called. `events` are bits of links
 * and not 0; `line` is one that the component has attached.
 */
bool program_notified(struct program *program, uint64_t events);
bool program_interrupted(struct program *program, struct instance *instance, unsigned line);

/* Has all instances look whether all is well. */
void program_watch(struct program *program);

/* The loop itself: dispatch, wait, for ever. Not on the host, where tests call program_dispatch. */
_Noreturn void program_run(struct program *program);

#endif
