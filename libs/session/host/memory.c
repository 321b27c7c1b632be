/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory of sessions on the host: a device reaches memory at the very addresses that programs use,
 * so the translation of a page is its address; unless the test has a bus of its own.
 */
#include <rt/host.h>
#include <rt/log.h>
#include <session/memory.h>
#include <stdlib.h>
#include <string.h>

/* As in dataspace/translation.h. */
#define TRANSLATION_PAGE_BYTES ((size_t)4096)

void *(*host_memory_take)(size_t length_bytes);
uintptr_t host_memory_zero;

static void *take(size_t length_bytes)
{
    return host_memory_take ? host_memory_take(length_bytes)
                            : aligned_alloc(TRANSLATION_PAGE_BYTES, length_bytes);
}

bool memory_create(struct instance *self, struct memory *memory, size_t length_bytes)
{
    length_bytes = (length_bytes + TRANSLATION_PAGE_BYTES - 1) & ~(TRANSLATION_PAGE_BYTES - 1);
    *memory = (struct memory){.base = take(length_bytes)};
    if (!memory->base) {
        log_line(self, "no memory for %zu bytes", length_bytes);
        return false;
    }
    memset(memory->base, 0, length_bytes);
    memory->length_bytes = length_bytes;
    return true;
}

static struct link *peer_of(struct instance *self, unsigned link)
{
    struct instance *peer = self->links[link].local_peer;
    return peer ? &peer->links[self->links[link].local_peer_link] : NULL;
}

/* Tables live as long as the process, known to the search for leaks. */
struct tables {
    struct tables *next;
    uint32_t *pins;
    uint64_t entries[];
};

static struct tables *all_tables;

static void translate(struct link_dataspace *dataspace, const void *base, size_t length_bytes)
{
    size_t pages = length_bytes / TRANSLATION_PAGE_BYTES;
    struct tables *tables = calloc(1, sizeof(*tables) + pages * sizeof(uint64_t));
    tables->pins = calloc(pages, sizeof(uint32_t));
    tables->next = all_tables;
    all_tables = tables;
    for (size_t page = 0; page < pages; page++)
        tables->entries[page] = (uintptr_t)base - host_memory_zero + page * TRANSLATION_PAGE_BYTES;
    dataspace->translation = tables->entries;
    dataspace->pins = tables->pins;
    dataspace->pins_max = UINT32_MAX;
}

bool link_memory_share(struct instance *self, unsigned link, unsigned index,
                       const struct memory *memory, enum link_access access, bool frames)
{
    struct link *own = &self->links[link], *peer = peer_of(self, link);
    if (index >= LINK_DATASPACES || !peer || own->dataspaces[index].length_bytes) {
        log_line(self, "memory cannot be shared as %u of link %s", index, own->name);
        return false;
    }
    own->dataspaces[index] = (struct link_dataspace){
        .base = memory->base, .length_bytes = memory->length_bytes, .writable = true};
    peer->dataspaces[index] = own->dataspaces[index];
    peer->dataspaces[index].writable = access == LINK_ACCESS_WRITE;
    if (access == LINK_ACCESS_NONE)
        peer->dataspaces[index].base = NULL;
    if (frames)
        translate(&peer->dataspaces[index], memory->base, memory->length_bytes);
    peer->changes++;
    ring_wake(&own->wake);
    return true;
}

bool link_memory_forward(struct instance *self, unsigned from, unsigned from_index, unsigned to,
                         unsigned to_index)
{
    const struct link_dataspace *dataspace = &self->links[from].dataspaces[from_index];
    struct memory memory = {.base = dataspace->base, .length_bytes = dataspace->length_bytes};
    return link_memory_share(self, to, to_index, &memory, LINK_ACCESS_NONE, true);
}

void link_memory_remove(struct instance *self, unsigned link, unsigned index)
{
    struct link *peer = peer_of(self, link);
    self->links[link].dataspaces[index] = (struct link_dataspace){0};
    if (peer) {
        peer->dataspaces[index] = (struct link_dataspace){0};
        peer->changes++;
    }
    ring_wake(&self->links[link].wake);
}
