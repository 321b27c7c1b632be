// SPDX-License-Identifier: BSD-2-Clause
//
// I/O ports. A space that has any owns a frame of ranges, which do not overlap. The task segment
// holds the bitmap of the space that used ports last. Others find all ports closed, and the fault
// of their first access makes theirs.
#include "call.h"

#define PORTS        65536u
#define WORD_PORTS   64u
#define RANGES       (FRAME_BYTES / sizeof(struct port_range))
#define REVOKE_STEPS 16

struct port_range {
    struct derivation tree;
    struct space *space;
    uint32_t first;
    uint32_t count; // 0: free
};

uint16_t ports_base(const struct space *space)
{
    return this_cpu()->ports_space == space ? IO_BASE_VALID : IO_BASE_NONE;
}

static void set_base(struct space *space)
{
    for (struct link *each = space->members; each; each = list_next(space->members, each))
        CONTAINER_OF(each, struct thread, in_space)->io_base = ports_base(space);
}

// Makes the task segment's bitmap that of a space, or nobody's.
static void bitmap_is(struct space *space)
{
    struct cpu *cpu = this_cpu();
    struct space *before = cpu->ports_space;
    cpu->ports_space = space;
    if (before)
        set_base(before);
    if (space)
        set_base(space);
    cpu->task.io_base = cpu->current->io_base;
}

static bool range_has(const struct port_range *range, uint64_t first, uint64_t count)
{
    return range->first < first + count && first < (uint64_t)range->first + range->count;
}

// A range of a space that has some of these ports.
static struct port_range *range_at(struct space *space, uint64_t first, uint64_t count)
{
    for (unsigned i = 0; space->port_ranges && i < RANGES; i++)
        if (range_has(&space->port_ranges[i], first, count))
            return &space->port_ranges[i];
    return 0;
}

static bool ports_valid(uint64_t first, uint64_t count)
{
    return count && count <= PORTS && first <= PORTS - count;
}

static struct port_range *range_free(struct space *space, enum l4_status *status)
{
    if (!space->port_ranges) {
        space->port_ranges = space_alloc(space, 0, status);
        if (!space->port_ranges)
            return 0;
        zero_words(space->port_ranges, FRAME_BYTES / 8);
    }
    for (unsigned i = 0; i < RANGES; i++)
        if (!space->port_ranges[i].count)
            return &space->port_ranges[i];
    *status = L4_STATUS_QUOTA;
    return 0;
}

enum l4_status ports_give(struct space *from, struct space *to, uint64_t first, uint64_t count)
{
    struct port_range *source = 0;
    if (!ports_valid(first, count))
        return L4_STATUS_ARGUMENT;
    if (from) {
        source = range_at(from, first, count);
        if (!source || first < source->first ||
            first + count > (uint64_t)source->first + source->count)
            return L4_STATUS_ADDRESS;
    }
    if (range_at(to, first, count))
        return L4_STATUS_OCCUPIED;
    enum l4_status status;
    struct port_range *range = range_free(to, &status);
    if (!range)
        return status;
    *range = (struct port_range){.space = to};
    if (source && !derivation_add(&range->tree, &source->tree))
        return L4_STATUS_ARGUMENT;
    range->first = (uint32_t)first;
    range->count = (uint32_t)count;
    if (this_cpu()->ports_space == to)
        bitmap_is(0);
    return L4_STATUS_OK;
}

// Removes a leaf below `top`, or with `self` that if it has none. False: there was none.
static bool revoke_one(struct port_range *top, bool self)
{
    struct port_range *leaf = (struct port_range *)derivation_leaf(&top->tree, &top->tree);
    if (!leaf && self)
        leaf = top;
    if (!leaf)
        return false;
    derivation_remove(&leaf->tree);
    leaf->first = leaf->count = 0;
    if (this_cpu()->ports_space == leaf->space)
        bitmap_is(0);
    return true;
}

bool ports_end_step(struct space *space)
{
    struct port_range *range = range_at(space, 0, PORTS);
    if (range) {
        revoke_one(range, true);
        return false;
    }
    if (this_cpu()->ports_space == space)
        bitmap_is(0);
    if (!space->port_ranges)
        return true;
    space_free(space, space->port_ranges, 0);
    space->port_ranges = 0;
    return false;
}

static void bitmap_open(uint64_t *bitmap, uint32_t first, uint32_t end)
{
    for (uint32_t at = first, next; at < end; at = next) {
        uint32_t words = at % WORD_PORTS ? 0 : (end - at) / WORD_PORTS;
        uint64_t ports = ~0ull << at % WORD_PORTS;
        next = (at | (WORD_PORTS - 1)) + 1;
        if (next > end)
            ports &= ~(~0ull << end % WORD_PORTS);
        bitmap[at / WORD_PORTS] &= ~ports;
        if (words > 1) {
            zero_words(&bitmap[at / WORD_PORTS], words);
            next = at + words * WORD_PORTS;
        }
    }
}

bool ports_load(struct space *space)
{
    struct cpu *cpu = this_cpu();
    uint64_t *bitmap = (uint64_t *)cpu->task.io_bitmap;
    if (!space->port_ranges || cpu->ports_space == space)
        return false;
    fill_words(bitmap, ~0ull, PORTS / WORD_PORTS);
    for (unsigned i = 0; i < RANGES; i++)
        bitmap_open(bitmap, space->port_ranges[i].first,
                    space->port_ranges[i].first + space->port_ranges[i].count);
    bitmap_is(space);
    return true;
}

unsigned op_ports_map(struct thread *caller)
{
    return ports_give(0, caller->space, call_second(caller), call_third(caller));
}

// Every range that has some of the ports is revoked as a whole.
unsigned op_ports_unmap(struct thread *caller)
{
    uint64_t first = call_first(caller), count = call_second(caller);
    bool self = call_third(caller) & L4_UNMAP_SELF;
    if (!ports_valid(first, count))
        return L4_STATUS_ARGUMENT;
    unsigned steps = REVOKE_STEPS;
    for (unsigned i = 0; caller->space->port_ranges && i < RANGES; i++) {
        struct port_range *range = &caller->space->port_ranges[i];
        while (range_has(range, first, count) && revoke_one(range, self))
            if (--steps == 0)
                return L4_STATUS_AGAIN;
    }
    return L4_STATUS_OK;
}
