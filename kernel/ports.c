// SPDX-License-Identifier: BSD-2-Clause
//
// I/O ports. Each space that has any owns a bitmap; the task segment holds the bitmap of the space
// that used ports last. Others find all ports closed, and the fault of their first access loads
// theirs.
#include "ports.h"

#include "call.h"
#include "cpu.h"
#include "x86.h"

#define PORTS        65536u
#define BITMAP_BYTES 8192u
#define BITMAP_ORDER 1
#define REVOKE_STEPS 16

uint16_t ports_base(const struct space *space)
{
    return this_cpu()->ports_space == space ? IO_BASE_VALID : IO_BASE_NONE;
}

static void set_base(struct space *space)
{
    for (struct link *each = space->members; each; each = list_next(space->members, each))
        CONTAINER_OF(each, struct thread, in_space)->io_base = ports_base(space);
}

// Makes the task segment's bitmap nobody's.
static void unload(struct cpu *cpu)
{
    struct space *space = cpu->ports_space;
    cpu->ports_space = 0;
    cpu->task.io_base = IO_BASE_NONE;
    if (space)
        set_base(space);
}

// Opens or closes ports of a space, in its bitmap and in the loaded copy.
static void bitmap_set(struct space *space, uint32_t first, uint32_t count, bool open)
{
    struct cpu *cpu = this_cpu();
    for (uint32_t port = first; port < first + count; port++) {
        uint8_t bit = (uint8_t)(1u << port % 8);
        if (open)
            space->port_bitmap[port / 8] &= (uint8_t)~bit;
        else
            space->port_bitmap[port / 8] |= bit;
    }
    // Loaded again at the next access.
    if (cpu->ports_space == space)
        unload(cpu);
}

static enum l4_status bitmap_need(struct space *space)
{
    if (space->port_bitmap)
        return L4_STATUS_OK;
    enum l4_status status;
    uint64_t *words = space_alloc(space, BITMAP_ORDER, &status);
    if (!words)
        return status;
    for (unsigned i = 0; i < BITMAP_BYTES / 8; i++)
        words[i] = ~0ull;
    space->port_bitmap = (uint8_t *)words;
    return L4_STATUS_OK;
}

static struct port_range *range_covering(struct space *space, uint32_t first, uint32_t count)
{
    struct port_range *range = space->port_ranges;
    for (; range; range = range->next_in_space)
        if (first >= range->first && first + count <= range->first + range->count)
            return range;
    return 0;
}

enum l4_status ports_give(struct space *from, struct space *to, uint64_t first, uint64_t count)
{
    struct port_range *source = 0;
    if (count == 0 || count > PORTS || first > PORTS - count)
        return L4_STATUS_ARGUMENT;
    if (from) {
        source = range_covering(from, (uint32_t)first, (uint32_t)count);
        if (!source)
            return L4_STATUS_ADDRESS;
        if (source->depth == UINT16_MAX)
            return L4_STATUS_ARGUMENT;
    }
    enum l4_status status = bitmap_need(to);
    if (status != L4_STATUS_OK)
        return status;
    struct port_range *range = slab_alloc(&to->ranges);
    if (!range)
        return L4_STATUS_QUOTA;
    *range = (struct port_range){.next_in_space = to->port_ranges,
                                 .space = to,
                                 .first = (uint16_t)first,
                                 .count = (uint32_t)count};
    to->port_ranges = range;
    if (source) {
        range->depth = (uint16_t)(source->depth + 1);
        range->previous = source;
        range->next = source->next;
        source->next = range;
        if (range->next)
            range->next->previous = range;
    }
    bitmap_set(to, range->first, range->count, true);
    return L4_STATUS_OK;
}

// Removes a range without children. Ports it shares with other ranges of its space stay open.
static void range_remove(struct port_range *range)
{
    struct space *space = range->space;
    struct port_range **place = &space->port_ranges;
    while (*place != range)
        place = &(*place)->next_in_space;
    *place = range->next_in_space;
    if (range->previous)
        range->previous->next = range->next;
    if (range->next)
        range->next->previous = range->previous;
    bitmap_set(space, range->first, range->count, false);
    for (struct port_range *other = space->port_ranges; other; other = other->next_in_space)
        if (other->first < range->first + range->count &&
            range->first < other->first + other->count)
            bitmap_set(space, other->first, other->count, true);
    slab_free(range);
}

// Removes one leaf below `top`; false if there is none.
static bool revoke_one(struct port_range *top)
{
    struct port_range *leaf = top;
    while (leaf->next && leaf->next->depth > leaf->depth)
        leaf = leaf->next;
    if (leaf == top)
        return false;
    range_remove(leaf);
    return true;
}

bool ports_end_step(struct space *space)
{
    struct cpu *cpu = this_cpu();
    if (space->port_ranges) {
        if (!revoke_one(space->port_ranges))
            range_remove(space->port_ranges);
        return !space->port_ranges;
    }
    if (space->port_bitmap) {
        space_free(space, space->port_bitmap, BITMAP_ORDER);
        space->port_bitmap = 0;
    }
    if (cpu->ports_space == space)
        unload(cpu);
    return true;
}

bool ports_fault(struct thread *thread)
{
    struct cpu *cpu = this_cpu();
    struct space *space = thread->space;
    if (!space->port_bitmap || cpu->ports_space == space || thread->registers.error)
        return false;
    unload(cpu);
    copy_words(cpu->task.io_bitmap, space->port_bitmap, BITMAP_BYTES / 8);
    cpu->ports_space = space;
    set_base(space);
    cpu->task.io_base = IO_BASE_VALID;
    return true;
}

unsigned op_ports_map(struct thread *caller)
{
    return ports_give(0, caller->space, call_second(caller), call_third(caller));
}

// Every range that overlaps is revoked as a whole.
unsigned op_ports_unmap(struct thread *caller)
{
    uint64_t first = call_first(caller), count = call_second(caller);
    if (count == 0 || count > PORTS || first > PORTS - count)
        return L4_STATUS_ARGUMENT;
    unsigned steps = REVOKE_STEPS;
    struct port_range *next;
    for (struct port_range *range = caller->space->port_ranges; range; range = next) {
        next = range->next_in_space;
        if (range->first >= first + count || first >= range->first + range->count)
            continue;
        while (revoke_one(range))
            if (--steps == 0)
                return L4_STATUS_AGAIN;
        next = range->next_in_space;
        if (call_third(caller) & L4_UNMAP_SELF)
            range_remove(range);
    }
    return L4_STATUS_OK;
}
