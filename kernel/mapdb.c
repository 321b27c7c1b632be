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
