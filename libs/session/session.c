/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Links to other programs: copies of what root wrote into the start table (rt/start.h), and
 * telling the components of changes.
 */
#include <idl/root_client.h>
#include <l4/thread.h>
#include <ring/watch.h>
#include <rt/log.h>
#include <rt/root.h>
#include <session/session.h>
#include <stdlib.h>

/* Copies an entry; generation 0 if root is changing it or it is closed. Root announces a change
   after it made it, so a copy that missed one is followed by another. */
static struct start_session session_read(unsigned number)
{
    const volatile struct start_session *entry = &start_table->sessions[number];
    struct start_session copy = *entry;
    if (entry->generation != copy.generation)
        copy.generation = 0;
    return copy;
}

static void link_fill(struct link *link, const struct start_session *session)
{
    link->area = (void *)session->area;
    link->area_bytes = session->area_bytes;
    link->generation = session->generation;
    link->control = session->control_slot;
    link->wake = (struct ring_wake){.bits = session->wake_bits, .thread = session->wake_slot};
    for (unsigned i = 0; i < LINK_DATASPACES; i++) {
        const struct start_dataspace *from = &session->dataspaces[i];
        link->dataspaces[i] =
            (struct link_dataspace){.base = (void *)from->base,
                                    .length_bytes = from->length_bytes,
                                    .writable = from->writable,
                                    .translation = (const void *)from->translation,
                                    .pins = (void *)from->pins,
                                    .pins_max = from->pins_max,
                                    .pin_expiry_us = from->pin_expiry_us};
    }
    link->changes++;
}

static void link_update(struct program *program, struct instance *instance, unsigned number)
{
    struct link *link = &instance->links[number];
    struct start_session session = session_read(instance->first_event + number);
    instance_ran(instance);
    if (!link->waiting && session.generation != link->generation) {
        link->waiting = true;
        ring_watch_end(link->area, link->area_bytes);
        if (instance->started && instance->component->closed)
            instance->component->closed(instance, number);
        *link = (struct link){.name = link->name, .server = link->server, .waiting = true};
    }
    if (session.generation == 0)
        return;
    bool opens = link->waiting;
    link_fill(link, &session);
    link->waiting = false;
    if (opens && instance->started && instance->component->opened)
        instance->component->opened(instance, number);
    program->pending |= UINT64_C(1) << (instance->first_event + number);
}

void session_refresh(struct instance *self, unsigned number)
{
    struct link *link = &self->links[number];
    if (link->local_peer || link->waiting)
        return;
    struct start_session session = session_read(self->first_event + number);
    if (session.generation != 0 && session.generation == link->generation)
        link_fill(link, &session);
}

uint32_t sessions_changes;

void sessions_update(struct program *program)
{
    sessions_changes = start_table->changes;
    for (unsigned i = 0; i < program->instance_count; i++) {
        struct instance *instance = &program->instances[i];
        for (unsigned number = 0; number < instance->link_count; number++)
            if (!instance->links[number].local_peer &&
                instance->first_event + number < start_table->session_count)
                link_update(program, instance, number);
    }
    if (!program_start_ready(program))
        exit(EXIT_FAILURE);
}

bool session_close_far(struct instance *self, unsigned number)
{
    struct link *link = &self->links[number];
    const struct endpoint root = root_endpoint();
    int status = root_session_close(&root, self->first_event + number);
    if (status != 0) {
        log_line(self, "link %s cannot be closed (%d)", link->name, status);
        return false;
    }
    ring_watch_end(link->area, link->area_bytes);
    *link = (struct link){.name = link->name, .server = link->server, .waiting = true};
    return true;
}

bool session_open_far(struct instance *self, unsigned number)
{
    const struct endpoint root = root_endpoint();
    return root_session_open(&root, self->first_event + number) == 0;
}
