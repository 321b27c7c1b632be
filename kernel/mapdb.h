// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping database: a node for every mapping of a page, kept as derivation.h says. A page of 2 MiB
// may have children of 4 KiB, never the other way round.
//
// Nodes belong to the caller, who allocates, charges and frees them. The owner of the page table
// keeps for each present entry the address of its node, which makes finding a node one load.
#ifndef KERNEL_MAPDB_H
#define KERNEL_MAPDB_H

#include "derivation.h"

#define MAPDB_LARGE         0x100u // set in `place`: 2 MiB
#define MAPDB_SIBLINGS_SEEN 64

struct space;

struct map_node {
    struct derivation tree; // place: virtual address | MAPDB_LARGE | depth
    struct space *space;
    uint64_t *entry; // the page-table entry that holds the mapping
};

_Static_assert(sizeof(struct map_node) == 40, "a mapping costs 40 bytes of kernel memory");

static inline bool mapdb_large(const struct map_node *node)
{
    return node->tree.place & MAPDB_LARGE;
}

static inline uint64_t mapdb_address(const struct map_node *node)
{
    return node->tree.place & ~(uint64_t)0xfff;
}

// Makes `node` a child of `parent`, or an original mapping if that is null. False, and nothing
// done, if the parent stands at the greatest depth or the child's page is the larger one.
static inline bool mapdb_child(struct map_node *node, struct map_node *parent)
{
    node->tree.next = node->tree.previous = 0;
    return !parent || ((mapdb_large(parent) || !mapdb_large(node)) &&
                       derivation_add(&node->tree, &parent->tree));
}

// Whether `node` is a child of `parent`, or an original mapping if that is null. It says no when
// there are so many siblings that looking would take too long.
bool mapdb_stems_from(const struct map_node *node, const struct map_node *parent);

#endif
