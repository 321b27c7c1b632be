/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Links inside one program. Both ends point at each other; the area is the program's own memory and
 * stays for the next session. What happens to a link is told to components by the loop, one at a
 * time, as if root had done it: never while another entry point of theirs is running.
 *
 * An end is closed at once for whoever closes it, and for the other one when that has been told.
 */
#include <ring/watch.h>
#include <rt/log.h>
#include <session/session.h>
#include <stdlib.h>
#include <string.h>

enum { AREA_ALIGNMENT = 4096 };

static struct link *peer_of(const struct link *link)
{
    return &link->local_peer->links[link->local_peer_link];
}

/* What remains of a link that is closed. */
static void end_clear(struct link *link)
{
    ring_watch_end(link->area, link->area_bytes);
    *link = (struct link){.name = link->name,
                          .server = link->server,
                          .waiting = true,
                          .area_bytes = link->area_bytes,
                          .local_peer = link->local_peer,
                          .local_peer_link = link->local_peer_link,
                          .local = link->local};
}

static void end_open(struct link *link)
{
    struct instance *peer = link->local_peer;
    link->area = link->local.area;
    link->generation = link->local.generation;
    link->waiting = false;
    link->wake =
        (struct ring_wake){.local_pending = &peer->program->pending,
                           .bits = UINT64_C(1) << (peer->first_event + link->local_peer_link)};
}

static void end_join(struct link *link, struct instance *peer, unsigned peer_link, void *area,
                     size_t area_bytes)
{
    link->area_bytes = area_bytes;
    link->local_peer = peer;
    link->local_peer_link = peer_link;
    link->local = (struct link_local){.area = area, .generation = 1};
    end_open(link);
}

bool session_join(struct program *program, const struct program_join *join)
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
    end_join(&client->links[join->client_link], server, join->server_link, area, bytes);
    end_join(&server->links[join->server_link], client, join->client_link, area, bytes);
    server->links[join->server_link].server = true;
    return true;
}

static void tell_later(const struct link *link)
{
    link->local_peer->program->pending |= EVENT_LINKS;
}

bool session_close(struct instance *self, unsigned number)
{
    struct link *link = &self->links[number];
    if (!link->local_peer)
        return link->waiting || session_close_far(self, number);
    link->local.opens = false;
    if (link->waiting)
        return true;
    peer_of(link)->local.ends = true;
    end_clear(link);
    tell_later(link);
    return true;
}

bool session_open(struct instance *self, unsigned number)
{
    struct link *link = &self->links[number];
    if (link->server)
        return false;
    if (!link->local_peer)
        return session_open_far(self, number);
    link->local.opens = link->waiting;
    tell_later(link);
    return true;
}

static void tell_end(struct instance *instance, unsigned number)
{
    struct link *link = &instance->links[number];
    if (!link->local.ends)
        return;
    link->local.ends = false;
    if (link->waiting)
        return; /* it has closed the session as well */
    link->waiting = true;
    instance_ran(instance);
    if (instance->started && instance->component->closed)
        instance->component->closed(instance, number);
    end_clear(link);
}

static void tell_opened(struct instance *instance, unsigned number, uint32_t generation)
{
    if (instance->links[number].waiting || instance->links[number].generation != generation)
        return; /* the other end has closed it again at once */
    instance_ran(instance);
    if (instance->started && instance->component->opened)
        instance->component->opened(instance, number);
    instance->program->pending |= UINT64_C(1) << (instance->first_event + number);
}

/* Servers first, as when the program was started. */
static void tell_open(struct instance *client, unsigned number)
{
    struct link *link = &client->links[number];
    if (!link->local.opens)
        return;
    struct link *peer = peer_of(link);
    uint32_t generation = link->local.generation + 1 ? link->local.generation + 1 : 1;
    link->local.opens = false;
    link->local.generation = generation;
    peer->local.generation = generation;
    if (link->local.area)
        memset(link->local.area, 0, link->area_bytes);
    end_open(peer);
    end_open(link);
    tell_opened(link->local_peer, link->local_peer_link, generation);
    tell_opened(client, number, generation);
}

void sessions_tell(struct program *program)
{
    program->pending &= ~EVENT_LINKS;
    for (unsigned i = 0; i < program->instance_count; i++)
        for (unsigned number = 0; number < program->instances[i].link_count; number++)
            if (program->instances[i].links[number].local_peer)
                tell_end(&program->instances[i], number);
    for (unsigned i = 0; i < program->instance_count; i++)
        for (unsigned number = 0; number < program->instances[i].link_count; number++)
            if (program->instances[i].links[number].local_peer)
                tell_open(&program->instances[i], number);
}
