// SPDX-License-Identifier: BSD-2-Clause
//
// Address spaces: creation, end, and the operations on them.
#include "space.h"

#include "boot.h"
#include "call.h"
#include "irq.h"
#include "memory.h"

#define PCIDS             4096
#define PCID_KEEP         (1ull << 63) // loading CR3 keeps what the TLB knows
#define HANDLES_PER_FRAME (FRAME_BYTES / sizeof(struct handle))
#define END_HANDLES       64 // slots one step looks at
#define END_GROUPS        8

static uint64_t pcids_used[PCIDS / 64] = {1}; // 0 is the kernel's own

void *space_alloc(struct space *space, unsigned order, enum l4_status *status)
{
    bool allowed = FRAME_BYTES << order <= quota_left(&space->quota);
    *status = allowed ? L4_STATUS_MEMORY : L4_STATUS_QUOTA;
    return frames_alloc_charged(&pool, &space->quota, order);
}

void space_free(struct space *space, void *block, unsigned order)
{
    frames_free_charged(&pool, &space->quota, block, order);
}

static bool pcid_take(uint64_t *pcid)
{
    *pcid = 0;
    if (!features.pcid)
        return true;
    for (unsigned word = 0; word < PCIDS / 64; word++) {
        if (!~pcids_used[word])
            continue;
        unsigned bit = (unsigned)__builtin_ctzll(~pcids_used[word]);
        pcids_used[word] |= 1ull << bit;
        *pcid = word * 64 + bit;
        invalidate_pcid(1, *pcid, 0);
        return true;
    }
    return false;
}

static void pcid_give(uint64_t pcid)
{
    if (pcid)
        pcids_used[pcid / 64] &= ~(1ull << pcid % 64);
}

// The tables that every space has: top level with the kernel's entries, information page, UTCBs.
static bool make_tables(struct space *space, enum l4_status *status)
{
    space->top = frames_alloc(&pool, 0);
    if (!space->top)
        return false;
    zero_words(space->top, TABLE_ENTRIES);
    space->top[KERNEL_TOP_POOL] = boot_top[KERNEL_TOP_POOL];
    space->top[KERNEL_TOP_IMAGE] = boot_top[KERNEL_TOP_IMAGE];
    space->system_table = table_system(space, status);
    if (!space->system_table)
        return false;
    space->system_table[0] =
        physical_of(boot.info) | PAGE_PRESENT | PAGE_USER | PAGE_ACCESSED | PAGE_NX;
    return true;
}

static bool make_handles(struct space *space, enum l4_status *status)
{
    struct handle *slots = space_alloc(space, space->handle_order, status);
    if (slots)
        handle_table_init(&space->table, slots, HANDLES_PER_FRAME << space->handle_order);
    return slots;
}

// Gives back what making a space took; also the last step of its end.
static void unmake(struct space *space)
{
    struct slab *slabs[] = {&space->nodes, &space->fpus, &space->irqs_slab};
    if (space->top)
        frames_free(&pool, space->top, 0);
    if (space->table.slots)
        frames_free(&pool, space->table.slots, space->handle_order);
    for (unsigned i = 0; i < sizeof slabs / sizeof *slabs; i++)
        slab_trim(slabs[i]);
    pcid_give(space->pcid);
    if (space->parent)
        space->parent->quota.limit_bytes += space->quota.limit_bytes;
    frames_free(&pool, space, 0);
}

struct space *space_new(struct space *parent, uint64_t quota_bytes, uint32_t handle_count,
                        uint8_t greatest_priority, enum l4_status *status)
{
    // The space itself and its top table are charged like everything else, but never fail alone.
    uint64_t least = 2 * FRAME_BYTES;
    uint32_t handle_order = 0;
    while (HANDLES_PER_FRAME << handle_order < handle_count)
        handle_order++;
    *status = L4_STATUS_QUOTA;
    if (quota_bytes < least + TABLE_SYSTEM_BYTES + (FRAME_BYTES << handle_order) ||
        (parent && quota_bytes > quota_left(&parent->quota)))
        return 0;
    *status = L4_STATUS_MEMORY;
    struct space *space = frames_alloc(&pool, 0);
    if (!space)
        return 0;
    zero_words(space, sizeof *space / 8);
    quota_init(&space->quota, quota_bytes);
    quota_charge(&space->quota, least);
    if (parent)
        parent->quota.limit_bytes -= quota_bytes;
    space->handle_order = handle_order;
    space->last[0].covered = space->last[1].covered = ~0ull;
    space->parent = parent;
    space->depth = parent ? parent->depth + 1 : 0;
    space->greatest_priority = greatest_priority;
    slab_init(&space->nodes, &pool, &space->quota, sizeof(struct map_node));
    slab_init(&space->fpus, &pool, &space->quota, sizeof(struct fpu_state));
    slab_init(&space->irqs_slab, &pool, &space->quota, sizeof(struct irq));
    if (!pcid_take(&space->pcid) || !make_tables(space, status) || !make_handles(space, status)) {
        while (space->top && !memory_end_step(space))
            ;
        unmake(space);
        return 0;
    }
    space->cr3 = physical_of(space->top) | space->pcid | (features.pcid ? PCID_KEEP : 0);
    if (parent)
        list_append(&parent->children, &space->sibling);
    return space;
}

// Closes the handles that the space holds, with what was derived from them.
static bool end_handles_step(struct space *space)
{
    for (unsigned i = 0; i < END_HANDLES && space->end_slot < space->table.slot_count; i++) {
        struct handle *handle = handle_any(&space->table, space->end_slot);
        if (handle && !handle_close_step(handle))
            return false;
        space->end_slot++;
        if (handle)
            return false;
    }
    return space->end_slot == space->table.slot_count;
}

// Gives back the memory of threads, which are gone.
static bool end_groups_step(struct space *space)
{
    for (unsigned i = 0; i < END_GROUPS && space->group_count; i++)
        frames_free(&pool, space->groups[--space->group_count], THREAD_GROUP_ORDER);
    return !space->group_count;
}

// Ends interrupts that were moved elsewhere, and what was derived from them there.
static bool end_irqs_step(struct space *space)
{
    if (!space->irqs)
        return true;
    struct irq *irq = CONTAINER_OF(space->irqs, struct irq, in_space);
    if (handle_end_step(&irq->object, 0))
        irq_end(irq);
    return false;
}

// What is taken apart when its threads are gone, one after the other.
static bool (*const end_steps[])(struct space *) = {
    end_handles_step, ports_end_step, memory_end_step, end_groups_step, end_irqs_step,
};

// Spaces end from the leaves of the tree of creation.
static bool end_one_step(struct space *space, struct handle *handle)
{
    space->ending = true;
    if (space->members) {
        thread_end_step(CONTAINER_OF(space->members, struct thread, in_space), 0);
        return false;
    }
    if (!handle_end_step(&space->object, handle))
        return false;
    while (space->end_parts < sizeof end_steps / sizeof *end_steps) {
        bool dear = end_steps[space->end_parts] == memory_end_step;
        if (!end_steps[space->end_parts](space))
            return false;
        space->end_parts++;
        if (dear)
            return false;
    }
    handle_end_step(&space->object, 0);
    list_remove(&space->parent->children, &space->sibling);
    unmake(space);
    return true;
}

// One bounded step of ending a space; true when it is gone. `handle` is the one by which it was
// named.
static bool space_end_step(struct space *space, struct handle *handle)
{
    struct space *leaf = space;
    space->ending = true;
    while (leaf->children) {
        leaf = CONTAINER_OF(leaf->children, struct space, sibling);
        leaf->ending = true;
    }
    bool gone = end_one_step(leaf, leaf == space ? handle : 0);
    return gone && leaf == space;
}

unsigned op_space_create(struct thread *caller)
{
    struct handle *slot = call_free_slot(caller, call_first(caller));
    if (!slot)
        return L4_STATUS_SLOT;
    uint64_t handles = call_third(caller), priority = *call_word(caller, 1);
    if (handles > L4_HANDLES_MAX || caller->space->depth == L4_SPACE_DEPTH_MAX)
        return L4_STATUS_ARGUMENT;
    if (priority > caller->space->greatest_priority)
        return L4_STATUS_PRIORITY;
    // Its end begins with its children: it would never come.
    if (caller->space->ending)
        return L4_STATUS_STATE;
    enum l4_status status;
    uint64_t bytes = call_second(caller) & ~(uint64_t)(FRAME_BYTES - 1);
    struct space *space =
        space_new(caller->space, bytes, (uint32_t)handles, (uint8_t)priority, &status);
    if (!space)
        return status;
    handle_create(slot, &space->object, L4_KIND_SPACE, L4_RIGHT_OTHER, *call_word(caller, 0), 0);
    return L4_STATUS_OK;
}

unsigned op_space_control(struct thread *caller)
{
    struct space *space = call_object();
    if (call_second(caller) != L4_SPACE_ADD_QUOTA)
        return L4_STATUS_ARGUMENT;
    uint64_t bytes = call_third(caller);
    // Only its creator may feed a space: what comes back at its end would otherwise go elsewhere.
    if (space->parent != caller->space)
        return L4_STATUS_RIGHTS;
    return quota_transfer(&caller->space->quota, &space->quota, bytes) ? L4_STATUS_OK
                                                                       : L4_STATUS_QUOTA;
}

unsigned op_space_info(struct thread *caller)
{
    struct space *space = call_object();
    *call_word(caller, 0) = space->quota.limit_bytes;
    *call_word(caller, 1) = space->quota.used_bytes;
    *call_word(caller, 2) = space->thread_count;
    *call_word(caller, 3) = space->table.slot_count;
    *call_word(caller, 4) = space->greatest_priority;
    *call_word(caller, 5) = space->table.used_count;
    return L4_STATUS_OK;
}

static bool contains(const struct space *outer, const struct space *inner)
{
    while (inner && inner != outer)
        inner = inner->parent;
    return inner;
}

unsigned op_space_delete(struct thread *caller)
{
    struct space *space = call_object();
    // Who saws off the branch it sits on would leave the rest undone.
    if (contains(space, caller->space))
        return L4_STATUS_STATE;
    struct handle *handle = &caller->slots[call_first(caller)];
    return space_end_step(space, handle) ? L4_STATUS_OK : L4_STATUS_AGAIN;
}
