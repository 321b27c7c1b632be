/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory of sessions, on the kernel: dataspaces of the VM server, which root makes part of
 * sessions. Inside one program addresses are passed on, and only translations are asked for.
 */
#include <idl/dataspace_client.h>
#include <idl/root_client.h>
#include <rt/log.h>
#include <rt/root.h>
#include <session/memory.h>

static unsigned number_of(const struct instance *self, unsigned link)
{
    return self->first_event + link;
}

/* As many pages at a time as the VM server deals with. */
static int touch_all(const struct endpoint *vm, uint64_t dataspace, uint64_t length_bytes)
{
    const uint64_t most = DATASPACE_PAGES_AT_ONCE * MEMORY_PAGE_BYTES;
    int status = 0;
    for (uint64_t at = 0; status == 0 && at < length_bytes; at += most)
        status =
            dataspace_touch(vm, dataspace, at, length_bytes - at < most ? length_bytes - at : most);
    return status;
}

bool memory_create(struct instance *self, struct memory *memory, size_t length_bytes)
{
    const struct endpoint vm = {.handle = start_table->vm_slot};
    uint64_t dataspace = 0, physical = 0, where = 0;
    length_bytes = (length_bytes + MEMORY_PAGE_BYTES - 1) & ~(size_t)(MEMORY_PAGE_BYTES - 1);
    int status = dataspace_create(&vm, DATASPACE_MEMORY_KIND_ANONYMOUS, length_bytes, 0, &dataspace,
                                  &physical);
    if (status == 0)
        status = dataspace_attach(&vm, dataspace, 0, length_bytes, 0,
                                  DATASPACE_READ | DATASPACE_WRITE, &where);
    /* Devices will want all of it, and the first packet is to find it there. */
    if (status == 0)
        status = touch_all(&vm, dataspace, length_bytes);
    if (status != 0) {
        log_line(self, "no memory for %zu bytes (%d)", length_bytes, status);
        *memory = (struct memory){0};
        return false;
    }
    *memory = (struct memory){(void *)where, length_bytes, dataspace};
    memory_populate(memory->base, length_bytes);
    return true;
}

static struct link *peer_of(struct instance *self, unsigned link)
{
    struct instance *peer = self->links[link].local_peer;
    return peer ? &peer->links[self->links[link].local_peer_link] : NULL;
}

/* Shows a dataspace to the other end of a link inside this program. `session` and `session_index`
   say by which session it came here, for root; ROOT_OWN: it is ours. */
static bool show_here(struct instance *self, struct link *peer, unsigned index,
                      struct link_dataspace shown, bool frames, unsigned session,
                      unsigned session_index)
{
    uint64_t table = 0, marks = 0;
    const struct endpoint endpoint = root_endpoint();
    if (frames) {
        int status =
            root_frames(&endpoint, session, session_index, shown.dataspace, &table, &marks);
        if (status != 0) {
            log_line(self, "no translations for link %s (%d)", peer->name, status);
            return false;
        }
    }
    shown.translation = (const void *)table;
    shown.pins = (void *)marks;
    shown.pins_max = frames ? ROOT_OWN_PINS_MAX : 0;
    peer->dataspaces[index] = shown;
    peer->changes++;
    return true;
}

bool link_memory_share(struct instance *self, unsigned link, unsigned index,
                       const struct memory *memory, enum link_access access, bool frames)
{
    struct link *own = &self->links[link], *peer = peer_of(self, link);
    struct link_dataspace shown = {.base = memory->base,
                                   .length_bytes = memory->length_bytes,
                                   .writable = true,
                                   .dataspace = memory->dataspace};
    if (index >= LINK_DATASPACES || own->waiting || own->dataspaces[index].length_bytes) {
        log_line(self, "memory cannot be shared as %u of link %s", index, own->name);
        return false;
    }
    own->dataspaces[index] = shown;
    if (peer) {
        shown.writable = access == LINK_ACCESS_WRITE;
        if (access == LINK_ACCESS_NONE)
            shown.base = NULL;
        if (!show_here(self, peer, index, shown, frames, ROOT_OWN, 0))
            return false;
        ring_wake(&own->wake);
        return true;
    }
    const struct endpoint endpoint = root_endpoint();
    int status = root_dataspace_add(&endpoint, number_of(self, link), index, memory->dataspace,
                                    (enum root_access)access, frames);
    if (status != 0)
        log_line(self, "memory cannot be shared as %u of link %s (%d)", index, own->name, status);
    return status == 0;
}

bool link_memory_forward(struct instance *self, unsigned from, unsigned from_index, unsigned to,
                         unsigned to_index)
{
    const struct link_dataspace *dataspace = &self->links[from].dataspaces[from_index];
    struct link *own = &self->links[to], *peer = peer_of(self, to);
    if (self->links[from].local_peer) {
        const struct memory memory = {dataspace->base, dataspace->length_bytes,
                                      dataspace->dataspace};
        return link_memory_share(self, to, to_index, &memory, LINK_ACCESS_NONE, true);
    }
    if (to_index >= LINK_DATASPACES || own->waiting || own->dataspaces[to_index].length_bytes)
        return false;
    int status = 0;
    if (peer) {
        struct link_dataspace shown = {.length_bytes = dataspace->length_bytes};
        if (!show_here(self, peer, to_index, shown, true, number_of(self, from), from_index))
            return false;
        ring_wake(&own->wake);
    } else {
        const struct endpoint endpoint = root_endpoint();
        status = root_dataspace_forward(&endpoint, number_of(self, from), from_index,
                                        number_of(self, to), to_index);
    }
    if (status != 0)
        log_line(self, "link %s cannot get memory of link %s (%d)", own->name,
                 self->links[from].name, status);
    else
        own->dataspaces[to_index].length_bytes = dataspace->length_bytes;
    return status == 0;
}

void link_memory_remove(struct instance *self, unsigned link, unsigned index)
{
    struct link *own = &self->links[link], *peer = peer_of(self, link);
    own->dataspaces[index] = (struct link_dataspace){0};
    if (peer) {
        peer->dataspaces[index] = (struct link_dataspace){0};
        peer->changes++;
        ring_wake(&own->wake);
    } else if (!own->waiting) {
        const struct endpoint endpoint = root_endpoint();
        root_dataspace_remove(&endpoint, number_of(self, link), index);
    }
}
