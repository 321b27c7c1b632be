// SPDX-License-Identifier: BSD-2-Clause
//
// A device writes through pinned translations, in pieces and with time in between, while every page
// is moved again and again: because its owner asks for it, or because somebody else wants memory in
// one piece and there is none. Its pins are counted, or end by themselves.
#include "tests/unit/kernel/check.h"

#include <stdbool.h>
#include <string.h>

#include "cache.h"
#include "errors.h"
#include "machine.h"
#include "machine_host.h"
#include "page.h"
#include "pool.h"
#include "vm_bench.h"

enum {
    OWNER = 1,
    HOLDER = 2,
    FILLER = 3,
    RUNNER = 4,
    PAGES = 40,
    FLIGHTS = 8,
    STEPS = 40000,
    STEP_US = 10, // at most
    RUNS = 50,
    RUN_PAGES = 40,
    EXPIRY_US = 400,
};

static struct flight {
    uint64_t offset, physical, until_us;
    uint32_t length, done; // length 0: nothing under way
    uint8_t value;
} flights[FLIGHTS];

static uint64_t number, at, started, moved, pinned;
static struct translation translation;
static uint8_t model[PAGES * PAGE_BYTES];
static uint64_t runs[RUNS], filler;

static void flight_begin(struct flight *flight, uint8_t value)
{
    uint32_t length = 1 + random_below(1500);
    uint64_t offset =
        random_below(PAGES) * PAGE_BYTES + random_below((uint32_t)PAGE_BYTES - length);
    uint64_t physical = translation_pin(&translation, offset, length, host_clock_us);
    assert_true(physical != TRANSLATION_MISS);
    *flight = (struct flight){.offset = offset,
                              .physical = physical,
                              .until_us = host_clock_us + translation.expiry_us,
                              .length = length,
                              .value = value};
    started++;
}

static void flight_go_on(struct flight *flight)
{
    uint32_t part = flight->length - flight->done;
    part = part > 100 ? 100 : part;
    uint64_t to = flight->physical + flight->done;
    memset((uint8_t *)machine_frame(to >> PAGE_BITS) + (to & (PAGE_BYTES - 1)), flight->value,
           part);
    memset(model + flight->offset + flight->done, flight->value, part);
    flight->done += part;
}

static void flight_step(struct flight *flight, uint8_t value)
{
    bool late = translation.expiry_us && host_clock_us >= flight->until_us;
    if (flight->length == 0) {
        flight_begin(flight, value);
    } else if (!late && flight->done < flight->length) {
        flight_go_on(flight);
    } else {
        translation_unpin(&translation, flight->offset);
        flight->length = 0;
    }
}

static void owner_moves(void)
{
    uint32_t operation = random_below(8) ? MOVE : TOUCH;
    uint64_t page = random_below(PAGES);
    assert_int_equal(ask(OWNER, operation, number, page * PAGE_BYTES, PAGE_BYTES), 0);
    moved += operation == MOVE ? last.words[0] : 0;
    pinned += operation == MOVE ? last.words[1] : 0;
}

// Memory is full, the device's pages lie about in it, and then four of five pages are given back.
static void memory_fill(void)
{
    uint64_t pages = 0;
    task_find(FILLER)->limit_pages = HOST_FRAMES;
    task_find(RUNNER)->limit_pages = HOST_FRAMES;
    filler = create(FILLER, 0, HOST_FRAMES * PAGE_BYTES);
    while (ask(FILLER, TOUCH, filler, pages * PAGE_BYTES, PAGE_BYTES) == 0) {
        if (pages % 64 == 0 && pages / 64 < PAGES)
            assert_int_equal(ask(OWNER, TOUCH, number, pages / 64 * PAGE_BYTES, PAGE_BYTES), 0);
        pages++;
    }
    for (uint64_t page = 0; page < pages; page++)
        if (page % 5)
            assert_int_equal(ask(FILLER, RECLAIM, filler, page * PAGE_BYTES, PAGE_BYTES), 0);
    memset(runs, 0, sizeof runs);
}

// Single pages come and go in between, so that what was free in one piece does not stay so.
static void runner_wants_runs(void)
{
    uint32_t moves = space_find(number)->moves, i = random_below(RUNS);
    if (runs[i])
        assert_int_equal(ask(RUNNER, DELETE, runs[i]), 0);
    for (unsigned count = 0; count < RUN_PAGES / 2; count++) {
        assert_int_equal(
            ask(FILLER, TOUCH, filler, random_below(HOST_FRAMES / 2) * PAGE_BYTES, PAGE_BYTES), 0);
        assert_int_equal(
            ask(FILLER, RECLAIM, filler, random_below(HOST_FRAMES / 2) * PAGE_BYTES, PAGE_BYTES),
            0);
    }
    runs[i] = ask(RUNNER, CREATE, 1, RUN_PAGES * PAGE_BYTES, 0) == 0 ? last.words[0] : 0;
    for (uint64_t page = 0; runs[i] && page < RUN_PAGES; page++)
        memset(page_bytes(space_find(runs[i]), page), 0xee, PAGE_BYTES);
    moved += space_find(number)->moves - moves;
    pinned += runs[i] == 0;
}

static void check(void)
{
    for (uint64_t page = 0; page < PAGES; page++)
        assert_memory_equal(touch(OWNER, at + page * PAGE_BYTES, 1), model + page * PAGE_BYTES,
                            PAGE_BYTES);
}

static void run(uint32_t expiry_us, void (*disturb)(void))
{
    memset(flights, 0, sizeof flights);
    memset(model, 0, sizeof model);
    started = moved = pinned = 0;
    for (unsigned page = 0; page < PAGES; page++)
        assert_int_equal(ask(OWNER, TOUCH, number, page * PAGE_BYTES, PAGE_BYTES), 0);
    assert_int_equal(ask(0, SHARE_FRAMES, HOLDER, number, PAGES, expiry_us), 0);
    translation = translation_of(number, HOLDER);
    for (int step = 0; step < STEPS; step++) {
        if (random_below(3) == 0)
            disturb();
        else
            flight_step(&flights[random_below(FLIGHTS)], (uint8_t)step);
        host_clock_us += random_below(STEP_US + 1);
        if (step % 64 == 0)
            check();
    }
    assert_int_equal(ask_with(0, OVERSTAYED, 0, NULL, 0, 0), 0);
    assert_int_equal(last.words[0], 0);
    host_clock_us = 0;
}

static void begin(void)
{
    number = create(OWNER, 0, PAGES * PAGE_BYTES);
    at = attach(OWNER, number, PAGES * PAGE_BYTES, 3);
}

static void counted_pins_hold_while_the_owner_moves_pages(void **state)
{
    (void)state;
    begin();
    run(0, owner_moves);
    assert_true(moved > 5000 && pinned > 500 && started > 500);
}

static void timed_pins_hold_while_the_owner_moves_pages(void **state)
{
    (void)state;
    begin();
    run(EXPIRY_US, owner_moves);
    assert_true(moved > 5000 && pinned > 500 && started > 500);
}

static void counted_pins_hold_when_memory_is_wanted_in_one_piece(void **state)
{
    (void)state;
    begin();
    memory_fill();
    run(0, runner_wants_runs);
    assert_true(moved > 200 && started > 500);
}

static void timed_pins_hold_when_memory_is_wanted_in_one_piece(void **state)
{
    (void)state;
    begin();
    memory_fill();
    run(EXPIRY_US, runner_wants_runs);
    assert_true(moved > 200 && started > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VM_TEST("no byte of a transfer goes astray while the owner moves pages, pins counted",
                counted_pins_hold_while_the_owner_moves_pages),
        VM_TEST("nor where pins end by themselves", timed_pins_hold_while_the_owner_moves_pages),
        VM_TEST("nor when memory is wanted in one piece and there is none, pins counted",
                counted_pins_hold_when_memory_is_wanted_in_one_piece),
        VM_TEST("nor then where pins end by themselves",
                timed_pins_hold_when_memory_is_wanted_in_one_piece),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
