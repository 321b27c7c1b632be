// SPDX-License-Identifier: BSD-2-Clause
//
// Dataspaces in sessions: an end adds one of its own, or forwards one from another session, and the
// other end gets to see its bytes or its frames.
#include "session.h"

#include <idl/root.h>
#include <l4/l4.h>
#include <stddef.h>

#include "grave.h"
#include "program.h"
#include "session_table.h"
#include "vm_client.h"

// Takes from the other end what it got of a dataspace: translations at once, as far as nothing is
// pinned, and addresses when it has seen that.
static void dataspace_withdraw(const struct session *session, const struct image_link *link,
                               unsigned index)
{
    unsigned owner = session->owners[index] - 1u;
    const struct image_link_end *reader =
        owner == link->client.program ? &link->server : &link->client;
    const struct start_dataspace *seen = &session_entry(reader)->dataspaces[index];
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
        struct start_session *entry = session_entry(ends[i]);
        session_entry_begin(entry);
        entry->dataspaces[index] = (struct start_dataspace){0};
        session_entry_end(entry, session->generation);
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

void session_memory_withdraw(const struct session *session, const struct image_link *link)
{
    for (unsigned i = 0; i < START_DATASPACES_MAX; i++) {
        if (!session->owners[i])
            continue;
        if (!session->forwarded[i])
            forwarded_remove(session->dataspaces[i]);
        dataspace_withdraw(session, link, i);
    }
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
    session_entry_begin(session_entry(own));
    session_entry(own)->dataspaces[index].length_bytes = length;
    session_entry_end(session_entry(own), session->generation);
    session_entry_begin(session_entry(other));
    session_entry(other)->dataspaces[index] = seen;
    session_entry_end(session_entry(other), session->generation);
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
    int found = session_link(number, event);
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
    int found = session_link(number, event);
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
    int found = session_link(number, to);
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
    int found = session_link(number, event);
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
