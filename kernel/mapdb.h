// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping database: who got which page from whom.
//
// Every mapping is a node. The nodes that stem from one original mapping stand in one doubly linked
// list in preorder, each with its depth: a child stands right behind its parent with a depth one
// greater, so the descendants of a node are the nodes behind it with a greater depth. A page of
// 2 MiB may have children of 4 KiB, never the other way round.
//
// Revocation removes leaves only, one call at a time, so that the caller may stop after any of
// them, let others run and begin again: the tree is right after every step.
//
//     for (node = mapdb_leaf(top, top); node; node = mapdb_leaf(top, node)) {
//         ... clear *node->entry, forget the TLB entry ...
//         before = mapdb_remove(node); slab_free(node); node = before;
//         if (enough for now) break;          // later: begin again with mapdb_leaf(top, top)
//     }
//
// Nodes belong to the caller, who allocates, charges and frees them. The owner of the page table
// keeps for each present entry the address of its node, which makes finding a node one load.
#ifndef KERNEL_MAPDB_H
#define KERNEL_MAPDB_H

#include <stdbool.h>
#include <stdint.h>

#define MAPDB_DEPTH_BITS 8
#define MAPDB_DEPTH_MAX  ((1u << MAPDB_DEPTH_BITS) - 1) // bounds the way down to a leaf
#define MAPDB_LARGE      (1u << MAPDB_DEPTH_BITS)       // set in `place`: 2 MiB

struct space;

struct map_node {
    struct map_node *next;
    struct map_node *previous;
    struct space *space;
    uint64_t *entry; // the page-table entry that holds the mapping
    uint64_t place;  // virtual address | MAPDB_LARGE | depth
};

_Static_assert(sizeof(struct map_node) == 40, "a mapping costs 40 bytes of kernel memory");

static inline unsigned mapdb_depth(const struct map_node *node)
{
    return node->place & MAPDB_DEPTH_MAX;
}

static inline bool mapdb_large(const struct map_node *node)
{
    return node->place & MAPDB_LARGE;
}

static inline uint64_t mapdb_address(const struct map_node *node)
{
    return node->place & ~(uint64_t)0xfff;
}

// Makes an original mapping: depth 0, no relatives. `address` is aligned to the page's size.
static inline void mapdb_root(struct map_node *node, struct space *space, uint64_t *entry,
                              uint64_t address, bool large)
{
    node->next = 0;
    node->previous = 0;
    node->space = space;
    node->entry = entry;
    node->place = address | (large ? MAPDB_LARGE : 0);
}

// Makes `node` a child of `parent`. False, and nothing done, if the parent stands at the greatest
// depth or the child's page is the larger one.
static inline bool mapdb_child(struct map_node *parent, struct map_node *node, struct space *space,
                               uint64_t *entry, uint64_t address, bool large)
{
    uint64_t kind = (parent->place & (MAPDB_LARGE | MAPDB_DEPTH_MAX)) + 1;
    if (mapdb_depth(parent) == MAPDB_DEPTH_MAX || (large && !(kind & MAPDB_LARGE)))
        return false;
    struct map_node *next = parent->next;
    node->next = next;
    node->previous = parent;
    node->space = space;
    node->entry = entry;
    node->place = address | (kind & MAPDB_DEPTH_MAX) | (large ? MAPDB_LARGE : 0);
    parent->next = node;
    if (next)
        next->previous = node;
    return true;
}

// Takes a node without children out of its tree. Returns the node before it in preorder, null for
// an original mapping. The node may be freed afterwards.
static inline struct map_node *mapdb_remove(struct map_node *node)
{
    struct map_node *previous = node->previous, *next = node->next;
    if (previous)
        previous->next = next;
    if (next)
        next->previous = previous;
    return previous;
}

static inline bool mapdb_has_children(const struct map_node *node)
{
    return node->next && mapdb_depth(node->next) > mapdb_depth(node);
}

// The next leaf below `top` to remove, looking from `from`, which is `top` or what mapdb_remove
// returned for a leaf below `top`; null when `top` has no children left. At most MAPDB_DEPTH_MAX
// steps.
static inline struct map_node *mapdb_leaf(struct map_node *top, struct map_node *from)
{
    while (mapdb_has_children(from))
        from = from->next;
    return from == top ? 0 : from;
}

// Grant: the mapping moves to another owner and keeps parent, children and depth. `to` is a fresh
// node; `from` may be freed afterwards. The page's size stays.
void mapdb_grant(struct map_node *from, struct map_node *to, struct space *space, uint64_t *entry,
                 uint64_t address);

#endif
