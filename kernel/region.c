// SPDX-License-Identifier: BSD-2-Clause
//
// Memory operations: from physical memory, into other spaces, and back.
#include "boot.h"
#include "call.h"
#include "memory.h"

#define UNMAP_STEPS 32

// Physical memory that is the kernel's own may not be mapped.
static bool physical_allowed(uint64_t start, uint64_t bytes)
{
    if (start > features.physical_limit || bytes > features.physical_limit - start)
        return false;
    for (unsigned i = 0; i < BOOT_RESERVED; i++)
        if (start < boot.reserved[i].end && boot.reserved[i].start < start + bytes)
            return false;
    return true;
}

unsigned op_memory_map(struct thread *caller)
{
    static const uint64_t cache_bits[] = {0, PAGE_UNCACHED, PAGE_THROUGH};
    uint64_t bytes = *call_word(caller, 0), rights = *call_word(caller, 1);
    uint64_t cache = (rights & L4_CACHE_MASK) >> 8, physical = call_second(caller);
    *call_word(caller, 0) = 0;
    if (cache >= sizeof cache_bits / sizeof *cache_bits)
        return L4_STATUS_ARGUMENT;
    if (physical & (PAGE_BYTES - 1) || !physical_allowed(physical, bytes))
        return L4_STATUS_ADDRESS;
    struct map_request request = {
        .to = caller->space,
        .source = physical,
        .target = call_third(caller),
        .bytes = bytes,
        .rights = (unsigned)(rights & ~(uint64_t)L4_CACHE_MASK),
        .cache = cache_bits[cache],
        .leaves = L4_MAP_LEAVES_MAX,
    };
    enum l4_status status = map_pages(&request);
    *call_word(caller, 0) = request.done;
    return status;
}

unsigned op_space_map(struct thread *caller)
{
    struct space *space = call_object();
    unsigned kind = L4_ITEM_KIND(call_second(caller));
    struct map_request request = {
        .from = caller->space,
        .to = space,
        .source = call_third(caller),
        .target = *call_word(caller, 0),
        .bytes = *call_word(caller, 1),
        .rights = L4_ITEM_RIGHTS(call_second(caller)),
        .grant = kind == L4_ITEM_GRANT,
        .leaves = L4_MAP_LEAVES_MAX,
    };
    *call_word(caller, 0) = 0;
    if (kind == L4_ITEM_PORTS)
        return ports_give(caller->space, space, request.source, request.bytes);
    if (kind != L4_ITEM_MAP && kind != L4_ITEM_GRANT)
        return L4_STATUS_ARGUMENT;
    enum l4_status status = map_pages(&request);
    *call_word(caller, 0) = request.done;
    return status;
}

unsigned op_unmap(struct thread *caller)
{
    struct space *space = call_object();
    uint64_t address = call_second(caller), bytes = call_third(caller);
    uint64_t rights = *call_word(caller, 0), flags = *call_word(caller, 1);
    unsigned steps = UNMAP_STEPS;
    *call_word(caller, 0) = 0;
    if (!rights || rights > (L4_READ | L4_WRITE | L4_EXECUTE) || flags > L4_UNMAP_SELF)
        return L4_STATUS_ARGUMENT;
    if (!map_range_valid(address, bytes))
        return L4_STATUS_ADDRESS;
    uint64_t done = unmap_pages(space, address, bytes, flags ? (unsigned)rights : 0, &steps);
    *call_word(caller, 0) = done;
    return done == bytes ? L4_STATUS_OK : L4_STATUS_AGAIN;
}
