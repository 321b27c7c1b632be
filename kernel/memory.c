// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping, granting and unmapping of pages.
#include "memory.h"

#include <abi/message.h>
#include <abi/utcb.h>

#include "boot.h"
#include "cpu.h"
#include "x86.h"

#define ADDRESS_SHIFT(level) (12 + 9 * ((level)-1))

static inline unsigned table_index(uint64_t address, unsigned level)
{
    return address >> ADDRESS_SHIFT(level) & (TABLE_ENTRIES - 1);
}

static inline uint64_t *table_at(uint64_t entry)
{
    return pool_at(entry & PAGE_ADDRESS);
}

static void memory_flush(struct space *space, uint64_t address)
{
    struct cpu *cpu = this_cpu();
    if ((cpu->cr3 ^ space->cr3) << 1 == 0)
        invalidate_page(address);
    else if (features.pcid)
        invalidate_pcid(0, space->pcid, address);
}

// The level 2 entry for an address; null if the tables above are missing.
static inline uint64_t *find_level2(const struct space *space, uint64_t address)
{
    uint64_t entry = space->top[table_index(address, 4)];
    if (!(entry & PAGE_PRESENT))
        return 0;
    entry = table_at(entry)[table_index(address, 3)];
    if (!(entry & PAGE_PRESENT))
        return 0;
    return &table_at(entry)[table_index(address, 2)];
}

static inline uint64_t *find_entry(const struct space *space, uint64_t address, bool *large)
{
    uint64_t *place = find_level2(space, address);
    *large = false;
    if (!place || !(*place & PAGE_PRESENT))
        return 0;
    if (*place & PAGE_LARGE) {
        *large = true;
        return place;
    }
    return &table_at(*place)[table_index(address, 1)];
}

uint64_t *table_for(struct space *space, uint64_t address, unsigned level, enum l4_status *status)
{
    uint64_t *table = space->top;
    for (unsigned at = 4; at > level; at--) {
        uint64_t *entry = &table[table_index(address, at)];
        if (!(*entry & PAGE_PRESENT)) {
            uint64_t *lower = space_alloc(space, at <= 3, status);
            if (!lower)
                return 0;
            zero_words(lower, TABLE_ENTRIES);
            *entry = physical_of(lower) | PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_ACCESSED;
        } else if (*entry & PAGE_LARGE) {
            *status = L4_STATUS_OCCUPIED;
            return 0;
        }
        table = table_at(*entry);
    }
    return table;
}

static uint64_t rights_bits(unsigned rights)
{
    uint64_t bits = PAGE_PRESENT | PAGE_USER | PAGE_ACCESSED;
    if (rights & L4_WRITE)
        bits |= PAGE_WRITE | PAGE_DIRTY;
    if (!(rights & L4_EXECUTE))
        bits |= PAGE_NX;
    return bits;
}

// The other way round.
static inline unsigned bits_rights(uint64_t bits)
{
    unsigned rights = bits & PAGE_WRITE ? L4_READ | L4_WRITE : L4_READ;
    return bits & PAGE_NX ? rights : rights | L4_EXECUTE;
}

// What is being mapped: the page that covers request->source + done.
struct source {
    uint64_t physical; // of that address
    uint64_t bits;     // greatest rights, cache mode
    uint64_t *entry;   // null: physical memory
    struct map_node *node;
    bool large; // may be mapped as a large page from here
};

static inline bool find_source(const struct map_request *request, struct source *source)
{
    uint64_t address = request->source + request->done;
    if (!request->from) {
        *source = (struct source){
            .physical = address,
            .bits = rights_bits(L4_READ | L4_WRITE | L4_EXECUTE) | request->cache,
            .large = !(address & (LARGE_BYTES - 1)),
        };
        return true;
    }
    bool large;
    uint64_t *entry = find_entry(request->from, address, &large);
    if (!entry || !(*entry & PAGE_PRESENT) || *entry & PAGE_KERNEL)
        return false;
    uint64_t inside = large ? address & (LARGE_BYTES - 1) & ~(PAGE_BYTES - 1) : 0;
    *source = (struct source){
        .physical = (*entry & PAGE_ADDRESS) + inside,
        .bits = *entry,
        .entry = entry,
        .node = NODE_OF(entry),
        .large = large && !inside,
    };
    return true;
}

#define SIBLINGS_SEEN 64

// Whether `node` is a child of `parent`, or an original mapping if that is null. It says no when
// there are so many siblings that looking would take too long.
static bool stems_from(const struct map_node *node, const struct map_node *parent)
{
    unsigned depth = mapdb_depth(node);
    if (!parent || depth == 0)
        return !parent && depth == 0;
    for (unsigned i = 0; i < SIBLINGS_SEEN && node; i++) {
        node = node->previous;
        if (node && mapdb_depth(node) < depth)
            return node == parent;
    }
    return false;
}

// Something is there already: fine if it is the same page from the same source, which may add
// rights.
static enum l4_status map_again(struct map_request *request, const struct source *source,
                                uint64_t *entry, uint64_t wanted, uint64_t target, bool large)
{
    if (request->grant || *entry & PAGE_KERNEL || !!(*entry & PAGE_LARGE) != large ||
        ((*entry ^ wanted) & PAGE_ADDRESS))
        return L4_STATUS_OCCUPIED;
    if (!stems_from(NODE_OF(entry), source->node))
        return L4_STATUS_OCCUPIED;
    uint64_t merged = *entry | (wanted & (PAGE_WRITE | PAGE_DIRTY));
    if (!(wanted & PAGE_NX))
        merged &= ~PAGE_NX;
    if (merged & PAGE_WRITE && !(merged & PAGE_NX))
        return L4_STATUS_RIGHTS;
    *entry = merged;
    memory_flush(request->to, target);
    return L4_STATUS_OK;
}

static inline enum l4_status link_node(struct map_request *request, const struct source *source,
                                       uint64_t *entry, uint64_t target, bool large)
{
    struct map_node *node = slab_alloc(&request->to->nodes);
    if (!node)
        return L4_STATUS_QUOTA;
    if (!source->node) {
        mapdb_root(node, request->to, entry, target, large);
    } else if (request->grant) {
        if (mapdb_large(source->node) != large) {
            slab_free(node);
            return L4_STATUS_ARGUMENT;
        }
        mapdb_grant(source->node, node, request->to, entry, target);
        slab_free(source->node);
        *source->entry = 0;
        memory_flush(request->from, request->source + request->done);
    } else if (!mapdb_child(source->node, node, request->to, entry, target, large)) {
        slab_free(node);
        return L4_STATUS_ARGUMENT;
    }
    NODE_OF(entry) = node;
    return L4_STATUS_OK;
}

// The entry to write for a page: of level 2 if `*large`, which becomes false where a table of small
// pages is in the way. Makes what tables are missing.
static inline uint64_t *target_entry(struct map_request *request, uint64_t target, bool *large,
                                     enum l4_status *status)
{
    uint64_t *place = find_level2(request->to, target);
    if (place && *place & PAGE_PRESENT && !(*place & PAGE_LARGE)) {
        *large = false;
        return &table_at(*place)[table_index(target, 1)];
    }
    if (place && *large)
        return place;
    uint64_t *table = table_for(request->to, target, *large ? 2 : 1, status);
    return table ? &table[table_index(target, *large ? 2 : 1)] : 0;
}

// Maps one page, of 4 KiB or 2 MiB. On success request->done has grown.
static inline enum l4_status map_one(struct map_request *request)
{
    enum l4_status status;
    struct source source;
    uint64_t target = request->target + request->done;
    uint64_t left = request->bytes - request->done;
    if (!find_source(request, &source)) {
        // Holes are skipped: what is not there cannot be given.
        request->given = 0;
        request->done += left < PAGE_BYTES ? left : PAGE_BYTES;
        return L4_STATUS_OK;
    }
    bool large = source.large && left >= LARGE_BYTES && !(target & (LARGE_BYTES - 1));
    uint64_t *entry = target_entry(request, target, &large, &status);
    if (!entry)
        return status;
    uint64_t bits = rights_bits(request->rights);
    bits = (bits & (source.bits | ~PAGE_WRITE)) | (source.bits & (PAGE_NX | PAGE_CACHE));
    uint64_t wanted = source.physical | bits | (large ? PAGE_LARGE : 0);
    request->given &= bits_rights(bits);
    if (*entry & PAGE_PRESENT) {
        status = map_again(request, &source, entry, wanted, target, large);
    } else {
        status = link_node(request, &source, entry, target, large);
        if (status == L4_STATUS_OK)
            *entry = wanted;
    }
    if (status == L4_STATUS_OK)
        request->done += large ? LARGE_BYTES : PAGE_BYTES;
    return status;
}

static bool range_valid(uint64_t address, uint64_t bytes)
{
    return !((address | bytes) & (PAGE_BYTES - 1)) && address <= L4_USER_MAP_END &&
           bytes <= L4_USER_MAP_END - address;
}

enum l4_status map_small(struct space *from, struct space *to, uint64_t source, uint64_t target,
                         unsigned *rights)
{
    bool large;
    uint64_t *entry = find_entry(from, source, &large);
    uint64_t *level2 = find_level2(to, target);
    if (!entry || large || !level2 || !(*level2 & PAGE_PRESENT) || *level2 & PAGE_LARGE)
        return L4_STATUS_AGAIN;
    uint64_t *place = &table_at(*level2)[table_index(target, 1)];
    uint64_t page = *entry;
    if (!(page & PAGE_PRESENT) || page & PAGE_KERNEL || *place & PAGE_PRESENT)
        return L4_STATUS_AGAIN;
    struct map_node *node = slab_alloc(&to->nodes);
    if (!node)
        return L4_STATUS_QUOTA;
    if (!mapdb_child(NODE_OF(entry), node, to, place, target, false)) {
        slab_free(node);
        return L4_STATUS_ARGUMENT;
    }
    NODE_OF(place) = node;
    // Rights only go: write needs both, execution is forbidden by either.
    if (!(*rights & L4_WRITE))
        page &= ~(PAGE_WRITE | PAGE_DIRTY);
    if (!(*rights & L4_EXECUTE))
        page |= PAGE_NX;
    *place = page;
    *rights = bits_rights(page);
    return L4_STATUS_OK;
}

enum l4_status map_pages(struct map_request *request)
{
    request->done = 0;
    request->given = request->rights;
    if (!map_rights_valid(request->rights))
        return L4_STATUS_RIGHTS;
    if (!range_valid(request->target, request->bytes) ||
        (request->from && !range_valid(request->source, request->bytes)))
        return L4_STATUS_ADDRESS;
    while (request->done < request->bytes) {
        if (!request->leaves)
            return L4_STATUS_AGAIN;
        request->leaves--;
        enum l4_status status = map_one(request);
        if (status != L4_STATUS_OK)
            return status;
    }
    return L4_STATUS_OK;
}

static struct map_node *remove_leaf(struct map_node *node)
{
    *node->entry = 0;
    memory_flush(node->space, mapdb_address(node));
    struct map_node *before = mapdb_remove(node);
    slab_free(node);
    return before;
}

// Removes what was derived from `top`; false if the steps were used up.
static bool revoke(struct map_node *top, unsigned *steps)
{
    struct map_node *node = mapdb_leaf(top, top);
    while (node) {
        if (!*steps)
            return false;
        --*steps;
        node = mapdb_leaf(top, remove_leaf(node));
    }
    return true;
}

static void reduce(struct space *space, uint64_t *entry, unsigned rights, uint64_t address)
{
    if (rights & L4_READ) {
        remove_leaf(NODE_OF(entry));
        return;
    }
    if (rights & L4_WRITE)
        *entry &= ~(PAGE_WRITE | PAGE_DIRTY);
    if (rights & L4_EXECUTE)
        *entry |= PAGE_NX;
    memory_flush(space, address);
}

// How far the next entry that might be there is, from an address whose tables are missing.
static uint64_t gap_bytes(const struct space *space, uint64_t address)
{
    uint64_t *table = space->top;
    for (unsigned level = 4; level > 1; level--) {
        uint64_t entry = table[table_index(address, level)];
        uint64_t bytes = 1ull << ADDRESS_SHIFT(level);
        if (!(entry & PAGE_PRESENT))
            return bytes - (address & (bytes - 1));
        table = table_at(entry);
    }
    return PAGE_BYTES;
}

enum l4_status unmap_pages(struct space *space, uint64_t address, uint64_t bytes, unsigned rights,
                           bool self, unsigned *steps, uint64_t *done)
{
    *done = 0;
    if (!range_valid(address, bytes))
        return L4_STATUS_ADDRESS;
    while (*done < bytes) {
        if (!*steps)
            return L4_STATUS_AGAIN;
        --*steps;
        uint64_t at = address + *done, forward = PAGE_BYTES;
        bool large;
        uint64_t *entry = find_entry(space, at, &large);
        if (!entry) {
            forward = gap_bytes(space, at);
        } else if (*entry & PAGE_PRESENT && !(*entry & PAGE_KERNEL)) {
            if (!revoke(NODE_OF(entry), steps))
                return L4_STATUS_AGAIN;
            forward = large ? LARGE_BYTES - (at & (LARGE_BYTES - 1)) : PAGE_BYTES;
            if (self)
                reduce(space, entry, rights, at & ~((large ? LARGE_BYTES : PAGE_BYTES) - 1));
        }
        *done += forward < bytes - *done ? forward : bytes - *done;
    }
    return L4_STATUS_OK;
}

#define END_STEPS      48 // mappings that one step removes
#define ENTRIES_A_STEP 16 // entries without a mapping cost less
#define USER_TOP_LAST  256

static uint64_t entry_start(uint64_t address, unsigned level, unsigned index)
{
    return (address >> ADDRESS_SHIFT(level + 1) << ADDRESS_SHIFT(level + 1)) |
           (uint64_t)index << ADDRESS_SHIFT(level);
}

// Empties a table of `level` from `*address` on and gives back the tables below it. False: the
// steps were used up, `*address` says where to go on.
static bool end_table(struct space *space, uint64_t *table, unsigned level, uint64_t *address,
                      unsigned *steps)
{
    unsigned first = table_index(*address, level);
    unsigned last = level == 4 ? USER_TOP_LAST : TABLE_ENTRIES;
    for (unsigned i = first; i < last; i++) {
        bool there = table[i] & PAGE_PRESENT && !(table[i] & PAGE_KERNEL);
        if (!there && i % ENTRIES_A_STEP)
            continue;
        if (i != first)
            *address = entry_start(*address, level, i);
        if (!*steps)
            return false;
        --*steps;
        if (!there)
            continue;
        if (level == 1 || table[i] & PAGE_LARGE) {
            if (!revoke(NODE_OF(&table[i]), steps))
                return false;
            remove_leaf(NODE_OF(&table[i]));
            continue;
        }
        if (!end_table(space, table_at(table[i]), level - 1, address, steps))
            return false;
        space_free(space, table_at(table[i]), level <= 3);
        table[i] = 0;
    }
    return true;
}

bool memory_end_step(struct space *space)
{
    unsigned steps = END_STEPS;
    return end_table(space, space->top, 4, &space->end_address, &steps);
}

static void drop_below(struct space *space, uint64_t *table, unsigned level)
{
    uint64_t *entry = &table[table_index(L4_INFO_ADDRESS, level)];
    if (!(*entry & PAGE_PRESENT))
        return;
    if (level > 2)
        drop_below(space, table_at(*entry), level - 1);
    space_free(space, table_at(*entry), level <= 3);
    *entry = 0;
}

void memory_drop_system(struct space *space)
{
    drop_below(space, space->top, 4);
}
