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
#include "slots.h"
#include "vm_client.h"

// Who adds and removes faster than the other end can see has to wait.
#define GRAVES_MAX 48

static struct session {
    bool open;
    uint32_t generation; // of the last session on this link
    uint64_t area;       // dataspace, 0: none
    uint64_t dataspaces[START_DATASPACES_MAX];
    uint8_t owners[START_DATASPACES_MAX]; // 1 + program that added it, 0: free
    bool forwarded[START_DATASPACES_MAX]; // it belongs to a third program
} sessions[IMAGE_LINKS_MAX];

static struct start_session *entry_of(const struct image_link_end *end)
{
    return &program_table(end->program)->sessions[end->event];
}

static uint32_t wake_slot(const struct image_link_end *end)
{
    return CHILD_SESSION + 2u * end->event;
}

static void entry_begin(volatile struct start_session *entry)
{
    entry->generation = 0;
    __asm__ volatile("" ::: "memory"); // the reader sees 0 before any of what follows
}

static void entry_end(volatile struct start_session *entry, uint32_t generation)
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
    struct start_session *entry = entry_of(end);
    entry_begin(entry);
    memset(entry, 0, sizeof *entry);
    l4_handle_close(space, wake_slot(end));
    l4_handle_close(space, wake_slot(end) + 1);
}

static void end_fill(const struct image_link *link, const struct image_link_end *end,
                     const struct image_link_end *other, uint64_t area, uint32_t generation)
{
    bool client = end == &link->client;
    struct start_session *entry = entry_of(end);
    entry_begin(entry);
    *entry = (struct start_session){.wake_slot = wake_slot(end),
                                    .wake_bits = 1ull << other->event,
                                    .control_slot = client ? wake_slot(end) + 1 : 0,
                                    .peer = program_task(other->program),
                                    .area = area,
                                    .area_bytes = link->area_bytes};
    entry_end(entry, generation);
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
    grave_attachment(link->server.program, entry_of(&link->server)->area);
    grave_dataspace(link->client.program, session->area);
    end_clear(&link->client);
    end_clear(&link->server);
    for (unsigned i = 0; i < START_DATASPACES_MAX; i++)
        session->owners[i] = 0;
    session->area = 0;
    session->open = false;
}

static void session_open(struct session *session, const struct image_link *link)
{
    uint64_t addresses[2];
    uint32_t error = area_make(session, link, addresses);
    if (error || !end_handles(&link->client, &link->server, true) ||
        !end_handles(&link->server, &link->client, false)) {
        log_line(NULL, "root: cannot open %s -> %s (%u)", link->client.name, link->server.name,
                 error);
        session_take_down(session, link);
        return;
    }
    session->open = true;
    if (++session->generation == 0)
        session->generation = 1;
    end_fill(link, &link->client, &link->server, addresses[0], session->generation);
    end_fill(link, &link->server, &link->client, addresses[1], session->generation);
    program_announce(link->client.program);
    program_announce(link->server.program);
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

// Takes from the other end what it got of a dataspace: translations at once, as far as nothing is
// pinned, and addresses when it has seen that.
static void dataspace_withdraw(const struct session *session, const struct image_link *link,
                               unsigned index)
{
    unsigned owner = session->owners[index] - 1u;
    const struct image_link_end *reader =
        owner == link->client.program ? &link->server : &link->client;
    const struct start_dataspace *seen = &entry_of(reader)->dataspaces[index];
    grave_attachment(reader->program, seen->base);
    grave_attachment(reader->program, seen->translation);
    grave_attachment(reader->program, seen->pins);
    if (seen->translation)
        vm_unshare_frames(program_task(reader->program), session->dataspaces[index]);
}

// Takes a dataspace out of a session that goes on.
static void dataspace_remove(struct session *session, const struct image_link *link, unsigned index)
{
    const struct image_link_end *ends[] = {&link->client, &link->server};
    dataspace_withdraw(session, link, index);
    session->owners[index] = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct start_session *entry = entry_of(ends[i]);
        entry_begin(entry);
        entry->dataspaces[index] = (struct start_dataspace){0};
        entry_end(entry, session->generation);
        program_announce(ends[i]->program);
    }
}

// What a session had got from another one, by forwarding, goes with that one.
static void forwarded_remove(uint64_t dataspace)
{
    for (size_t i = 0; i < root_image.link_count; i++)
        for (unsigned index = 0; sessions[i].open && index < START_DATASPACES_MAX; index++)
            if (sessions[i].owners[index] && sessions[i].forwarded[index] &&
                sessions[i].dataspaces[index] == dataspace)
                dataspace_remove(&sessions[i], &root_image.links[i], index);
}

static void session_close(struct session *session, const struct image_link *link)
{
    for (unsigned i = 0; i < START_DATASPACES_MAX; i++) {
        if (!session->owners[i])
            continue;
        if (!session->forwarded[i])
            forwarded_remove(session->dataspaces[i]);
        dataspace_withdraw(session, link, i);
    }
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

static int link_of(unsigned number, uint64_t event)
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
    int found = link_of(number, event);
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
    int found = link_of(number, event);
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

// Gives the other end what it is to have. An error of the VM server; undone if it fails.
static uint32_t dataspace_show(const struct image_link *link, unsigned task, uint64_t dataspace,
                               uint64_t length, uint64_t access, bool frames,
                               struct start_dataspace *seen)
{
    uint32_t error = 0;
    *seen =
        (struct start_dataspace){.length_bytes = length, .writable = access == ROOT_ACCESS_WRITE};
    if (access != ROOT_ACCESS_NONE)
        error = vm_attach_for(task, dataspace, 0, length, &seen->base,
                              access == ROOT_ACCESS_WRITE ? L4_READ | L4_WRITE : L4_READ);
    if (error || !frames)
        return error;
    error = vm_share_frames(task, dataspace, link->pins_max, link->pin_expiry_us,
                            &seen->translation, &seen->pins);
    if (error && seen->base)
        vm_detach_for(task, seen->base);
    seen->pins_max = link->pins_max;
    seen->pin_expiry_us = link->pin_expiry_us;
    return error;
}

// Looking at memory costs the one who looks page tables. Nobody is made to pay for more of them
// than its owner can fill; only windows of cards are as long as they are.
static bool too_long(const struct image_link_end *owner, uint64_t length)
{
    return !program_is_pci_server(owner->program) &&
           length > programs[owner->program].image->memory_bytes;
}

// Enters a dataspace into a session and both start tables. `own` is the end that adds it.
static uint32_t dataspace_enter(int number, const struct image_link_end *own, uint64_t index,
                                uint64_t dataspace, uint64_t length, uint64_t access, bool frames)
{
    struct session *session = &sessions[number];
    const struct image_link *link = &root_image.links[number];
    const struct image_link_end *other = own == &link->client ? &link->server : &link->client;
    struct start_dataspace seen;
    if (frames && (!(link->flags & IMAGE_LINK_FRAMES) || own != &link->client))
        return ROOT_ERROR_NOT_ALLOWED;
    if (index >= START_DATASPACES_MAX || access > ROOT_ACCESS_WRITE || session->owners[index] ||
        grave_count(other->program) > GRAVES_MAX)
        return ROOT_ERROR_NO_ROOM;
    if (too_long(own, length) || dataspace_show(link, program_task(other->program), dataspace,
                                                length, access, frames, &seen) != 0)
        return ROOT_ERROR_NO_ROOM;
    session->dataspaces[index] = dataspace;
    session->owners[index] = (uint8_t)(own->program + 1);
    session->forwarded[index] = false;
    entry_begin(entry_of(own));
    entry_of(own)->dataspaces[index].length_bytes = length;
    entry_end(entry_of(own), session->generation);
    entry_begin(entry_of(other));
    entry_of(other)->dataspaces[index] = seen;
    entry_end(entry_of(other), session->generation);
    program_announce(other->program);
    return 0;
}

static const struct image_link_end *end_of(int link, unsigned number, uint64_t event)
{
    const struct image_link_end *client = &root_image.links[link].client;
    return client->program == number && client->event == event ? client
                                                               : &root_image.links[link].server;
}

uint32_t session_dataspace_add(unsigned number, uint64_t event, uint64_t index, uint64_t dataspace,
                               uint64_t access, bool frames)
{
    int found = link_of(number, event);
    uint32_t owner;
    uint64_t length;
    if (found < 0 || !sessions[found].open)
        return ROOT_ERROR_NO_SUCH_SESSION;
    if (vm_owner_get(dataspace, &owner, &length) != 0 || owner != program_task(number))
        return ROOT_ERROR_NOT_YOURS;
    return dataspace_enter(found, end_of(found, number, event), index, dataspace, length, access,
                           frames);
}

// A dataspace that the other end has added to a session of the program.
static uint32_t dataspace_of_peer(unsigned number, uint64_t event, uint64_t index,
                                  uint64_t *dataspace)
{
    int found = link_of(number, event);
    if (found < 0 || !sessions[found].open)
        return ROOT_ERROR_NO_SUCH_SESSION;
    const struct session *session = &sessions[found];
    if (index >= START_DATASPACES_MAX || !session->owners[index] || session->forwarded[index] ||
        session->owners[index] == number + 1)
        return ROOT_ERROR_NOT_YOURS;
    *dataspace = session->dataspaces[index];
    return 0;
}

uint32_t session_dataspace_forward(unsigned number, uint64_t from, uint64_t from_index, uint64_t to,
                                   uint64_t to_index)
{
    uint64_t dataspace, length;
    uint32_t owner, error = dataspace_of_peer(number, from, from_index, &dataspace);
    if (error)
        return error;
    int found = link_of(number, to);
    if (found < 0 || !sessions[found].open)
        return ROOT_ERROR_NO_SUCH_SESSION;
    if (vm_owner_get(dataspace, &owner, &length) != 0)
        return ROOT_ERROR_NOT_YOURS;
    error = dataspace_enter(found, end_of(found, number, to), to_index, dataspace, length,
                            ROOT_ACCESS_NONE, true);
    if (!error)
        sessions[found].forwarded[to_index] = true;
    return error;
}

uint32_t session_dataspace_remove(unsigned number, uint64_t event, uint64_t index)
{
    int found = link_of(number, event);
    if (found < 0 || !sessions[found].open)
        return ROOT_ERROR_NO_SUCH_SESSION;
    if (index >= START_DATASPACES_MAX || sessions[found].owners[index] != number + 1)
        return ROOT_ERROR_NOT_YOURS;
    dataspace_remove(&sessions[found], &root_image.links[found], (unsigned)index);
    return 0;
}

uint32_t session_frames(unsigned number, uint64_t event, uint64_t index, uint64_t dataspace,
                        uint64_t *table, uint64_t *marks)
{
    uint32_t owner, error = 0;
    uint64_t length;
    if (root_image.programs[number].device_count == 0)
        return ROOT_ERROR_NOT_ALLOWED;
    if (event != ROOT_OWN)
        error = dataspace_of_peer(number, event, index, &dataspace);
    else if (vm_owner_get(dataspace, &owner, &length) != 0 || owner != program_task(number))
        error = ROOT_ERROR_NOT_YOURS;
    if (error)
        return error;
    return vm_share_frames(program_task(number), dataspace, ROOT_OWN_PINS_MAX, 0, table, marks)
               ? ROOT_ERROR_NO_ROOM
               : 0;
}

int session_peer(unsigned number, uint64_t session)
{
    int found = link_of(number, session);
    if (found < 0)
        return -1;
    const struct image_link *link = &root_image.links[found];
    return link->client.program == number ? link->server.program : link->client.program;
}
