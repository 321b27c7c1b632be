// SPDX-License-Identifier: BSD-2-Clause
//
// Address spaces: creation, contents, end.
#ifndef L4_SPACE_H
#define L4_SPACE_H

#include <l4/call.h>

struct l4_space_info {
    uint64_t quota_bytes;
    uint64_t used_bytes;
    uint64_t threads;
    uint64_t handles; // size of the table
    uint64_t greatest_priority;
    uint64_t handles_used;
};

// Creates an empty space with `quota_bytes` of kernel memory out of the caller's own quota and a
// table of at least `handles` slots. `slot` gets the handle with all rights.
L4_INLINE enum l4_status l4_space_create(l4_handle_t slot, uint64_t quota_bytes, uint32_t handles,
                                         uint64_t label, unsigned greatest_priority)
{
    struct l4_message message = {.w = {label, greatest_priority}};
    return l4_system_call(L4_OP_SPACE_CREATE, slot, quota_bytes, handles, &message);
}

L4_INLINE enum l4_status l4_space_add_quota(l4_handle_t space, uint64_t bytes)
{
    return l4_short_call(L4_OP_SPACE_CONTROL, space, L4_SPACE_ADD_QUOTA, bytes);
}

// `space` 0: the caller's own.
L4_INLINE enum l4_status l4_space_info(l4_handle_t space, struct l4_space_info *info)
{
    struct l4_message message = {0};
    enum l4_status status = l4_system_call(L4_OP_SPACE_INFO, space, 0, 0, &message);
    *info = (struct l4_space_info){message.w[0], message.w[1], message.w[2],
                                   message.w[3], message.w[4], message.w[5]};
    return status;
}

// Ends a space with all its threads, mappings, handles. Its quota returns to its creator.
L4_INLINE enum l4_status l4_space_delete(l4_handle_t space)
{
    enum l4_status status;
    do {
        status = l4_short_call(L4_OP_SPACE_DELETE, space, 0, 0);
    } while (status == L4_STATUS_AGAIN);
    return status;
}

#endif
