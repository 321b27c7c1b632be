// SPDX-License-Identifier: BSD-2-Clause
//
// Handles: copies for oneself and for others, with fewer rights or another label.
#ifndef L4_HANDLE_H
#define L4_HANDLE_H

#include <l4/call.h>

struct l4_handle_info {
    uint64_t kind; // L4_KIND_…
    uint64_t rights;
    uint64_t label;
    uint64_t mask;
};

// Derives a handle into a free slot of `space` (handle with CONTROL; 0: the own space). Rights and
// mask are cut to those of the source. Without the right MINT the copy keeps the source's label,
// whatever `label` says.
L4_INLINE enum l4_status l4_handle_mint(l4_handle_t space, l4_handle_t from, l4_handle_t to,
                                        unsigned rights, uint64_t label, uint64_t mask)
{
    struct l4_message message = {.w = {rights, label, mask}};
    return l4_system_call(L4_OP_HANDLE_COPY, space, from, to, &message);
}

// The same with all that the source allows but its label kept: needs no MINT.
L4_INLINE enum l4_status l4_handle_copy(l4_handle_t space, l4_handle_t from, l4_handle_t to,
                                        unsigned rights)
{
    struct l4_message message = {.w = {rights & ~L4_RIGHT_MINT, 0, ~0ull, 1}};
    return l4_system_call(L4_OP_HANDLE_COPY, space, from, to, &message);
}

// Moves a handle, with all its relations, to a free slot of `space`.
L4_INLINE enum l4_status l4_handle_move(l4_handle_t space, l4_handle_t from, l4_handle_t to)
{
    return l4_short_call(L4_OP_HANDLE_MOVE, space, from, to);
}

// Closes a handle and all that was derived from it. The last handle of an irq ends it.
L4_INLINE enum l4_status l4_handle_close(l4_handle_t space, l4_handle_t handle)
{
    enum l4_status status;
    do {
        status = l4_short_call(L4_OP_HANDLE_CLOSE, space, handle, 0);
    } while (status == L4_STATUS_AGAIN);
    return status;
}

// Closes all that was derived from a handle.
L4_INLINE enum l4_status l4_handle_revoke(l4_handle_t handle)
{
    enum l4_status status;
    do {
        status = l4_short_call(L4_OP_HANDLE_REVOKE, 0, handle, 0);
    } while (status == L4_STATUS_AGAIN);
    return status;
}

L4_INLINE enum l4_status l4_handle_info(l4_handle_t handle, struct l4_handle_info *info)
{
    struct l4_message message = {0};
    enum l4_status status = l4_system_call(L4_OP_HANDLE_INFO, 0, handle, 0, &message);
    *info = (struct l4_handle_info){message.w[0], message.w[1], message.w[2], message.w[3]};
    return status;
}

#endif
