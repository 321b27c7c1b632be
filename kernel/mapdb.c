// SPDX-License-Identifier: BSD-2-Clause
//
// Mapping database: the part that is not on the fast paths.
#include "mapdb.h"

bool mapdb_stems_from(const struct map_node *node, const struct map_node *parent)
{
    const struct derivation *each = &node->tree;
    unsigned depth = derivation_depth(each);
    if (!parent || depth == 0)
        return !parent && depth == 0;
    for (unsigned i = 0; i < MAPDB_SIBLINGS_SEEN && each; i++) {
        each = each->previous;
        if (each && derivation_depth(each) < depth)
            return each == &parent->tree;
    }
    return false;
}
