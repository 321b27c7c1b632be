/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A client of servers that die. Every few milliseconds it throws a ball to each that is there; a
 * ball that was under way when its server died is lost, all others must come back. Prints TAP lines
 * when every server has died often enough and plays again.
 */
#include <idl/dataspace_client.h>
#include <idl/pingpong_session.h>
#include <idl/root.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum {
    SERVERS = 5,
    TICK_US = 5000,
    SETTLED = 20, /* balls that must have come back in a row before a server counts as well */
    GIVE_UP_US = 60000000,
};

struct server {
    struct pingpong_client end;
    bool open;
    unsigned deaths;
    uint64_t thrown;   /* in this session */
    uint64_t returned; /* in this session */
};

struct steady {
    struct server servers[SERVERS];
    uint64_t deaths; /* that each of them is to die */
    uint64_t free_at_start;
    uint64_t wrong; /* balls that were not the next one thrown */
    bool done;
};

static uint64_t free_bytes(void)
{
    const struct endpoint vm = {.handle = ROOT_SLOT_VM};
    uint64_t limit = 0, used = 0, left = 0;
    return dataspace_limits(&vm, &limit, &used, &left) == 0 ? left : 0;
}

static bool start(struct instance *self)
{
    struct steady *steady = self->state;
    steady->deaths = instance_number(self, "deaths", 0, 1000, 3);
    self->deadline_us = clock_us() + TICK_US;
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    struct steady *steady = self->state;
    struct server *server = &steady->servers[link];
    pingpong_client_start(&server->end, self->links[link].area);
    server->thrown = server->returned = 0;
    server->open = true;
}

static void closed(struct instance *self, unsigned link)
{
    struct steady *steady = self->state;
    steady->servers[link].open = false;
    steady->servers[link].deaths++;
}

static void balls_catch(struct steady *steady, struct server *server)
{
    struct pingpong_ball ball;
    do {
        while (pingpong_back_available(&server->end, 1)) {
            pingpong_back_get(&server->end, &ball);
            pingpong_back_release(&server->end);
            steady->wrong += ball.round != server->returned;
            server->returned++;
        }
    } while (!pingpong_back_arm(&server->end));
}

static void event(struct instance *self, uint64_t events)
{
    struct steady *steady = self->state;
    for (unsigned i = 0; i < SERVERS; i++)
        if ((events >> i & 1) && steady->servers[i].open)
            balls_catch(steady, &steady->servers[i]);
}

static void ball_throw(struct server *server, const struct link *link)
{
    const struct pingpong_ball ball = {.round = server->thrown, .cookie = ~server->thrown};
    if (!pingpong_forth_room(&server->end, 1))
        return;
    pingpong_forth_put(&server->end, &ball);
    pingpong_forth_publish(&server->end);
    pingpong_forth_notify(&server->end, &link->wake);
    server->thrown++;
}

/* All servers have died so often and play. */
static bool settled(const struct steady *steady, uint64_t deaths)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        const struct server *server = &steady->servers[i];
        if (!server->open || server->deaths < deaths || server->returned < SETTLED)
            return false;
    }
    return true;
}

static void claim(struct instance *self, bool good, const char *text)
{
    (void)self;
    log_line(NULL, "%s - %s", good ? "ok" : "not ok", text);
}

static void report(struct instance *self)
{
    static const char *const ways[SERVERS] = {"faults", "exits", "hangs",
                                              "exceeds its memory limit", "leaves its work undone"};
    struct steady *steady = self->state;
    uint64_t free = free_bytes();
    for (unsigned i = 0; i < SERVERS; i++)
        log_line(NULL, "%s - a server that %s comes back, and its client goes on",
                 settled(steady, steady->deaths) ||
                         (steady->servers[i].open && steady->servers[i].deaths >= steady->deaths)
                     ? "ok"
                     : "not ok",
                 ways[i]);
    claim(self, steady->wrong == 0, "no ball of an old session turns up in a new one");
    claim(self, free == steady->free_at_start, "all memory of the dead is free again");
    log_line(self, "%llu bytes free, %llu at the start", (unsigned long long)free,
             (unsigned long long)steady->free_at_start);
    log_line(NULL, "1..7");
    log_line(self, "done");
    steady->done = true;
}

static void timer(struct instance *self)
{
    struct steady *steady = self->state;
    if (!steady->free_at_start && settled(steady, 0))
        steady->free_at_start = free_bytes();
    for (unsigned i = 0; i < SERVERS; i++)
        if (steady->servers[i].open)
            ball_throw(&steady->servers[i], &self->links[i]);
    if (!steady->done && (settled(steady, steady->deaths) || clock_us() > GIVE_UP_US))
        report(self);
    self->deadline_us = clock_us() + TICK_US;
}

const struct component steady_component = {
    .name = "steady",
    .state_bytes = sizeof(struct steady),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .timer = timer,
};
