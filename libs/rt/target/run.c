/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The event loop on the kernel. One system call per turn: it answers what is owed (a call, or an
 * interrupt, which unmasks its line) and waits for what comes next: notifications, interrupts,
 * calls.
 *
 * Labels: a call carries the program's number of the link, an interrupt the instance and its line.
 */
#include "target.h"
#include <idl/root_client.h>
#include <l4/ipc.h>
#include <l4/irq.h>
#include <ring/section.h>
#include <ring/watch.h>
#include <rt/interrupt.h>
#include <rt/log.h>
#include <session/session.h>

enum { LINE_BITS = 8, ANSWER_NOBODY = 0xffff };

/* The table that mkimage wrote. Interrupts are attached before the loop runs, so they cannot ask
   the loop for it. */
extern struct program composition;

bool instance_interrupt_attach(struct instance *self, uint32_t irq, unsigned line)
{
    uint64_t label = (uint64_t)(self - composition.instances) << LINE_BITS | line;
    enum l4_status status = l4_irq_attach(irq, 0, label);
    if (status == L4_STATUS_OK)
        return true;
    log_line(self, "cannot attach to interrupt %u: %s", line, l4_status_text(status));
    return false;
}

static bool root_is_owed; /* an answer, when what is known has been dealt with */
static bool root_asks;    /* whether all is well */

#define EVENTS_OF_ROOT (START_EVENT_CHANGED | START_EVENT_PING | START_EVENT_REPORT)

static void dispatch_report(const struct program *program)
{
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        if (instance->started && instance->component->report)
            instance->component->report(instance);
    }
}

static __attribute__((cold, noinline)) void root_heard(struct program *program, uint64_t events)
{
    root_is_owed = true;
    root_asks = root_asks || events & START_EVENT_PING;
    if (events & START_EVENT_CHANGED)
        sessions_update(program);
    if (events & START_EVENT_PING)
        program_watch(program);
    if (events & START_EVENT_REPORT)
        dispatch_report(program);
}

/* A call that nobody serves gets the answer with the label ANSWER_NOBODY. */
static void dispatch_call(struct program *program, struct l4_message *message)
{
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        uint64_t link = message->label - instance->first_event;
        if (link < instance->link_count && instance->component->call) {
            if (instance->links[link].waiting)
                root_heard(program, START_EVENT_CHANGED); /* the call overtook this news */
            message->tag = instance_call(instance, (unsigned)link, message->tag, message->w);
            return;
        }
    }
    message->tag = L4_TAG(ANSWER_NOBODY, 0, 0);
}

static inline bool turn_interrupt(struct program *program, uint64_t label)
{
    uint64_t number = label >> LINE_BITS;
    struct instance *instance = &program->instances[number];
    return number < program->instance_count && instance->component->irq &&
           program_interrupted(program, instance, label & ((1u << LINE_BITS) - 1));
}

/* What is no link's: root has something to say, or a deadline has come. */
static __attribute__((cold, noinline)) void heard(struct program *program, uint64_t events)
{
    program->pending |= events & ~EVENTS_OF_ROOT;
    if (events & EVENTS_OF_ROOT)
        root_heard(program, events);
}

/* Turns a call into the answer that is owed afterwards. */
static __attribute__((noinline)) void called(struct program *program, struct l4_message *call)
{
    dispatch_call(program, call);
    /* What follows may call others, which would overwrite an answer that stands in the UTCB. */
    if (program->pending)
        l4_reply(call);
}

static void stuck_log(const struct program *program, const struct ring_consumer *ring,
                      uint32_t waiting)
{
    for (unsigned i = 0; i < program->instance_count; i++) {
        const struct instance *instance = &program->instances[i];
        for (unsigned number = 0; number < instance->link_count; number++) {
            const struct link *link = &instance->links[number];
            uintptr_t offset = (uintptr_t)ring->shared - (uintptr_t)link->area;
            if (link->area && offset < link->area_bytes)
                log_line(instance, "%u entries wait in link %s, and nobody takes them", waiting,
                         link->name);
        }
    }
}

/*
 * Tells root that components know of all changes of sessions, so what was behind the old ones may
 * go; and what the watchdog has found, now that all is done that is known.
 */
static __attribute__((cold, noinline)) void root_answer(const struct program *program)
{
    const struct endpoint root = root_endpoint();
    static uint32_t told;
    uint32_t waiting;
    root_is_owed = false;
    if (told != sessions_changes) {
        told = sessions_changes;
        root_seen(&root, told);
    }
    if (!root_asks)
        return;
    root_asks = false;
    const struct ring_consumer *ring = ring_watch_look(&waiting);
    if (ring) {
        stuck_log(program, ring, waiting);
        root_stuck(&root);
    } else {
        root_alive(&root);
    }
}

/* Calls what is due. Inside the section, if the program was linked with one, everything is looked
   at twice. */
static inline uint64_t dispatch_all(struct program *program)
{
    uint64_t deadline;
    bool again = false;
    do {
        deadline = program_dispatch(program);
        if (__builtin_expect(root_is_owed, 0))
            root_answer(program);
        /* What has happened up to here is dealt with. From here to the wait nothing may be
           missed: ring/section.h. */
    } while (!again && (again = ring_section_begin()));
    return deadline;
}

/* A turn. Most messages are notifications and interrupts, of which one word counts: the others need
   not be stored. True: `answer` is owed for a call. */
static inline bool turn(struct program *program, const struct l4_message *message,
                        struct l4_message *answer)
{
    bool owed = false, done = false;
    if (__builtin_expect(message->tag & L4_TAG_NOTIFICATION, 1)) {
        if (__builtin_expect(message->w[0] >> PROGRAM_EVENTS, 0))
            heard(program, message->w[0]);
        else
            done = program_notified(program, message->w[0]);
    } else if (message->tag & L4_TAG_IRQ) {
        done = turn_interrupt(program, message->label);
    } else {
        *answer = *message;
        called(program, answer);
        owed = true;
    }
    if (__builtin_expect(!done || ring_section_begin(), 0))
        ticker_set(dispatch_all(program));
    return owed;
}

/* So that a system without a card says who does nothing for want of it. */
static void waiting_log(const struct program *program)
{
    for (unsigned i = 0; i < program->instance_count; i++) {
        const struct instance *instance = &program->instances[i];
        for (unsigned link = 0; !instance->started && link < instance->link_count; link++)
            if (instance->links[link].waiting && !instance->links[link].server)
                log_line(instance, "waits for its server of %s", instance->links[link].name);
    }
}

_Noreturn void program_run(struct program *program)
{
    struct l4_message answer;
    bool owed = false;
    uint32_t notify = 0;
    program->ticks = true;
    wake_loop_runs();
    root_heard(program, START_EVENT_CHANGED);
    waiting_log(program);
    ticker_set(dispatch_all(program));
    for (;;) {
        struct l4_message message;
        enum l4_status status;
        notify = wake_next(notify);
        if (!ring_section_wait(L4_WAIT_SPEC(L4_FROM_ANY, L4_NEVER), notify, owed ? &answer : NULL,
                               &message, &status)) {
            ticker_set(dispatch_all(program));
            continue;
        }
        notify = 0;
        owed = false;
        if (__builtin_expect(status == L4_STATUS_OK, 1))
            owed = turn(program, &message, &answer);
        else
            ticker_set(dispatch_all(program));
    }
}
