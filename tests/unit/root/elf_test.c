// SPDX-License-Identifier: BSD-2-Clause
//
// Program files: a good one is understood, and no change to it makes root read or map what it must
// not.
#include "tests/unit/kernel/check.h"

#include <stdlib.h>
#include <string.h>

#include "elf.h"

#define FIRST      0x400000ull
#define END        0x80000000ull
#define FILE_BYTES 0x3100
#define HEADERS    64
#define SEGMENT    56

static uint8_t file[FILE_BYTES];

static void put(unsigned at, uint64_t value, unsigned bytes)
{
    memcpy(file + at, &value, bytes);
}

static void put_segment(unsigned index, uint32_t flags, uint64_t offset, uint64_t address,
                        uint64_t file_bytes, uint64_t memory_bytes)
{
    unsigned at = HEADERS + index * SEGMENT;
    put(at, 1, 4);
    put(at + 4, flags, 4);
    put(at + 8, offset, 8);
    put(at + 16, address, 8);
    put(at + 32, file_bytes, 8);
    put(at + 40, memory_bytes, 8);
}

static int set_up(void **state)
{
    (void)state;
    memset(file, 0, sizeof file);
    memcpy(file, "\177ELF\2\1\1", 7);
    put(16, 2, 2);
    put(18, 62, 2);
    put(24, 0x401000, 8);
    put(32, HEADERS, 8);
    put(54, SEGMENT, 2);
    put(56, 3, 2);
    put_segment(0, 5, 0x1000, 0x401000, 0x800, 0x800);
    put_segment(1, 4, 0x2000, 0x402000, 0xfff, 0xfff);
    put_segment(2, 6, 0x3010, 0x403010, 0xe0, 0x5000);
    return 0;
}

static const char *read_it(struct elf_program *program)
{
    return elf_read(program, file, sizeof file, FIRST, END);
}

static void a_good_file_is_understood(void **state)
{
    (void)state;
    struct elf_program program;
    assert_null(read_it(&program));
    assert_int_equal(program.entry, 0x401000);
    assert_int_equal(program.segment_count, 3);
    assert_int_equal(program.segments[0].rights, 5);
    assert_int_equal(program.segments[1].rights, 1);
    assert_int_equal(program.segments[2].rights, 3);
    assert_int_equal(program.segments[2].address, 0x403000);
    assert_int_equal(program.segments[2].file_offset, 0x3000);
    assert_int_equal(program.segments[2].file_bytes, 0xf0);
    assert_int_equal(program.segments[2].memory_bytes, 0x6000);
}

static void wrong_files_are_refused_with_a_reason(void **state)
{
    (void)state;
    struct elf_program program;
    assert_non_null(elf_read(&program, file, 63, FIRST, END));
    assert_non_null(elf_read(&program, file, 100, FIRST, END));
    put_segment(2, 7, 0x3010, 0x403010, 0xe0, 0x5000);
    assert_non_null(strstr(read_it(&program), "writable and executable"));
    put_segment(2, 6, 0x3010, 0x402ff0, 0xe0, 0x5000);
    assert_non_null(strstr(read_it(&program), "aligned"));
    put_segment(2, 6, 0x3010, 0x402010, 0xe0, 0x5000);
    assert_non_null(strstr(read_it(&program), "share a page"));
    put_segment(2, 6, 0x3010, 0x403010, 0xf1, 0x5000);
    assert_non_null(strstr(read_it(&program), "in the file"));
    put_segment(2, 6, UINT64_MAX - 15, 0x403ff0, 0x20, 0x5000);
    assert_non_null(strstr(read_it(&program), "in the file"));
    put_segment(2, 6, 0x3010, 0x403010, 0xe0, UINT64_MAX);
    assert_non_null(strstr(read_it(&program), "outside"));
    put_segment(2, 6, 0x3010, 0x3010, 0xe0, 0x5000);
    assert_non_null(strstr(read_it(&program), "outside"));
    set_up(NULL);
    put(24, 0x402000, 8);
    assert_non_null(strstr(read_it(&program), "entry"));
    put(56, 0xffff, 2);
    assert_non_null(strstr(read_it(&program), "table"));
}

static void no_mutation_reaches_outside(void **state)
{
    (void)state;
    for (int run = 0; run < 200000; run++) {
        uint8_t *copy = malloc(sizeof file);
        memcpy(copy, file, sizeof file);
        for (uint32_t i = random_below(6) + 1; i > 0; i--)
            copy[random_below(HEADERS + 3 * SEGMENT)] =
                random_below(2) ? (uint8_t)random_below(256) : 0xff;
        struct elf_program program;
        if (!elf_read(&program, copy, sizeof file, FIRST, END))
            for (unsigned i = 0; i < program.segment_count; i++) {
                const struct elf_segment *segment = &program.segments[i];
                assert_true(segment->address >= FIRST && segment->address < END);
                assert_true(segment->memory_bytes <= END - segment->address);
                assert_true(segment->file_offset + segment->file_bytes <= sizeof file);
                assert_true(segment->file_bytes <= segment->memory_bytes);
                assert_true((segment->rights & 6) != 6);
            }
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a good program file is understood", a_good_file_is_understood, set_up, 0, 0},
        {"wrong program files are refused with a reason", wrong_files_are_refused_with_a_reason,
         set_up, 0, 0},
        {"no mutation of a program file reaches outside", no_mutation_reaches_outside, set_up, 0,
         0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
