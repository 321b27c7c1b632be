/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The client. In even sessions it closes after a few balls; in odd ones it goes on until the server
 * closes. Each session has the same memory shared with it, in which its number stands.
 */
#include <idl/dataspace_client.h>
#include <idl/pingpong_session.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/log.h>
#include <session/memory.h>
#include <session/session.h>

enum { SESSIONS = 200, SETTLED = 20, OWN_BALLS = 3, TICK_US = 100, GIVE_UP_US = 20000000 };

struct caller {
    struct pingpong_client end;
    struct memory memory;
    bool open;
    uint32_t generation;
    uint64_t sessions, thrown, returned;
    uint64_t closed_by_server, wrong_balls, wrong_generations, unseen_memory, refused;
    uint64_t free_before, free_after;
};

static uint64_t free_bytes(void)
{
    const struct endpoint vm = {.handle = ROOT_SLOT_VM};
    uint64_t limit = 0, used = 0, left = 0;
    return dataspace_limits(&vm, &limit, &used, &left) == 0 ? left : 0;
}

static bool start(struct instance *self)
{
    struct caller *caller = self->state;
    self->deadline_us = clock_us() + TICK_US;
    return memory_create(self, &caller->memory, 2 * MEMORY_PAGE_BYTES);
}

static void ball_throw(struct caller *caller, const struct link *link)
{
    const struct pingpong_ball ball = {.round = caller->sessions << 32 | caller->thrown};
    pingpong_forth_put(&caller->end, &ball);
    pingpong_forth_publish(&caller->end);
    pingpong_forth_notify(&caller->end, &link->wake);
    caller->thrown++;
}

static void opened(struct instance *self, unsigned number)
{
    struct caller *caller = self->state;
    const struct link *link = &self->links[number];
    pingpong_client_start(&caller->end, link->area);
    caller->wrong_generations += link->generation == caller->generation;
    caller->generation = link->generation;
    caller->sessions++;
    caller->thrown = caller->returned = 0;
    caller->open = true;
    *(uint64_t *)caller->memory.base = caller->sessions;
    if (!link_memory_share(self, number, 0, &caller->memory, LINK_ACCESS_READ, false))
        caller->refused++;
    if (caller->sessions == SETTLED)
        caller->free_before = free_bytes();
    if (caller->sessions == SESSIONS)
        caller->free_after = free_bytes();
    ball_throw(caller, link);
}

/* The other end has closed: again. */
static void closed(struct instance *self, unsigned link)
{
    struct caller *caller = self->state;
    caller->open = false;
    caller->closed_by_server++;
    if (caller->sessions < SESSIONS && !session_open(self, link))
        caller->refused++;
}

static void event(struct instance *self, uint64_t events)
{
    struct caller *caller = self->state;
    struct pingpong_ball ball;
    (void)events;
    while (caller->open && pingpong_back_available(&caller->end, 1)) {
        pingpong_back_get(&caller->end, &ball);
        pingpong_back_release(&caller->end);
        caller->wrong_balls += ball.round != (caller->sessions << 32 | caller->returned);
        caller->returned++;
        /* The first may have overtaken the news. */
        caller->unseen_memory += caller->returned > 1 && ball.cookie != caller->sessions;
        if (caller->returned < OWN_BALLS || caller->sessions % 2) {
            ball_throw(caller, &self->links[0]);
            continue;
        }
        if (caller->sessions == SESSIONS)
            return;
        caller->open = false;
        if (!session_close(self, 0) || self->links[0].area || !session_open(self, 0))
            caller->refused++;
    }
    if (caller->open && !pingpong_back_arm(&caller->end))
        self->program->pending |= self->events;
}

static void claim(bool good, const char *text)
{
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static void timer(struct instance *self)
{
    const struct caller *caller = self->state;
    bool done = caller->sessions == SESSIONS && caller->returned > 1;
    if (!done && clock_us() < GIVE_UP_US) {
        self->deadline_us = clock_us() + TICK_US;
        return;
    }
    log_line(self, "%lu sessions", (unsigned long)caller->sessions);
    claim(done, "a session opens as often as it is closed, by either end");
    claim(caller->closed_by_server >= SESSIONS / 2 - 1, "a client sees that its server has closed");
    claim(caller->refused == 0, "nothing of that is refused");
    claim(caller->wrong_generations == 0, "each session has another generation");
    claim(caller->wrong_balls == 0, "no ball of an old session turns up in a new one");
    claim(caller->unseen_memory == 0, "memory shared with a session is seen by the other end");
    claim(caller->free_after == caller->free_before, "what sessions had is free again");
    log_line(NULL, "1..7");
    log_line(self, "done");
}

const struct component caller_component = {
    .name = "caller",
    .state_bytes = sizeof(struct caller),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .timer = timer,
};
