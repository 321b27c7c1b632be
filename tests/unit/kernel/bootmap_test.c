// SPDX-License-Identifier: BSD-2-Clause
//
// Boot map: what a good boot loader says is understood, what a broken one says does no harm.
#include "tests/unit/kernel/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/bootmap.h"

#define INFO_BYTES 4096

static _Alignas(8) uint8_t info[INFO_BYTES];
static uint32_t used;

static void put32(uint32_t value)
{
    memcpy(info + used, &value, 4);
    used += 4;
}

static void put64(uint64_t value)
{
    memcpy(info + used, &value, 8);
    used += 8;
}

static uint32_t tag_begin(uint32_t type)
{
    uint32_t start = used;
    put32(type);
    put32(0);
    return start;
}

static void tag_end(uint32_t start)
{
    uint32_t bytes = used - start;
    memcpy(info + start + 4, &bytes, 4);
    used = (used + 7) & ~7u;
}

static void info_begin(void)
{
    memset(info, 0, sizeof info);
    used = 8;
}

static void info_end(void)
{
    tag_end(tag_begin(0));
    memcpy(info, &used, 4);
}

static void put_entry(uint64_t start, uint64_t bytes, uint32_t type)
{
    put64(start);
    put64(bytes);
    put32(type);
    put32(0);
}

static uint32_t memory_begin(void)
{
    uint32_t start = tag_begin(6);
    put32(24);
    put32(0);
    return start;
}

static void put_module(uint32_t start, uint32_t end, const char *command)
{
    uint32_t tag = tag_begin(3);
    put32(start);
    put32(end);
    strcpy((char *)info + used, command);
    used += (uint32_t)strlen(command) + 1;
    tag_end(tag);
}

static void put_pc(void)
{
    info_begin();
    uint32_t tag = tag_begin(1);
    strcpy((char *)info + used, "debug");
    used += 6;
    tag_end(tag);
    put_module(0x200000, 0x2345, "reversed, not a module");
    put_module(0x200000, 0x234567, "root arguments");
    tag = memory_begin();
    put_entry(0, 0x9fc00, 1);
    put_entry(0x9fc00, 0x400, 2);
    put_entry(0xf0000, 0x10000, 2);
    put_entry(0x100000, 0x7ee0000, 1);
    put_entry(0x7fe0000, 0x20000, 2);
    tag_end(tag);
    tag = tag_begin(8);
    put64(0xb8000);
    put32(160);
    put32(80);
    put32(25);
    info[used++] = 16;
    info[used++] = 2;
    tag_end(tag);
    tag = tag_begin(14);
    put64(0x2052545020445352);
    tag_end(tag);
    info_end();
}

static void a_pc_is_understood(void **state)
{
    (void)state;
    struct boot_map map;
    put_pc();
    assert_true(bootmap_parse(&map, info, sizeof info));
    assert_string_equal(map.command, "debug");
    assert_int_equal(map.module_count, 1);
    assert_string_equal(map.modules[0].command, "root arguments");
    assert_int_equal(map.region_count, 3);
    assert_int_equal(map.regions[0].start, 0);
    assert_int_equal(map.regions[0].end, 0x9f000);
    assert_int_equal(map.regions[1].start, 0x100000);
    assert_int_equal(map.regions[1].end, 0x200000);
    assert_int_equal(map.regions[2].start, 0x235000);
    assert_int_equal(map.regions[2].end, 0x7fe0000);
    assert_int_equal(map.screen.width, 80);
    assert_int_equal(map.screen.text, 1);
    assert_int_equal(map.rsdp_bytes, 8);
    bootmap_reserve(&map, 0x100000, 0x180001);
    assert_int_equal(map.regions[1].start, 0x181000);
    assert_int_equal(bootmap_take(&map, 0x10000, 0x200000, UINT64_MAX), 0x7e00000);
    assert_int_equal(map.regions[3].start, 0x7e10000);
    assert_int_equal(bootmap_take(&map, 0x1000, 0x1000, 0x100000), 0x9e000);
    assert_int_equal(bootmap_take(&map, 1ull << 40, 0x1000, UINT64_MAX), 0);
}

static void overlaps_are_resolved_safely(void **state)
{
    (void)state;
    struct boot_map map;
    info_begin();
    uint32_t tag = memory_begin();
    put_entry(0x5000, 0x1000, 2); // reserved, said before the memory around it
    put_entry(0x1800, 0x8000, 1);
    put_entry(0x3000, 0x2000, 1);      // said twice
    put_entry(0x10000, UINT64_MAX, 1); // beyond the end of the address space
    put_entry(0x20000, UINT64_MAX - 0x20000, 3);
    tag_end(tag);
    info_end();
    assert_true(bootmap_parse(&map, info, sizeof info));
    uint64_t last = 0;
    for (size_t i = 0; i < map.region_count; i++) {
        assert_true(map.regions[i].start >= last && map.regions[i].end > map.regions[i].start);
        assert_true(map.regions[i].end <= 0x5000 || map.regions[i].start >= 0x6000);
        assert_true(map.regions[i].end <= 0x20000);
        last = map.regions[i].end;
    }
    assert_int_equal(last, 0x20000);
}

static void a_full_table_never_makes_reserved_memory_usable(void **state)
{
    (void)state;
    struct boot_map map = {.region_count = 1, .regions = {{0, 1u << 30}}};
    static bool reserved[1 << 18];
    memset(reserved, 0, sizeof reserved);
    for (int step = 0; step < 2000; step++) {
        uint32_t start = random_below(1 << 18), count = 1 + random_below(20);
        bootmap_reserve(&map, (uint64_t)start << 12, ((uint64_t)start + count) << 12);
        for (uint32_t i = start; i < start + count && i < 1 << 18; i++)
            reserved[i] = true;
    }
    assert_true(map.region_count <= BOOTMAP_REGIONS);
    for (size_t i = 0; i < map.region_count; i++)
        for (uint64_t frame = map.regions[i].start >> 12; frame < map.regions[i].end >> 12; frame++)
            assert_false(reserved[frame]);
}

static void broken_information_is_refused(void **state)
{
    (void)state;
    struct boot_map map;
    put_pc();
    assert_false(bootmap_parse(&map, info, 4));
    assert_false(bootmap_parse(&map, info, 60));
    assert_false(bootmap_parse(&map, info + 4, 100));
    uint32_t huge = UINT32_MAX;
    memcpy(info + 12, &huge, 4);
    assert_false(bootmap_parse(&map, info, sizeof info));
    info_begin();
    assert_false(bootmap_parse(&map, info, sizeof info));
}

// The information stands at the end of its allocation, so the address sanitiser sees every step
// beyond it.
static void mutated_information_does_no_harm(void **state)
{
    (void)state;
    put_pc();
    uint32_t bytes = used;
    for (int run = 0; run < 100000; run++) {
        uint8_t *copy = aligned_alloc(8, bytes);
        memcpy(copy, info, bytes);
        for (uint32_t i = random_below(4) + 1; i > 0; i--) {
            uint32_t at = random_below(bytes);
            copy[at] = random_below(2) ? (uint8_t)random_below(256) : 0xff;
        }
        struct boot_map map;
        bool good = bootmap_parse(&map, copy, bytes);
        assert_true(map.region_count <= BOOTMAP_REGIONS && map.module_count <= BOOTMAP_MODULES);
        for (size_t i = 0; good && i < map.module_count; i++)
            (void)strlen(map.modules[i].command);
        (void)strlen(map.command);
        for (size_t i = 0; i < map.region_count; i++) {
            assert_true(map.regions[i].start < map.regions[i].end);
            assert_int_equal((map.regions[i].start | map.regions[i].end) & 0xfff, 0);
        }
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"memory, modules, screen and root pointer of a PC are understood", a_pc_is_understood, 0,
         0, 0},
        {"overlapping entries leave only what is usable", overlaps_are_resolved_safely, 0, 0, 0},
        {"a full table never makes reserved memory usable",
         a_full_table_never_makes_reserved_memory_usable, 0, 0, 0},
        {"cut and endless information is refused", broken_information_is_refused, 0, 0, 0},
        {"mutated information does no harm", mutated_information_does_no_harm, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
