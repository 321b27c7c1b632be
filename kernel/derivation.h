// SPDX-License-Identifier: BSD-2-Clause
//
// Derivation: who got a thing from whom. Mappings, handles and port ranges are all kept this way.
//
// What stems from one original stands in one doubly linked list in preorder, each with its depth: a
// child stands right behind its parent with a depth one greater, so the descendants of a node are
// the nodes behind it with a greater depth.
//
// Revocation removes leaves only, one at a time, so that the caller may stop after any of them, let
// others run and begin again: the tree is right after every step.
//
//     for (node = derivation_leaf(top, top); node; node = derivation_leaf(top, before))
//         before = derivation_remove(node);
//
// Nodes are the first member of what they keep.
#ifndef KERNEL_DERIVATION_H
#define KERNEL_DERIVATION_H

#include <stdbool.h>
#include <stdint.h>

#define DERIVATION_DEPTH 0xffu // greatest, and the bits of it: bounds the way down to a leaf

struct derivation {
    struct derivation *next; // first: a lone pointer to the first node may stand for a node before
    struct derivation *previous;
    uint64_t place; // low byte: depth; the rest is its owner's
};

static inline unsigned derivation_depth(const struct derivation *node)
{
    return node->place & DERIVATION_DEPTH;
}

static inline void derivation_insert(struct derivation *node, struct derivation *previous)
{
    struct derivation *next = previous->next;
    node->next = next;
    node->previous = previous;
    previous->next = node;
    if (next)
        next->previous = node;
}

// Makes `node`, whose depth is 0 so far, a child of `parent`. False, and nothing done, if that
// stands at the greatest depth.
static inline bool derivation_add(struct derivation *node, struct derivation *parent)
{
    if (derivation_depth(parent) == DERIVATION_DEPTH)
        return false;
    node->place |= derivation_depth(parent) + 1;
    derivation_insert(node, parent);
    return true;
}

// Takes a node without children out of its tree. Returns the node before it, null for an original
// that nothing stands before.
static inline struct derivation *derivation_remove(struct derivation *node)
{
    struct derivation *previous = node->previous, *next = node->next;
    if (previous)
        previous->next = next;
    if (next)
        next->previous = previous;
    return previous;
}

// `node`, whose depth is 0 so far, takes the place of another with parent, children and depth.
static inline void derivation_replace(struct derivation *node, struct derivation *other)
{
    node->place |= derivation_depth(other);
    derivation_insert(node, other);
    derivation_remove(other);
}

// The next leaf below `top` to remove, looking from `from`, which is `top` or the node before a
// leaf that was removed; null when nothing is left.
static inline struct derivation *derivation_leaf(struct derivation *top, struct derivation *from)
{
    while (from->next && derivation_depth(from->next) > derivation_depth(from))
        from = from->next;
    return from == top ? 0 : from;
}

#endif
