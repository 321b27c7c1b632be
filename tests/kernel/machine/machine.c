// SPDX-License-Identifier: BSD-2-Clause
//
// What the information page says about memory and modules, taken at its word: first and last page
// of every piece that is free get a number of their own, and all is read again when all is
// written. Pieces are of 2 MiB, in large regions of more: the emulator has to find the memory.
#include "support.h"

#define WINDOW      0x20000000ull
#define MODULES     0x30000000ull
#define PIECE       (2ull << 20)
#define PIECE_LARGE (128ull << 20)
#define LARGE       (512ull << 20)
#define MODULE_BYTE 'o'
#define KERNEL_MIN  (4ull << 20)
#define KERNEL_MAX  (64ull << 20)
#define OTHERS      (10ull << 20) // this program, firmware, the kernel's image, modules, alignment

// A page of physical memory, mapped for the moment.
static volatile uint64_t *page_at(uint64_t physical)
{
    l4_unmap(0, WINDOW, 4096, L4_READ, L4_UNMAP_SELF);
    need(l4_memory_map(L4_SLOT_MEMORY, physical, WINDOW, 4096, L4_READ | L4_WRITE), "page");
    return (volatile uint64_t *)WINDOW;
}

static uint64_t free_bytes, pages;

// Writes a page or reads it again. Another's place would have another's address in it.
static bool use_page(uint64_t physical, bool write)
{
    volatile uint64_t *page = page_at(physical);
    pages++;
    if (write)
        page[0] = page[511] = physical ^ 0x5a5a;
    return page[0] == (physical ^ 0x5a5a) && page[511] == (physical ^ 0x5a5a);
}

static bool use_region(const struct l4_region *region, bool write)
{
    uint64_t piece = region->end - region->start < LARGE ? PIECE : PIECE_LARGE;
    bool right = true;
    for (uint64_t at = region->start; at < region->end;) {
        uint64_t end = (at & ~(piece - 1)) + piece;
        if (end > region->end)
            end = region->end;
        right = use_page(at, write) && use_page(end - 4096, write) && right;
        at = end;
    }
    return right;
}

static bool use_all(bool write)
{
    const struct l4_info *info = l4_info();
    bool right = true;
    free_bytes = pages = 0;
    for (unsigned i = 0; i < info->region_count; i++)
        if (info->regions[i].kind == L4_REGION_FREE) {
            free_bytes += info->regions[i].end - info->regions[i].start;
            right = use_region(&info->regions[i], write) && right;
        }
    return right;
}

static bool regions_are_apart(void)
{
    const struct l4_info *info = l4_info();
    for (unsigned i = 0; i < info->region_count; i++)
        for (unsigned j = 0; j < i; j++)
            if (info->regions[i].end > info->regions[j].start &&
                info->regions[i].start < info->regions[j].end)
                return false;
    return true;
}

// Modules behind the first are all of one byte.
static bool modules_are_whole(void)
{
    const struct l4_info *info = l4_info();
    for (unsigned i = 1; i < info->module_count; i++) {
        const struct l4_module *module = &info->modules[i];
        uint64_t bytes = (module->bytes + 4095) & ~4095ull;
        if (module->start % 4096 || !module->bytes)
            return false;
        l4_unmap(0, MODULES, PIECE, L4_READ, L4_UNMAP_SELF);
        need(l4_memory_map(L4_SLOT_MEMORY, module->start, MODULES, bytes, L4_READ), "module");
        for (uint64_t j = 0; j < module->bytes; j++)
            if (((const char *)MODULES)[j] != MODULE_BYTE)
                return false;
    }
    return true;
}

static unsigned claim(bool holds, const char *what)
{
    print("%sok - %s\n", holds ? "" : "not ", what);
    return !holds;
}

int main(void)
{
    const struct l4_info *info = l4_info();
    uint64_t memory = option("memory=", 0) << 20, modules = option("modules=", 0);
    unsigned failed = 0;
    bool written = use_all(true), kept = use_all(false);
    uint64_t kernel = memory / 8 > KERNEL_MAX ? KERNEL_MAX : memory / 8;
    kernel = kernel < KERNEL_MIN ? KERNEL_MIN : kernel;
    print("# %u MiB of memory, %u KiB free, %u regions, %u modules, %u pages used\n", memory >> 20,
          free_bytes >> 10, (uint64_t)info->region_count, (uint64_t)info->module_count, pages);
    failed += claim(free_bytes < memory && free_bytes + kernel + OTHERS >= memory,
                    "what is free is what the machine has, but for the kernel's share");
    failed += claim(written && kept && pages, "all free memory keeps what is written");
    failed += claim(regions_are_apart(), "no two regions overlap");
    failed += claim(info->module_count == modules && modules_are_whole(),
                    "modules are all there, and untouched");
    return failed != 0;
}
