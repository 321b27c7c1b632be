/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A server that returns balls, as long as the client's memory holds what the ball says. After some
 * of them it closes the session.
 */
#include <idl/pingpong_session.h>
#include <rt/log.h>
#include <session/session.h>

struct keeper {
    struct pingpong_server end;
    bool open;
    uint64_t returned; /* in this session */
    uint64_t balls_max;
};

static bool start(struct instance *self)
{
    struct keeper *keeper = self->state;
    keeper->balls_max = instance_number(self, "balls_max", 1, 1000, 1000);
    return true;
}

static void opened(struct instance *self, unsigned link)
{
    struct keeper *keeper = self->state;
    pingpong_server_start(&keeper->end, self->links[link].area);
    keeper->returned = 0;
    keeper->open = true;
}

static void closed(struct instance *self, unsigned link)
{
    struct keeper *keeper = self->state;
    (void)link;
    keeper->open = false;
}

static void event(struct instance *self, uint64_t events)
{
    struct keeper *keeper = self->state;
    struct link *link = &self->links[0];
    struct pingpong_ball ball;
    (void)events;
    while (keeper->open && pingpong_back_room(&keeper->end, 1) &&
           pingpong_forth_available(&keeper->end, 1)) {
        const uint64_t *memory = link->dataspaces[0].base;
        pingpong_forth_get(&keeper->end, &ball);
        pingpong_forth_release(&keeper->end);
        /* The ball may be here before the news of the memory; then it is told by the cookie. */
        ball.cookie = memory ? *memory : 0;
        pingpong_back_put(&keeper->end, &ball);
        pingpong_back_publish(&keeper->end);
        pingpong_back_notify(&keeper->end, &link->wake);
        if (++keeper->returned < keeper->balls_max)
            continue;
        keeper->open = false;
        if (!session_close(self, 0) || !link->waiting || session_open(self, 0))
            log_line(self, "a server cannot close its session, or open it");
    }
    if (keeper->open && !pingpong_forth_arm(&keeper->end))
        self->program->pending |= self->events;
}

const struct component keeper_component = {
    .name = "keeper",
    .state_bytes = sizeof(struct keeper),
    .start = start,
    .opened = opened,
    .closed = closed,
    .event = event,
};
