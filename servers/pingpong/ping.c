/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client: one ball is on its way at any time, so every round is two wake-ups, and nothing
 * hides behind anything.
 */
#include <idl/pingpong_session.h>
#include <ring/sleep.h>
#include <rt/clock.h>
#include <rt/component.h>
#include <rt/log.h>

enum { ROUNDS_DEFAULT = 10000, ROUNDS_MAX = 100000000, NS_PER_US = 1000 };

struct ping {
    struct pingpong_client end;
    struct ring_set set;
    uint64_t rounds, round;
    uint64_t began_us;
    bool open, failed;
};

static void ball_send(struct ping *ping, const struct link *link)
{
    const struct pingpong_ball ball = {.round = ping->round, .cookie = ~ping->round};
    if (!pingpong_forth_room(&ping->end, 1))
        return;
    pingpong_forth_put(&ping->end, &ball);
    pingpong_forth_publish(&ping->end);
    pingpong_forth_notify(&ping->end, &link->wake);
}

static bool start(struct instance *self)
{
    struct ping *ping = self->state;
    ping->rounds = instance_number(self, "rounds", 1, ROUNDS_MAX, ROUNDS_DEFAULT);
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    struct ping *ping = self->state;
    pingpong_client_start(&ping->end, self->links[link].area);
    ping->set = (struct ring_set){0};
    ring_set_add(&ping->set, &ping->end.back, 1);
    ping->round = 0;
    ping->failed = false;
    ping->open = true;
    ping->began_us = clock_us();
    ball_send(ping, &self->links[link]);
}

static void closed(struct instance *self, unsigned link)
{
    (void)link;
    struct ping *ping = self->state;
    ping->open = false;
}

static void ball_check(struct instance *self, const struct pingpong_ball *ball)
{
    struct ping *ping = self->state;
    if (ping->failed || (ball->round == ping->round && ball->cookie == ~ping->round))
        return;
    log_line(self, "round %llu: another ball came back", (unsigned long long)ping->round);
    ping->failed = true;
}

static void report(struct instance *self)
{
    const struct ping *ping = self->state;
    uint64_t duration_us = clock_us() - ping->began_us;
    log_line(self, "%llu rounds, %llu ns each", (unsigned long long)ping->rounds,
             (unsigned long long)(duration_us * NS_PER_US / ping->rounds));
}

static void event(struct instance *self, uint64_t events)
{
    (void)events;
    struct ping *ping = self->state;
    struct pingpong_ball ball;
    if (!ping->open)
        return;
    ring_set_end(&ping->set);
    if (!pingpong_back_available(&ping->end, 1))
        return;
    pingpong_back_get(&ping->end, &ball);
    pingpong_back_release(&ping->end);
    ball_check(self, &ball);
    if (++ping->round < ping->rounds && !ping->failed)
        ball_send(ping, &self->links[0]);
    else if (!ping->failed)
        report(self);
}

static bool sleep(struct instance *self)
{
    struct ping *ping = self->state;
    return ping->open && !ring_set_prepare(&ping->set);
}

const struct component ping_component = {
    .name = "ping",
    .state_bytes = sizeof(struct ping),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
    .sleep = sleep,
};
