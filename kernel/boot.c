// SPDX-License-Identifier: BSD-2-Clause
//
// Boot order: real page tables, log, memory map, pool, processor, interrupts, clock, first program.
#include "boot.h"

#include "irq.h"
#include "log.h"
#include "memory.h"
#include "sched.h"
#include "time.h"

#define LOADER_MULTIBOOT1 0x2badb002
#define LOADER_MULTIBOOT2 0x36d76289
#define INFORMATION_BYTES (1u << 20) // of the loader's, that may be read
#define LOW_MEMORY        0x100000
#define MAPPED_END        (4ull << 30)
#define POOL_SHARE        8 // of all memory, one part is the kernel's
#define POOL_BYTES_MIN    (4ull << 20)
#define POOL_BYTES_MAX    (64ull << 20)

struct boot boot;
struct frames pool;

extern uint64_t boot_tsc;
extern const char image_start[], image_rodata[], image_data[], image_end[];

static uint64_t image_level3[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t image_level2[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t image_level1[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t device_level1[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t pool_level3[TABLE_ENTRIES] __attribute__((aligned(4096)));
static uint64_t pool_level2[TABLE_ENTRIES] __attribute__((aligned(4096)));

static uint64_t image_physical(const void *address)
{
    return (uint64_t)address - KERNEL_BASE;
}

static uint64_t table_entry(const void *table)
{
    return image_physical(table) | PAGE_PRESENT | PAGE_WRITE | PAGE_ACCESSED;
}

// The kernel's image page by page: text is not writable, nothing else is executable.
static void map_image(void)
{
    uint64_t base = PAGE_PRESENT | PAGE_ACCESSED | PAGE_GLOBAL;
    uint64_t rodata = (uint64_t)image_rodata, data = (uint64_t)image_data;
    for (uint64_t at = (uint64_t)image_start; at < (uint64_t)image_end; at += PAGE_BYTES) {
        uint64_t bits = base | PAGE_NX | PAGE_WRITE | PAGE_DIRTY;
        if (at < data)
            bits = base | PAGE_NX;
        if (at < rodata)
            bits = base;
        image_level1[(at - KERNEL_BASE) / PAGE_BYTES] = (at - KERNEL_BASE) | bits;
    }
    image_level2[0] = table_entry(image_level1);
    image_level2[TABLE_ENTRIES - 1] = table_entry(device_level1);
    image_level3[510] = table_entry(image_level2);
    boot_top[KERNEL_TOP_IMAGE] = table_entry(image_level3);
}

static void map_pool(uint64_t physical, uint64_t bytes)
{
    for (uint64_t at = physical; at < physical + bytes; at += LARGE_BYTES)
        pool_level2[at / LARGE_BYTES % TABLE_ENTRIES] = at | PAGE_PRESENT | PAGE_WRITE |
                                                        PAGE_ACCESSED | PAGE_DIRTY | PAGE_LARGE |
                                                        PAGE_NX | PAGE_GLOBAL;
    pool_level3[physical >> 30] = table_entry(pool_level2);
    boot_top[KERNEL_TOP_POOL] = table_entry(pool_level3);
}

void *boot_map_device(unsigned index, uint64_t physical)
{
    device_level1[index] = physical | PAGE_PRESENT | PAGE_WRITE | PAGE_ACCESSED | PAGE_DIRTY |
                           PAGE_UNCACHED | PAGE_NX | PAGE_GLOBAL;
    // The interrupt controllers are the kernel's alone, the screen is not.
    if (index < DEVICES_RESERVED)
        boot.reserved[2 + index] = (struct boot_region){physical, physical + PAGE_BYTES};
    return (void *)(DEVICE_BASE + index * PAGE_BYTES);
}

// The pool: a piece within one GiB, so that one table maps it.
static void make_pool(void)
{
    uint64_t total = 0;
    for (size_t i = 0; i < boot.map.region_count; i++)
        total += boot.map.regions[i].end - boot.map.regions[i].start;
    uint64_t bytes = total / POOL_SHARE & ~(LARGE_BYTES - 1);
    if (bytes < POOL_BYTES_MIN)
        bytes = POOL_BYTES_MIN;
    if (bytes > POOL_BYTES_MAX)
        bytes = POOL_BYTES_MAX;
    uint64_t physical = bootmap_take(&boot.map, bytes, POOL_BYTES_MAX, MAPPED_END);
    if (!physical)
        physical = bootmap_take(&boot.map, bytes, LARGE_BYTES, 1ull << 30);
    if (!physical)
        panic("not enough memory");
    boot.reserved[0] = (struct boot_region){physical, physical + bytes};
    boot.reserved[1] = (struct boot_region){KERNEL_PHYSICAL, image_physical(image_end)};
    map_pool(physical, bytes);
    frames_init(&pool, pool_at(physical), bytes / PAGE_BYTES);
}

static void read_loader(uint64_t loader, const void *information)
{
    if (loader == LOADER_MULTIBOOT2) {
        if (!bootmap_parse(&boot.map, information, INFORMATION_BYTES))
            panic("the boot loader's information makes no sense");
        bootmap_reserve(&boot.map, (uint64_t)information,
                        (uint64_t)information + *(const uint32_t *)information);
    } else if (loader == LOADER_MULTIBOOT1) {
        boot_parse_old(&boot.map, information);
    } else {
        panic("unknown boot loader");
    }
    bootmap_reserve(&boot.map, 0, LOW_MEMORY);
    bootmap_reserve(&boot.map, KERNEL_PHYSICAL, image_physical(image_end));
}

// Entered from boot.S. Returns when the first thread is the current one.
void boot_main(uint64_t loader, const void *information);

void boot_main(uint64_t loader, const void *information)
{
    tsc_at_boot = boot_tsc;
    map_image();
    write_cr3(image_physical(boot_top));
    log_init();
    log_print("kernel: Pecan\n");
    read_loader(loader, information);
    make_pool();
    cpu_init();
    sched_init();
    irq_init();
    time_init();
    boot_first_program();
    // From here on the low half belongs to users alone.
    boot_top[0] = 0;
    this_cpu()->cr3 = image_physical(boot_top);
    write_cr3(this_cpu()->cr3);
    cpu_protect();
    schedule();
    boot.info->tsc_at_start = rdtsc();
}
