// SPDX-License-Identifier: BSD-2-Clause
//
// Memory: from physical memory, into other spaces, and back.
#ifndef L4_MEMORY_H
#define L4_MEMORY_H

#include <l4/call.h>

// Maps physical memory that is not the kernel's into the own space (handle of kind MEMORY with
// CONTROL). `rights_and_cache`: L4_READ … | L4_CACHE_…. Everything aligned to 4 KiB; 2 MiB pages
// are used where both addresses allow it.
L4_INLINE enum l4_status l4_memory_map(l4_handle_t memory, uint64_t physical, uint64_t address,
                                       uint64_t bytes, unsigned rights_and_cache)
{
    enum l4_status status;
    do {
        struct l4_message message = {.w = {bytes, rights_and_cache}};
        status = l4_system_call(L4_OP_MEMORY_MAP, memory, physical, address, &message);
        physical += message.w[0];
        address += message.w[0];
        bytes -= message.w[0];
    } while (status == L4_STATUS_AGAIN);
    return status;
}

// Maps own pages into `space` (handle with CONTROL), which need not agree.
L4_INLINE enum l4_status l4_space_map(l4_handle_t space, uint64_t from, uint64_t to, uint64_t bytes,
                                      unsigned rights)
{
    enum l4_status status;
    do {
        struct l4_message message = {.w = {to, bytes}};
        status = l4_system_call(L4_OP_SPACE_MAP, space, L4_ITEM_WORD(L4_ITEM_MAP, 0, rights), from,
                                &message);
        from += message.w[0];
        to += message.w[0];
        bytes -= message.w[0];
    } while (status == L4_STATUS_AGAIN);
    return status;
}

// Takes rights back from all mappings derived from [address, address + bytes) of `space` (0: own),
// and with L4_UNMAP_SELF from these too. Taking L4_READ takes everything.
L4_INLINE enum l4_status l4_unmap(l4_handle_t space, uint64_t address, uint64_t bytes,
                                  unsigned rights, unsigned flags)
{
    enum l4_status status;
    do {
        struct l4_message message = {.w = {rights, flags}};
        status = l4_system_call(L4_OP_UNMAP, space, address, bytes, &message);
        address += message.w[0];
        bytes -= message.w[0];
    } while (status == L4_STATUS_AGAIN);
    return status;
}

#endif
