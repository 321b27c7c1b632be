// SPDX-License-Identifier: BSD-2-Clause
//
// Opening and closing sessions. Each has an area that belongs to the client's program and is
// attached to both; a wake handle at each end; a control handle at the client's; and dataspaces
// that the ends add. What an end may know stands in its start table, whose entry is invalid
// (generation 0) while it is being changed.
#include "session.h"

#include <idl/root.h>
#include <l4/l4.h>
#include <rt/log.h>
#include <stddef.h>
#include <string.h>

#include "grave.h"
#include "program.h"
#include "session_table.h"
#include "slots.h"
#include "vm_client.h"

#define RETRY_FIRST_US 1000
#define RETRY_MOST_US  1000000

struct session sessions[IMAGE_LINKS_MAX];
static unsigned retries_wait; // sessions that could not be opened

struct start_session *session_entry(const struct image_link_end *end)
{
    return &program_table(end->program)->sessions[end->event];
}

static uint32_t wake_slot(const struct image_link_end *end)
{
    return CHILD_SESSION + 2u * end->event;
}

void session_entry_begin(volatile struct start_session *entry)
{
    entry->generation = 0;
    __asm__ volatile("" ::: "memory"); // the reader sees 0 before any of what follows
}

void session_entry_end(volatile struct start_session *entry, uint32_t generation)
{
    __asm__ volatile("" ::: "memory");
    entry->generation = generation;
}

// Puts the handles of one end into its program.
static bool end_handles(const struct image_link_end *end, const struct image_link_end *other,
                        bool client)
{
    uint32_t space = program_space_slot(end->program);
    uint32_t thread = program_thread_slot(other->program);
    if (l4_handle_mint(space, thread, wake_slot(end), L4_RIGHT_NOTIFY, 0, 1ull << other->event) !=
        L4_STATUS_OK)
        return false;
    return !client || l4_handle_mint(space, thread, wake_slot(end) + 1, L4_RIGHT_SEND, other->event,
                                     0) == L4_STATUS_OK;
}

static void end_clear(const struct image_link_end *end)
{
    uint32_t space = program_space_slot(end->program);
    struct start_session *entry = session_entry(end);
    session_entry_begin(entry);
    memset(entry, 0, sizeof *entry);
    l4_handle_close(space, wake_slot(end));
    l4_handle_close(space, wake_slot(end) + 1);
}

static void end_fill(const struct image_link *link, const struct image_link_end *end,
                     const struct image_link_end *other, uint64_t area, uint32_t generation)
{
    bool client = end == &link->client;
    struct start_session *entry = session_entry(end);
    session_entry_begin(entry);
    *entry = (struct start_session){.wake_slot = wake_slot(end),
                                    .wake_bits = 1ull << other->event,
                                    .control_slot = client ? wake_slot(end) + 1 : 0,
                                    .peer = program_task(other->program),
                                    .area = area,
                                    .area_bytes = link->area_bytes};
    session_entry_end(entry, generation);
}

// Makes the area and attaches it to both ends. An error of the VM server.
static uint32_t area_make(struct session *session, const struct image_link *link,
                          uint64_t addresses[2])
{
    addresses[0] = 0;
    addresses[1] = 0;
    session->area = 0;
    if (link->area_bytes == 0)
        return 0;
    uint64_t bytes = (link->area_bytes + 4095) & ~4095ull;
    uint32_t client = program_task(link->client.program);
    uint32_t server = program_task(link->server.program);
    uint32_t error =
        vm_create_for(client, DATASPACE_MEMORY_KIND_ANONYMOUS, bytes, 0, &session->area);
    if (error) {
        session->area = 0;
        return error;
    }
    error = vm_attach_for(client, session->area, 0, bytes, &addresses[0], L4_READ | L4_WRITE);
    if (!error)
        error = vm_attach_for(server, session->area, 0, bytes, &addresses[1], L4_READ | L4_WRITE);
    return error;
}

// The area is the client's; if that has ended, it ends with the client's memory.
static void session_take_down(struct session *session, const struct image_link *link)
{
    grave_attachment(link->server.program, session_entry(&link->server)->area);
    grave_dataspace(link->client.program, session->area);
    end_clear(&link->client);
    end_clear(&link->server);
    for (unsigned i = 0; i < START_DATASPACES_MAX; i++)
        session->owners[i] = 0;
    session->area = 0;
    session->open = false;
}

static const char *open_error_text(uint32_t error)
{
    switch (error) {
    case 0:
        return "no room for its handles";
    case DATASPACE_ERROR_NO_MEMORY:
        return "the client's memory limit or the machine's memory is used up";
    case DATASPACE_ERROR_TOO_MANY:
        return "an end has as many dataspaces or attachments as it may have";
    default:
        return "the VM server refuses its area";
    }
}

// An end may have a session fail as often as it likes, but not fill the log with it.
static void failure_log(struct session *session, const struct image_link *link, uint32_t error)
{
    uint64_t now = l4_clock_us();
    if (session->retry_us || now < session->silent_until_us)
        return;
    log_line(NULL, "root: cannot open %s -> %s: %s (%u); it is tried again", link->client.name,
             link->server.name, open_error_text(error), error);
    session->silent_until_us = now + RETRY_MOST_US;
}

static void retry_later(struct session *session, const struct image_link *link, uint32_t error)
{
    failure_log(session, link, error);
    retries_wait += !session->retry_us;
    session->pause_us = session->retry_us ? 2 * session->pause_us : RETRY_FIRST_US;
    if (session->pause_us > RETRY_MOST_US)
        session->pause_us = RETRY_MOST_US;
    session->retry_us = l4_clock_us() + session->pause_us;
}

static void retry_forget(struct session *session)
{
    retries_wait -= session->retry_us != 0;
    session->retry_us = 0;
}

// Takes back what was made for a session that does not open. Neither end has heard of it, so
// nothing has to wait until somebody has seen that it is gone.
static void session_undo(struct session *session, const struct image_link *link, uint64_t server_at)
{
    if (server_at)
        vm_detach_for(program_task(link->server.program), server_at);
    if (session->area)
        vm_delete(session->area);
    session->area = 0;
    end_clear(&link->client);
    end_clear(&link->server);
}

// If there is no memory for it now, there may be later.
static void session_open(struct session *session, const struct image_link *link)
{
    uint64_t addresses[2];
    uint32_t error = area_make(session, link, addresses);
    if (error || !end_handles(&link->client, &link->server, true) ||
        !end_handles(&link->server, &link->client, false)) {
        retry_later(session, link, error);
        session_undo(session, link, addresses[1]);
        return;
    }
    retry_forget(session);
    session->open = true;
    if (++session->generation == 0)
        session->generation = 1;
    end_fill(link, &link->client, &link->server, addresses[0], session->generation);
    end_fill(link, &link->server, &link->client, addresses[1], session->generation);
    program_announce(link->client.program);
    program_announce(link->server.program);
}

// An end that is not there any more opens the session itself when it is started again.
static void session_retry(struct session *session, const struct image_link *link)
{
    if (programs[link->client.program].state == PROGRAM_RUNS &&
        programs[link->server.program].state == PROGRAM_RUNS)
        session_open(session, link);
    else
        retry_forget(session);
}

uint64_t session_due(uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; retries_wait && i < root_image.link_count; i++) {
        if (sessions[i].retry_us && sessions[i].retry_us <= now)
            session_retry(&sessions[i], &root_image.links[i]);
        if (sessions[i].retry_us && sessions[i].retry_us < next)
            next = sessions[i].retry_us;
    }
    return next;
}

static bool touches(const struct image_link *link, unsigned number)
{
    return link->client.program == number || link->server.program == number;
}

void session_open_all(unsigned number)
{
    for (size_t i = 0; i < root_image.link_count; i++) {
        const struct image_link *link = &root_image.links[i];
        unsigned other =
            link->client.program == number ? link->server.program : link->client.program;
        if (touches(link, number) && !sessions[i].open && programs[other].state == PROGRAM_RUNS)
            session_open(&sessions[i], link);
    }
}

static void session_close(struct session *session, const struct image_link *link)
{
    session_memory_withdraw(session, link);
    session_take_down(session, link);
}

bool session_close_card(unsigned number)
{
    bool found = false;
    for (size_t i = 0; i < root_image.link_count; i++) {
        const struct image_link *link = &root_image.links[i];
        if (link->client.program != number || !sessions[i].open ||
            !program_is_pci_server(link->server.program))
            continue;
        session_close(&sessions[i], link);
        program_announce(link->server.program);
        found = true;
    }
    return found;
}

void session_close_all(unsigned number)
{
    for (size_t i = 0; i < root_image.link_count; i++) {
        const struct image_link *link = &root_image.links[i];
        if (touches(link, number))
            retry_forget(&sessions[i]);
        if (!touches(link, number) || !sessions[i].open)
            continue;
        session_close(&sessions[i], link);
        unsigned other =
            link->client.program == number ? link->server.program : link->client.program;
        program_announce(other);
    }
}

void session_revoke(unsigned number, uint64_t dataspace)
{
    for (size_t i = 0; i < root_image.link_count; i++) {
        const struct image_link *link = &root_image.links[i];
        for (unsigned index = 0; index < START_DATASPACES_MAX; index++) {
            if (!touches(link, number) || !sessions[i].open || !sessions[i].owners[index] ||
                sessions[i].dataspaces[index] != dataspace)
                continue;
            log_line(NULL, "root: %s pins too much: session %s -> %s ends",
                     programs[number].image->name, link->client.name, link->server.name);
            session_close(&sessions[i], link);
            program_announce(link->client.program);
            program_announce(link->server.program);
        }
    }
}

int session_link(unsigned number, uint64_t event)
{
    for (size_t i = 0; i < root_image.link_count; i++) {
        const struct image_link *link = &root_image.links[i];
        if ((link->client.program == number && link->client.event == event) ||
            (link->server.program == number && link->server.event == event))
            return (int)i;
    }
    return -1;
}

uint32_t session_end(unsigned number, uint64_t event)
{
    int found = session_link(number, event);
    if (found < 0 || !sessions[found].open)
        return ROOT_ERROR_NO_SUCH_SESSION;
    const struct image_link *link = &root_image.links[found];
    // By that session the card is made quiet when its driver has died.
    if (link->client.program == number && program_is_pci_server(link->server.program))
        return ROOT_ERROR_NOT_ALLOWED;
    session_close(&sessions[found], link);
    program_announce(link->client.program);
    program_announce(link->server.program);
    return 0;
}

// What an end has not yet seen the end of stays mapped, so who opens and closes faster than the
// other end looks has to wait.
uint32_t session_begin(unsigned number, uint64_t event)
{
    int found = session_link(number, event);
    if (found < 0)
        return ROOT_ERROR_NO_SUCH_SESSION;
    const struct image_link *link = &root_image.links[found];
    unsigned server = link->server.program;
    if (link->client.program != number || link->client.event != event)
        return ROOT_ERROR_NOT_ALLOWED;
    if (sessions[found].open)
        return 0;
    if (programs[server].state != PROGRAM_RUNS)
        return ROOT_ERROR_NOT_THERE;
    if (grave_count(number) > GRAVES_MAX || grave_count(server) > GRAVES_MAX)
        return ROOT_ERROR_NO_ROOM;
    session_open(&sessions[found], link);
    return sessions[found].open ? 0 : ROOT_ERROR_NO_ROOM;
}

int session_peer(unsigned number, uint64_t session)
{
    int found = session_link(number, session);
    if (found < 0)
        return -1;
    const struct image_link *link = &root_image.links[found];
    return link->client.program == number ? link->server.program : link->client.program;
}
