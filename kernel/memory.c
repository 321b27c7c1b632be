// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping, granting and unmapping of pages.
#include "memory.h"

#include "cpu.h"

#define TABLE_LEAVES 4 // page-table entries that count as much as clearing a table

#define END_STEPS 20 // mappings and tables that one step of the end removes

static void memory_flush(struct space *space, uint64_t address)
{
    struct cpu *cpu = this_cpu();
    if ((cpu->cr3 ^ space->cr3) << 1 == 0)
        invalidate_page(address);
    else if (features.pcid)
        invalidate_pcid(0, space->pcid, address);
}

static inline uint64_t page_limit(uint64_t page, unsigned rights)
{
    if (!(rights & L4_WRITE))
        page &= ~(PAGE_WRITE | PAGE_DIRTY);
    if (!(rights & L4_EXECUTE))
        page |= PAGE_NX;
    return page;
}

static inline unsigned page_rights(uint64_t page)
{
    unsigned rights = page & PAGE_WRITE ? L4_READ | L4_WRITE : L4_READ;
    return page & PAGE_NX ? rights : rights | L4_EXECUTE;
}

// A page that is to be mapped.
struct source {
    uint64_t page;   // a small page's entry with its address and greatest rights
    uint64_t *entry; // null: physical memory
    struct map_node *node;
    bool large; // a large page begins here
};

// What is at an address of the request. False: nothing.
static inline bool find_source(const struct map_request *request, uint64_t address,
                               struct source *source, struct place *place)
{
    uint64_t inside = address & (LARGE_BYTES - 1);
    if (!request->from) {
        uint64_t bits = PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_ACCESSED | PAGE_DIRTY;
        *source = (struct source){.page = address | bits | request->cache, .large = !inside};
        return true;
    }
    *place = place_find(request->from, address, PLACE_GIVE);
    uint64_t page = *place->entry;
    if (!(page & PAGE_PRESENT))
        return false;
    bool large = place->level > 1;
    *source = (struct source){.page = large ? (page & ~PAGE_LARGE) + inside : page,
                              .entry = place->entry,
                              .node = NODE_OF(place->entry),
                              .large = large && !inside};
    return true;
}

// Something is there already: fine if it is the same page from the same source, which may add
// rights.
static enum l4_status map_again(struct map_request *request, const struct source *source,
                                uint64_t *entry, uint64_t page, uint64_t target)
{
    if (request->grant || (*entry ^ page) & (PAGE_ADDRESS | PAGE_LARGE) ||
        !mapdb_stems_from(NODE_OF(entry), source->node))
        return L4_STATUS_OCCUPIED;
    uint64_t merged = *entry | (page & (PAGE_WRITE | PAGE_DIRTY));
    if (!(page & PAGE_NX))
        merged &= ~PAGE_NX;
    if (merged & PAGE_WRITE && !(merged & PAGE_NX))
        return L4_STATUS_RIGHTS;
    *entry = merged;
    memory_flush(request->to, target);
    return L4_STATUS_OK;
}

static inline enum l4_status map_new(struct map_request *request, const struct source *source,
                                     uint64_t *entry, uint64_t page, uint64_t target)
{
    struct map_node *node = slab_alloc(&request->to->nodes);
    if (!node)
        return L4_STATUS_QUOTA;
    node->space = request->to;
    node->entry = entry;
    node->tree.place = target | (page & PAGE_LARGE ? MAPDB_LARGE : 0);
    bool grant = request->grant && source->node;
    if (grant ? mapdb_large(source->node) != mapdb_large(node) : !mapdb_child(node, source->node)) {
        slab_free(node);
        return L4_STATUS_ARGUMENT;
    }
    if (grant) {
        derivation_replace(&node->tree, &source->node->tree);
        *source->entry = 0;
        memory_flush(request->from, mapdb_address(source->node));
        slab_free(source->node);
    }
    NODE_OF(entry) = node;
    *entry = page;
    return L4_STATUS_OK;
}

// Maps one page, of 4 KiB or 2 MiB, or skips a hole: what is not there cannot be given. On success
// request->done has grown.
static inline enum l4_status map_one(struct map_request *request)
{
    enum l4_status status;
    struct source source;
    struct place place;
    uint64_t address = request->source + request->done, target = request->target + request->done;
    uint64_t left = request->bytes - request->done;
    if (!find_source(request, address, &source, &place)) {
        request->given = 0;
        request->done += place_rest(place, address, left, &request->leaves);
        return L4_STATUS_OK;
    }
    request->leaves--;
    place = place_find(request->to, target, PLACE_TAKE);
    // A table of small pages stays what it is.
    bool large =
        source.large && place.level > 1 && left >= LARGE_BYTES && !(target & (LARGE_BYTES - 1));
    if (!*place.entry) {
        unsigned level = large ? 2 : 1, cost = TABLE_LEAVES * (place.level - level);
        if (cost > request->leaves)
            return L4_STATUS_AGAIN;
        request->leaves -= cost;
        place = place_make(request->to, place, target, level, &status);
        if (!place.entry)
            return status;
    }
    uint64_t page = page_limit(source.page, request->rights) | (large ? PAGE_LARGE : 0);
    request->given &= page_rights(page);
    if (*place.entry & PAGE_PRESENT)
        status = map_again(request, &source, place.entry, page, target);
    else
        status = map_new(request, &source, place.entry, page, target);
    if (status == L4_STATUS_OK)
        request->done += large ? LARGE_BYTES : PAGE_BYTES;
    return status;
}

unsigned map_small(struct space *from, struct space *to, uint64_t source, uint64_t target,
                   unsigned rights)
{
    const struct space_table *give = &from->last[PLACE_GIVE], *take = &to->last[PLACE_TAKE];
    if (give->covered != source >> SHIFT(2) || take->covered != target >> SHIFT(2))
        return 0;
    uint64_t *entry = &give->table[table_index(source, 1)];
    uint64_t *place = &take->table[table_index(target, 1)];
    if (!*entry || *place)
        return 0;
    struct map_node *node = slab_alloc(&to->nodes);
    if (!node)
        return 0;
    node->space = to;
    node->entry = place;
    node->tree.place = target;
    if (!derivation_add(&node->tree, &NODE_OF(entry)->tree)) {
        slab_free(node);
        return 0;
    }
    NODE_OF(place) = node;
    *place = page_limit(*entry, rights);
    return page_rights(*place);
}

enum l4_status map_pages(struct map_request *request)
{
    unsigned rights = request->rights;
    request->done = 0;
    request->given = rights;
    if (!map_rights_valid(rights))
        return L4_STATUS_RIGHTS;
    if (!map_range_valid(request->target, request->bytes) ||
        (request->from && !map_range_valid(request->source, request->bytes)))
        return L4_STATUS_ADDRESS;
    while (request->done < request->bytes) {
        if (!request->leaves)
            return L4_STATUS_AGAIN;
        enum l4_status status = map_one(request);
        if (status != L4_STATUS_OK)
            return status;
    }
    return L4_STATUS_OK;
}

static struct derivation *remove_leaf(struct map_node *node)
{
    *node->entry = 0;
    memory_flush(node->space, mapdb_address(node));
    struct derivation *before = derivation_remove(&node->tree);
    slab_free(node);
    return before;
}

// Removes what was derived from `top`; false if the steps were used up.
static inline bool revoke(struct map_node *top, unsigned *steps)
{
    struct derivation *node = &top->tree;
    --*steps;
    while ((node = derivation_leaf(&top->tree, node))) {
        if (!*steps)
            return false;
        --*steps;
        node = remove_leaf((struct map_node *)node);
    }
    return true;
}

static void reduce(struct map_node *node, unsigned rights)
{
    if (rights & L4_READ) {
        remove_leaf(node);
        return;
    }
    *node->entry = page_limit(*node->entry, ~rights);
    memory_flush(node->space, mapdb_address(node));
}

uint64_t unmap_pages(struct space *space, uint64_t address, uint64_t bytes, unsigned rights,
                     unsigned *steps)
{
    uint64_t done = 0;
    while (done < bytes && *steps) {
        struct place place = place_find(space, address + done, PLACE_GIVE);
        uint64_t rest = PAGE_BYTES;
        if (place.level > 1 || !*place.entry)
            rest = place_rest(place, address + done, bytes - done, steps);
        if (*place.entry) {
            struct map_node *node = NODE_OF(place.entry);
            if (!revoke(node, steps))
                break;
            if (rights)
                reduce(node, rights);
        }
        done += rest;
    }
    return done;
}

bool memory_end_step(struct space *space)
{
    unsigned steps = END_STEPS;
    space->end_address += unmap_pages(space, space->end_address,
                                      L4_USER_MAP_END - space->end_address, L4_READ, &steps);
    return space->end_address == L4_USER_MAP_END && tables_drop(space, &steps);
}
