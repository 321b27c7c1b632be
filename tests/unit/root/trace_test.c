// SPDX-License-Identifier: BSD-2-Clause
//
// Backtraces out of a program's file and the words of its stack.
#include "tests/unit/kernel/check.h"

#include <stdlib.h>
#include <string.h>

#include "trace.h"

#define FILE_BYTES      0x3000
#define SEGMENTS        64
#define CODE            0x1000 // in the file …
#define CODE_BYTES      0x400
#define BASE            0x20000000ull // … and in the program
#define SYMBOLS         0x2000
#define NAMES           0x2800
#define SECTIONS        0x2c00
#define FIRST_FUNCTION  (BASE + 0x10)
#define SECOND_FUNCTION (BASE + 0x100)
#define THIRD_FUNCTION  (BASE + 0x200)

static uint8_t file[FILE_BYTES];
static unsigned symbol_count;
static struct trace_file trace;

static void put(uint64_t at, uint64_t value, unsigned bytes)
{
    memcpy(file + at, &value, bytes);
}

static void put_symbol(unsigned name, uint8_t kind, uint16_t section, uint64_t address)
{
    uint64_t at = SYMBOLS + symbol_count++ * 24;
    put(at, name, 4);
    put(at + 4, kind, 1);
    put(at + 6, section, 2);
    put(at + 8, address, 8);
}

static void put_section(unsigned index, uint32_t type, uint64_t offset, uint64_t bytes,
                        uint32_t link)
{
    uint64_t at = SECTIONS + index * 64;
    put(at + 4, type, 4);
    put(at + 24, offset, 8);
    put(at + 32, bytes, 8);
    put(at + 40, link, 4);
}

// A call of `target` whose return address is `behind`.
static void put_call(uint64_t behind, uint64_t target)
{
    put(CODE + behind - BASE - 5, 0xe8, 1);
    put(CODE + behind - BASE - 4, target - behind, 4);
}

static int set_up(void **state)
{
    (void)state;
    memset(file, 0, sizeof file);
    memset(file + CODE, 0x90, CODE_BYTES);
    memcpy(file, "\177ELF\2\1\1", 7);
    put(16, 2, 2);
    put(18, 62, 2);
    put(24, BASE, 8);
    put(32, SEGMENTS, 8);
    put(40, SECTIONS, 8);
    put(54, 56, 2);
    put(56, 1, 2);
    put(60, 3, 2);
    put(SEGMENTS, 1, 4);
    put(SEGMENTS + 4, 5, 4);
    put(SEGMENTS + 8, CODE, 8);
    put(SEGMENTS + 16, BASE, 8);
    put(SEGMENTS + 32, CODE_BYTES, 8);
    put(SEGMENTS + 40, CODE_BYTES, 8);
    memcpy(file + NAMES, "\0first\0second\0third\0file.c\0data", 32);
    symbol_count = 0;
    put_symbol(0, 0, 0, 0);
    put_symbol(7, 2, 1, SECOND_FUNCTION);
    put_symbol(1, 0x12, 1, FIRST_FUNCTION);
    put_symbol(20, 4, 0xfff1, 0);                       // a source file
    put_symbol(27, 0x10, 0xfff1, FIRST_FUNCTION + 1);   // a number that looks like an address
    put_symbol(27, 1, 1, SECOND_FUNCTION + 8);          // data among the code
    put_symbol(14, 0x10, 1, THIRD_FUNCTION);            // without a type, as in assembler
    put_symbol(27, 2, 1, BASE + CODE_BYTES + 0x100000); // beyond the code
    put_section(0, 8, CODE, 100 * FILE_BYTES, 0);       // zeros, more than the file has bytes
    put_section(1, 2, SYMBOLS, symbol_count * 24, 2);
    put_section(2, 3, NAMES, 32, 0);
    put_call(SECOND_FUNCTION + 0x20, FIRST_FUNCTION);
    put_call(THIRD_FUNCTION + 0x30, SECOND_FUNCTION);
    assert_true(trace_open(&trace, file, sizeof file));
    return 0;
}

static void addresses_have_names(void **state)
{
    (void)state;
    uint64_t start;
    assert_string_equal(trace_function(&trace, FIRST_FUNCTION, &start), "first");
    assert_int_equal(start, FIRST_FUNCTION);
    assert_string_equal(trace_function(&trace, SECOND_FUNCTION - 1, &start), "first");
    assert_string_equal(trace_function(&trace, SECOND_FUNCTION + 9, &start), "second");
    assert_string_equal(trace_function(&trace, BASE + CODE_BYTES - 1, &start), "third");
    assert_int_equal(start, THIRD_FUNCTION);
    const uint64_t outside[] = {BASE, FIRST_FUNCTION - 1, BASE + CODE_BYTES, 0, UINT64_MAX};
    for (unsigned i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_null(trace_function(&trace, outside[i], &start));
}

static void frames_are_sure_where_a_call_names_the_function(void **state)
{
    (void)state;
    struct trace_walk walk;
    trace_begin(&trace, &walk, FIRST_FUNCTION + 4);
    assert_int_equal(trace_word(&trace, &walk, 0), TRACE_NO_FRAME);
    assert_int_equal(trace_word(&trace, &walk, FIRST_FUNCTION + 8), TRACE_NO_FRAME);
    assert_int_equal(trace_word(&trace, &walk, THIRD_FUNCTION + 0x30), TRACE_UNSURE); // left over
    assert_int_equal(trace_word(&trace, &walk, SECOND_FUNCTION + 0x20), TRACE_SURE);
    assert_int_equal(trace_word(&trace, &walk, SECOND_FUNCTION + 0x20), TRACE_UNSURE);
    assert_int_equal(trace_word(&trace, &walk, THIRD_FUNCTION + 0x30), TRACE_SURE);
}

static void calls_through_pointers_are_frames_that_are_not_sure(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[7], count;
        bool call;
    } forms[] = {
        {{0xff, 0xd0}, 2, true},                      // call *%rax
        {{0x41, 0xff, 0xd4}, 3, true},                // call *%r12
        {{0xff, 0x13}, 2, true},                      // call *(%rbx)
        {{0xff, 0x53, 0x10}, 3, true},                // call *16(%rbx)
        {{0xff, 0x93, 0, 1, 0, 0}, 6, true},          // call *256(%rbx)
        {{0xff, 0x15, 0, 1, 0, 0}, 6, true},          // call *256(%rip)
        {{0xff, 0x14, 0x24}, 3, true},                // call *(%rsp)
        {{0xff, 0x54, 0x24, 8}, 4, true},             // call *8(%rsp)
        {{0xff, 0x14, 0xc5, 0, 0, 0, 0x20}, 7, true}, // call *table(,%rax,8)
        {{0xff, 0xe0}, 2, false},                     // jmp *%rax
        {{0xff, 0x33}, 2, false},                     // push (%rbx)
        {{0xe8, 0, 0, 0, 0x7f}, 5, false},            // call of no code
        {{0x90, 0x90}, 2, false},
    };
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct trace_walk walk;
        set_up(NULL);
        memcpy(file + CODE + THIRD_FUNCTION - BASE + 0x60 - forms[i].count, forms[i].bytes,
               forms[i].count);
        trace_begin(&trace, &walk, SECOND_FUNCTION);
        assert_int_equal(trace_word(&trace, &walk, THIRD_FUNCTION + 0x60),
                         forms[i].call ? TRACE_UNSURE : TRACE_NO_FRAME);
    }
}

static void a_program_without_symbols_has_frames_without_names(void **state)
{
    (void)state;
    struct trace_walk walk;
    uint64_t start;
    put(60, 0, 2);
    assert_true(trace_open(&trace, file, sizeof file));
    assert_null(trace_function(&trace, SECOND_FUNCTION, &start));
    trace_begin(&trace, &walk, FIRST_FUNCTION);
    assert_int_equal(trace_word(&trace, &walk, SECOND_FUNCTION + 0x20), TRACE_UNSURE);
    assert_false(trace_open(&trace, file, 100));
}

static void no_mutation_of_the_file_reaches_outside(void **state)
{
    (void)state;
    static const uint16_t places[][2] = {
        {0, 128}, {SYMBOLS, 24 * 7}, {SECTIONS, 64 * 3}, {NAMES, 32}, {CODE, CODE_BYTES}};
    for (int run = 0; run < 100000; run++) {
        uint8_t *copy = malloc(sizeof file);
        memcpy(copy, file, sizeof file);
        for (uint32_t i = random_below(6) + 1; i > 0; i--) {
            const uint16_t *place = places[random_below(5)];
            copy[place[0] + random_below(place[1])] =
                random_below(2) ? (uint8_t)random_below(256) : 0xff;
        }
        struct trace_walk walk;
        if (trace_open(&trace, copy, sizeof file)) {
            trace_begin(&trace, &walk, FIRST_FUNCTION + random_below(0x100));
            for (unsigned i = 0; i < 8; i++) {
                uint64_t start, word = BASE + random_below(CODE_BYTES + 16);
                const char *name = trace_function(&trace, word, &start);
                assert_true(!name || strlen(name) < sizeof file);
                trace_word(&trace, &walk, word);
            }
            trace_word(&trace, &walk, SECOND_FUNCTION + 0x20);
            trace_word(&trace, &walk, UINT64_MAX - random_below(16));
            trace_word(&trace, &walk, random_below(16));
        }
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"addresses have the names of their functions", addresses_have_names, set_up, 0, 0},
        {"frames are sure where a call names the function",
         frames_are_sure_where_a_call_names_the_function, set_up, 0, 0},
        {"calls through pointers are frames that are not sure",
         calls_through_pointers_are_frames_that_are_not_sure, set_up, 0, 0},
        {"a program without symbols has frames without names",
         a_program_without_symbols_has_frames_without_names, set_up, 0, 0},
        {"no mutation of the file reaches outside it", no_mutation_of_the_file_reaches_outside,
         set_up, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
