/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server: any number of clients, each with a link of its own. What a client puts into its
 * ring costs nobody but itself: a ball for whose return there is no room is lost. It could not
 * wait in its ring, because a server with work that it cannot do would never sleep.
 */
#include <idl/pingpong_session.h>
#include <ring/sleep.h>
#include <rt/component.h>

enum { CLIENTS_MAX = 32 };

struct client {
    struct pingpong_server end;
    bool open;
};

struct pong {
    struct client clients[CLIENTS_MAX];
    struct ring_set set;
};

static void opened(struct instance *self, unsigned link)
{
    struct pong *pong = self->state;
    if (link >= CLIENTS_MAX)
        return;
    struct client *client = &pong->clients[link];
    pingpong_server_start(&client->end, self->links[link].area);
    client->open = ring_set_add(&pong->set, &client->end.forth, 1);
}

static void closed(struct instance *self, unsigned link)
{
    struct pong *pong = self->state;
    if (link >= CLIENTS_MAX || !pong->clients[link].open)
        return;
    ring_set_remove(&pong->set, &pong->clients[link].end.forth);
    pong->clients[link].open = false;
}

static void balls_return(struct client *client, const struct link *link)
{
    struct pingpong_ball ball;
    unsigned count = 0;
    while (count < PINGPONG_FORTH_DEPTH && pingpong_forth_available(&client->end, 1)) {
        pingpong_forth_get(&client->end, &ball);
        pingpong_back_try_put(&client->end, &ball);
        count++;
    }
    if (count == 0)
        return;
    pingpong_forth_release(&client->end);
    pingpong_back_publish(&client->end);
    pingpong_back_notify(&client->end, &link->wake);
}

static void event(struct instance *self, uint64_t events)
{
    struct pong *pong = self->state;
    bool all = events == 0; /* after `sleep` found work */
    ring_set_end(&pong->set);
    for (unsigned link = 0; link < self->link_count && link < CLIENTS_MAX; link++) {
        if ((all || events >> link & 1) && pong->clients[link].open)
            balls_return(&pong->clients[link], &self->links[link]);
    }
}

static bool sleep(struct instance *self)
{
    struct pong *pong = self->state;
    return !ring_set_prepare(&pong->set);
}

const struct component pong_component = {
    .name = "pong",
    .state_bytes = sizeof(struct pong),
    .opened = opened,
    .closed = closed,
    .event = event,
    .sleep = sleep,
};
