// SPDX-License-Identifier: BSD-2-Clause
//
// Multiboot2 boot information (specification 2.0, section 3.6) into a boot map.
#include "bootmap.h"

#define PAGE_MASK ((uint64_t)0xfff)

enum {
    TAG_END = 0,
    TAG_COMMAND = 1,
    TAG_MODULE = 3,
    TAG_MEMORY = 6,
    TAG_SCREEN = 8,
    TAG_RSDP_V1 = 14,
    TAG_RSDP_V2 = 15,
};

enum { MEMORY_AVAILABLE = 1, SCREEN_TEXT = 2 };

struct mb_header {
    uint32_t total_bytes;
    uint32_t reserved;
};

struct mb_tag {
    uint32_t type;
    uint32_t bytes;
};

struct mb_module {
    struct mb_tag tag;
    uint32_t start;
    uint32_t end;
    char command[];
};

struct mb_memory {
    struct mb_tag tag;
    uint32_t entry_bytes;
    uint32_t entry_version;
    // entries follow
};

struct mb_memory_entry {
    uint64_t start;
    uint64_t bytes;
    uint32_t type;
    uint32_t reserved;
};

struct mb_screen {
    struct mb_tag tag;
    uint64_t address;
    uint32_t pitch_bytes;
    uint32_t width;
    uint32_t height;
    uint8_t bits_per_pixel;
    uint8_t kind;
};

static void region_delete(struct boot_map *map, size_t index)
{
    map->region_count--;
    for (size_t i = index; i < map->region_count; i++)
        map->regions[i] = map->regions[i + 1];
}

// Inserts in ascending order. What does not fit the table is left out.
static void region_insert(struct boot_map *map, struct boot_region region)
{
    if (map->region_count == BOOTMAP_REGIONS)
        return;
    size_t place = map->region_count++;
    for (; place > 0 && map->regions[place - 1].start > region.start; place--)
        map->regions[place] = map->regions[place - 1];
    map->regions[place] = region;
}

void bootmap_add(struct boot_map *map, uint64_t start, uint64_t end)
{
    start = (start + PAGE_MASK) & ~PAGE_MASK;
    end &= ~PAGE_MASK;
    if (start >= end)
        return;
    bootmap_reserve(map, start, end);
    region_insert(map, (struct boot_region){start, end});
}

void bootmap_reserve(struct boot_map *map, uint64_t start, uint64_t end)
{
    start &= ~PAGE_MASK;
    end = end > UINT64_MAX - PAGE_MASK ? ~PAGE_MASK : (end + PAGE_MASK) & ~PAGE_MASK;
    if (start >= end)
        return;
    for (size_t i = 0; i < map->region_count; i++) {
        struct boot_region region = map->regions[i];
        if (region.end <= start || region.start >= end)
            continue;
        region_delete(map, i--); // what is left of it will be looked at again
        if (region.start < start)
            region_insert(map, (struct boot_region){region.start, start});
        if (region.end > end)
            region_insert(map, (struct boot_region){end, region.end});
    }
}

uint64_t bootmap_take(struct boot_map *map, uint64_t bytes, uint64_t alignment, uint64_t limit)
{
    for (size_t i = map->region_count; i-- > 0;) {
        struct boot_region region = map->regions[i];
        uint64_t end = region.end < limit ? region.end : limit;
        if (end < bytes)
            continue;
        uint64_t start = (end - bytes) & ~(alignment - 1);
        if (start < region.start || start == 0)
            continue;
        bootmap_reserve(map, start, start + bytes);
        return start;
    }
    return 0;
}

// Whether a string that begins `offset` bytes into the tag ends inside it.
static bool string_ends(const struct mb_tag *tag, size_t offset)
{
    const char *text = (const char *)tag;
    for (size_t i = offset; i < tag->bytes; i++)
        if (!text[i])
            return true;
    return false;
}

static void read_module(struct boot_map *map, const struct mb_tag *tag)
{
    const struct mb_module *module = (const struct mb_module *)tag;
    if (tag->bytes < sizeof *module || module->start > module->end)
        return;
    if (map->module_count == BOOTMAP_MODULES)
        return;
    bool named = string_ends(tag, sizeof *module);
    map->modules[map->module_count++] =
        (struct boot_module){module->start, module->end, named ? module->command : ""};
}

static void read_memory(struct boot_map *map, const struct mb_tag *tag, bool available)
{
    const struct mb_memory *memory = (const struct mb_memory *)tag;
    if (tag->bytes < sizeof *memory || memory->entry_bytes < sizeof(struct mb_memory_entry) ||
        memory->entry_bytes % 8)
        return;
    size_t count = (tag->bytes - sizeof *memory) / memory->entry_bytes;
    for (size_t i = 0; i < count; i++) {
        const struct mb_memory_entry *entry =
            (const void *)((const char *)(memory + 1) + i * memory->entry_bytes);
        uint64_t end = entry->start + entry->bytes;
        if (end < entry->start)
            end = UINT64_MAX;
        if (available && entry->type == MEMORY_AVAILABLE)
            bootmap_add(map, entry->start, end);
        else if (!available && entry->type != MEMORY_AVAILABLE)
            bootmap_reserve(map, entry->start, end);
    }
}

static void read_screen(struct boot_map *map, const struct mb_tag *tag)
{
    const struct mb_screen *screen = (const struct mb_screen *)tag;
    // The structure in C is padded behind its last field; in the information it is not.
    if (tag->bytes < offsetof(struct mb_screen, kind) + 1)
        return;
    map->screen = (struct l4_screen){.address = screen->address,
                                     .pitch_bytes = screen->pitch_bytes,
                                     .width = screen->width,
                                     .height = screen->height,
                                     .bits_per_pixel = screen->bits_per_pixel,
                                     .text = screen->kind == SCREEN_TEXT};
}

static void read_tag(struct boot_map *map, const struct mb_tag *tag)
{
    switch (tag->type) {
    case TAG_COMMAND:
        if (string_ends(tag, sizeof *tag))
            map->command = (const char *)(tag + 1);
        break;
    case TAG_MODULE:
        read_module(map, tag);
        break;
    case TAG_MEMORY:
        read_memory(map, tag, true);
        break;
    case TAG_SCREEN:
        read_screen(map, tag);
        break;
    case TAG_RSDP_V1:
    case TAG_RSDP_V2:
        if (!map->rsdp || tag->type == TAG_RSDP_V2) {
            map->rsdp = tag + 1;
            map->rsdp_bytes = tag->bytes - sizeof *tag;
        }
        break;
    default:
        break;
    }
}

typedef void tag_reader(struct boot_map *map, const struct mb_tag *tag);

static bool each_tag(struct boot_map *map, const char *info, size_t bytes, tag_reader *read)
{
    for (size_t at = sizeof(struct mb_header); at + sizeof(struct mb_tag) <= bytes;) {
        const struct mb_tag *tag = (const struct mb_tag *)(info + at);
        if (tag->type == TAG_END)
            return true;
        if (tag->bytes < sizeof *tag || tag->bytes > bytes - at)
            return false;
        read(map, tag);
        at += ((size_t)tag->bytes + 7) & ~(size_t)7;
    }
    return false;
}

// What is not available wins over what is, whatever the order of the entries.
static void read_reserved(struct boot_map *map, const struct mb_tag *tag)
{
    if (tag->type == TAG_MEMORY)
        read_memory(map, tag, false);
    if (tag->type == TAG_MODULE && tag->bytes >= sizeof(struct mb_module)) {
        const struct mb_module *module = (const struct mb_module *)tag;
        bootmap_reserve(map, module->start, module->end);
    }
}

bool bootmap_parse(struct boot_map *map, const void *info, size_t readable_bytes)
{
    *map = (struct boot_map){.command = ""};
    if (readable_bytes < sizeof(struct mb_header) || (uintptr_t)info % 8)
        return false;
    const struct mb_header *header = info;
    size_t bytes = header->total_bytes < readable_bytes ? header->total_bytes : readable_bytes;
    bool whole = each_tag(map, info, bytes, read_tag);
    return each_tag(map, info, bytes, read_reserved) && whole;
}
