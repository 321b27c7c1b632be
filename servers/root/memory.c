// SPDX-License-Identifier: BSD-2-Clause
//
// Root takes what it needs from the end of the largest free region.
#include "memory.h"

#include <l4/l4.h>
#include <rt/log.h>
#include <stdbool.h>
#include <string.h>

#include "layout.h"
#include "vm_client.h"

static const struct l4_region *source; // the largest free region
static uint64_t source_end;            // what is behind it is taken
static uint32_t modules_open;          // bit n: module n is mapped

static void source_find(void)
{
    const struct l4_info *info = l4_info();
    for (uint32_t i = 0; i < info->region_count && i < L4_INFO_REGIONS; i++) {
        const struct l4_region *region = &info->regions[i];
        if (region->kind == L4_REGION_FREE &&
            (!source || region->end - region->start > source->end - source->start))
            source = region;
    }
    source_end = source ? source->end & ~(PAGE_BYTES - 1) : 0;
}

void *memory_at(uint64_t physical)
{
    return (void *)(MEMORY_WINDOW + physical);
}

uint64_t memory_take(uint64_t bytes)
{
    if (!source)
        source_find();
    uint64_t whole = (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    if (!source || source_end - source->start < whole)
        return 0;
    source_end -= whole;
    if (l4_memory_map(L4_SLOT_MEMORY, source_end, (uint64_t)memory_at(source_end), whole,
                      L4_READ | L4_WRITE | L4_CACHE_NORMAL) != L4_STATUS_OK)
        return 0;
    memset(memory_at(source_end), 0, whole);
    return source_end;
}

// The loader's command line for a module begins with its name.
static bool module_named(const struct l4_module *module, const char *name)
{
    size_t length = strlen(name);
    return strncmp(module->name, name, length) == 0 &&
           (module->name[length] == '\0' || module->name[length] == ' ');
}

const void *memory_module(const char *name, size_t *bytes, uint64_t *physical)
{
    const struct l4_info *info = l4_info();
    for (uint32_t i = 0; i < info->module_count && i < L4_INFO_MODULES; i++) {
        const struct l4_module *module = &info->modules[i];
        if (!module_named(module, name))
            continue;
        uint64_t address = MODULE_WINDOW + module->start;
        uint64_t whole = (module->bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
        if (!(modules_open & 1u << i) &&
            l4_memory_map(L4_SLOT_MEMORY, module->start, address, whole,
                          L4_READ | L4_EXECUTE | L4_CACHE_NORMAL) != L4_STATUS_OK)
            return NULL;
        modules_open |= 1u << i;
        *bytes = module->bytes;
        *physical = module->start;
        return (const void *)address;
    }
    return NULL;
}

void memory_hand_over(void)
{
    const struct l4_info *info = l4_info();
    for (uint32_t i = 0; i < info->region_count && i < L4_INFO_REGIONS; i++) {
        const struct l4_region *region = &info->regions[i];
        if (region->kind != L4_REGION_FREE)
            continue;
        uint64_t end = region == source ? source_end : region->end;
        uint32_t error = vm_memory_add(region->start, end);
        if (error)
            log_line(NULL, "root: memory %lx .. %lx is not used (%u)", (unsigned long)region->start,
                     (unsigned long)end, error);
    }
}
