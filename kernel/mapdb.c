// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping database: the parts that are not on the fast paths.
#include "mapdb.h"

void mapdb_grant(struct map_node *from, struct map_node *to, struct space *space, uint64_t *entry,
                 uint64_t address)
{
    to->next = from->next;
    to->previous = from->previous;
    to->space = space;
    to->entry = entry;
    to->place = address | (from->place & (MAPDB_LARGE | MAPDB_DEPTH_MAX));
    if (to->previous)
        to->previous->next = to;
    if (to->next)
        to->next->previous = to;
}

static bool node_follows(const struct map_node *node, const struct map_node *next)
{
    if (next->previous != node || mapdb_depth(next) == 0)
        return false;
    if (mapdb_depth(next) > mapdb_depth(node) + 1)
        return false;
    bool child = mapdb_depth(next) == mapdb_depth(node) + 1;
    return !(child && mapdb_large(next) && !mapdb_large(node));
}

bool mapdb_check(const struct map_node *node)
{
    while (node->previous)
        node = node->previous;
    if (mapdb_depth(node) != 0)
        return false;
    for (; node->next; node = node->next)
        if (!node_follows(node, node->next))
            return false;
    return true;
}
