// SPDX-License-Identifier: BSD-2-Clause
//
// Information of the first multiboot version, for QEMU's -kernel option.
#include "boot.h"

#define FLAG_COMMAND  (1u << 2)
#define FLAG_MODULES  (1u << 3)
#define FLAG_MAP      (1u << 6)
#define MEMORY_USABLE 1

struct information {
    uint32_t flags;
    uint32_t low_kib, high_kib;
    uint32_t boot_device;
    uint32_t command;
    uint32_t module_count, modules;
    uint32_t symbols[4];
    uint32_t map_bytes, map;
};

struct module {
    uint32_t start, end, command, reserved;
};

struct map_entry {
    uint32_t bytes; // of what follows
    uint64_t start, length;
    uint32_t kind;
} __attribute__((packed));

static void parse_map(struct boot_map *map, const struct information *info)
{
    uint64_t at = info->map, end = at + info->map_bytes;
    while (at + sizeof(struct map_entry) <= end) {
        const struct map_entry *entry = (const struct map_entry *)at;
        if (entry->kind == MEMORY_USABLE)
            bootmap_add(map, entry->start, entry->start + entry->length);
        at += entry->bytes + sizeof entry->bytes;
    }
}

// A module is named after its file, as the configurations that we make for GRUB name it; QEMU gives
// the file's path.
static const char *file_name(const char *path)
{
    const char *name = path;
    for (const char *c = path; *c && *c != ' '; c++)
        if (*c == '/')
            name = c + 1;
    return name;
}

void boot_parse_old(struct boot_map *map, const void *from)
{
    const struct information *info = from;
    map->command = info->flags & FLAG_COMMAND ? (const char *)(uint64_t)info->command : "";
    if (info->flags & FLAG_MAP)
        parse_map(map, info);
    if (!(info->flags & FLAG_MODULES))
        return;
    const struct module *modules = (const struct module *)(uint64_t)info->modules;
    for (unsigned i = 0; i < info->module_count && i < BOOTMAP_MODULES; i++) {
        map->modules[map->module_count++] =
            (struct boot_module){modules[i].start, modules[i].end,
                                 file_name((const char *)(uint64_t)modules[i].command)};
        bootmap_reserve(map, modules[i].start, modules[i].end);
    }
    // The strings are copied to the information page before the memory is anybody's.
    bootmap_reserve(map, (uint64_t)modules,
                    (uint64_t)modules + info->module_count * sizeof *modules);
    bootmap_reserve(map, (uint64_t)from, (uint64_t)from + 4096);
}
