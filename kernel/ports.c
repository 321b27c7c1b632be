// SPDX-License-Identifier: BSD-2-Clause
//
// I/O ports. A space that has any owns a frame of ranges, which do not overlap. The task segment
// holds the bitmap of the space that used ports last, and some of its threads see it. Others find
// all ports closed, and the fault of their first access makes theirs.
#include "call.h"

#define PORTS        65536u
#define WORD_PORTS   64u
#define RANGES       64
#define REVOKE_STEPS 8

struct port_range {
    struct derivation tree;
    struct space *space;
    uint32_t first;
    uint32_t count; // 0: free
};

_Static_assert(RANGES * sizeof(struct port_range) <= FRAME_BYTES, "a frame holds them");

// The task segment's bitmap is nobody's any more.
static void bitmap_close(void)
{
    struct cpu *cpu = this_cpu();
    while (cpu->ports_threads_count)
        cpu->ports_threads[--cpu->ports_threads_count]->io_base = IO_BASE_NONE;
    cpu->ports_space = 0;
    cpu->task.io_base = IO_BASE_NONE;
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
        bitmap_close();
    return L4_STATUS_OK;
}

// Removes a range that nothing is derived from. Returns the one before it.
static struct derivation *remove_leaf(struct port_range *range)
{
    range->first = range->count = 0;
    if (this_cpu()->ports_space == range->space)
        bitmap_close();
    return derivation_remove(&range->tree);
}

// Removes what was derived from a range, and with `self` the range too; false if the steps were
// used up.
static bool revoke(struct port_range *top, bool self, unsigned *steps)
{
    struct derivation *leaf = &top->tree;
    while ((leaf = derivation_leaf(&top->tree, leaf))) {
        leaf = remove_leaf((struct port_range *)leaf);
        if (!--*steps)
            return false;
    }
    if (self)
        remove_leaf(top);
    return true;
}

bool ports_end_step(struct space *space)
{
    unsigned steps = REVOKE_STEPS;
    struct port_range *range = range_at(space, 0, PORTS);
    if (range) {
        revoke(range, true, &steps);
        return false;
    }
    if (this_cpu()->ports_space == space)
        bitmap_close();
    if (!space->port_ranges)
        return true;
    space_free(space, space->port_ranges, 0);
    space->port_ranges = 0;
    return false;
}

static void bitmap_open(uint64_t *bitmap, uint32_t first, uint32_t end)
{
    uint64_t *from = &bitmap[first / WORD_PORTS], *to = &bitmap[end / WORD_PORTS];
    uint64_t below = ~(~0ull << first % WORD_PORTS), above = ~0ull << end % WORD_PORTS;
    if (from == to) {
        *from &= below | above;
        return;
    }
    *from &= below;
    zero_words(from + 1, (uint64_t)(to - from) - 1);
    // There is none behind the last port.
    if (end % WORD_PORTS)
        *to &= above;
}

static void bitmap_fill(const struct space *space)
{
    uint64_t *bitmap = (uint64_t *)this_cpu()->task.io_bitmap;
    fill_words(bitmap, ~0ull, PORTS / WORD_PORTS);
    for (unsigned i = 0; i < RANGES; i++)
        bitmap_open(bitmap, space->port_ranges[i].first,
                    space->port_ranges[i].first + space->port_ranges[i].count);
}

bool ports_load(struct thread *thread)
{
    struct cpu *cpu = this_cpu();
    struct space *space = thread->space;
    // Not the thread's: the fast paths leave the task segment alone within a space.
    if (!space->port_ranges || cpu->task.io_base == IO_BASE_VALID)
        return false;
    if (thread->io_base != IO_BASE_VALID) {
        bool other = cpu->ports_space != space;
        if (other || cpu->ports_threads_count == PORTS_THREADS)
            bitmap_close();
        if (other)
            bitmap_fill(space);
        cpu->ports_space = space;
        cpu->ports_threads[cpu->ports_threads_count++] = thread;
    }
    cpu->task.io_base = thread->io_base = IO_BASE_VALID;
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
        if (range_has(range, first, count) && !revoke(range, self, &steps))
            return L4_STATUS_AGAIN;
    }
    return L4_STATUS_OK;
}
