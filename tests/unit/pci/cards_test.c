// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/kernel/check.h"

#include <stdbool.h>
#include <string.h>

#include "cards.h"
#include "config.h"

#define ADDRESS(bus, device, function) ((uint16_t)((bus) << 8 | (device) << 3 | (function)))
#define COMMAND                        1
#define MEMORY                         2u
#define MASTER                         4u
#define NO_INTERRUPT                   0x400u

// Configuration space as words; a word of a base address register has a mask of writable bits.
static uint32_t space[1 << 16][16];
static uint32_t bar_masks[1 << 16][6];
static unsigned accesses;
static bool random_bus; // everything reads as anything

uint32_t config_read(uint16_t address, uint8_t offset)
{
    assert_int_equal(offset % 4, 0);
    accesses++;
    if (random_bus)
        return random_below(3) ? random_below(UINT32_MAX) : random_below(2) ? 0 : UINT32_MAX;
    return offset / 4 < 16 ? space[address][offset / 4] : 0;
}

void config_write(uint16_t address, uint8_t offset, uint32_t value)
{
    unsigned word = offset / 4;
    accesses++;
    if (random_bus)
        return;
    // A window moves only while the card does not answer there.
    if (word >= 4 && word < 10) {
        assert_int_equal(space[address][COMMAND] & MEMORY, 0);
        uint32_t mask = bar_masks[address][word - 4];
        value = (value & mask) | (space[address][word] & ~mask);
    } else {
        assert_int_equal(word, COMMAND);
        value &= 0xffff;
    }
    space[address][word] = value;
}

static int set_up(void **state)
{
    (void)state;
    memset(space, 0, sizeof space);
    memset(bar_masks, 0, sizeof bar_masks);
    for (unsigned i = 0; i < 1 << 16; i++)
        space[i][0] = UINT32_MAX;
    accesses = 0;
    random_bus = false;
    return 0;
}

static void put_card(uint16_t address, uint16_t vendor, uint16_t device, bool many)
{
    space[address][0] = (uint32_t)device << 16 | vendor;
    space[address][COMMAND] = 0x02900007; // firmware left it on
    space[address][2] = 0x02000001;
    space[address][3] = many ? 0x800000 : 0;
    space[address][11] = 0x00021af4;
    space[address][15] = 0x0000010b; // pin A, line 11
}

static void put_bridge(uint16_t address, uint8_t secondary)
{
    put_card(address, 0x8086, 0x0001, false);
    space[address][3] = 0x10000;
    space[address][6] = (uint32_t)secondary << 8;
}

static void put_window(uint16_t address, unsigned bar, uint32_t value, uint32_t length)
{
    space[address][4 + bar] = value;
    bar_masks[address][bar] = ~(length - 1) & 0xfffffff0;
}

static void cards_and_windows_are_found(void **state)
{
    (void)state;
    struct cards cards;
    put_card(ADDRESS(0, 3, 0), 0x100b, 0x0022, false);
    put_window(ADDRESS(0, 3, 0), 1, 0xfebf1000, 0x1000);
    space[ADDRESS(0, 3, 0)][4] = 0xc001; // an I/O window
    put_card(ADDRESS(0, 4, 0), 0x8086, 0x100e, true);
    put_card(ADDRESS(0, 4, 5), 0x8086, 0x100e, false);
    put_card(ADDRESS(0, 5, 1), 0x8086, 0x100e, false); // without function 0: not there
    put_window(ADDRESS(0, 4, 0), 0, 0xe0000004, 0x100000);
    space[ADDRESS(0, 4, 0)][5] = 1; // upper half: 4 GiB
    bar_masks[ADDRESS(0, 4, 0)][1] = UINT32_MAX;
    put_window(ADDRESS(0, 4, 0), 2, 0, 0x1000); // firmware gave it no address
    space[ADDRESS(0, 4, 0)][7] = 0xf0000000;
    bar_masks[ADDRESS(0, 4, 0)][3] = 0xffff0f00; // no size at all
    cards_find(&cards);
    assert_int_equal(cards.count, 3);
    assert_int_equal(cards.list[0].windows[0].length_bytes, 0);
    assert_int_equal(cards.list[0].windows[1].address, 0xfebf1000);
    assert_int_equal(cards.list[0].windows[1].length_bytes, 0x1000);
    assert_int_equal(cards.list[0].irq_line, 11);
    assert_int_equal(cards.list[0].subsystem_vendor, 0x1af4);
    assert_true(cards.list[1].windows[0].address == 0x1e0000000);
    assert_int_equal(cards.list[1].windows[0].length_bytes, 0x100000);
    for (unsigned bar = 1; bar < CARD_BARS; bar++)
        assert_int_equal(cards.list[1].windows[bar].length_bytes, 0);
    assert_int_equal(space[ADDRESS(0, 3, 0)][5], 0xfebf1000); // as it was before
    assert_int_equal(card_of_kind(&cards, 0x8086, 0x100e, 0), 1);
    assert_int_equal(card_of_kind(&cards, 0x8086, 0x100e, 1), 2);
    assert_int_equal(card_of_kind(&cards, 0x8086, 0x100e, 2), -1);
    assert_int_equal(card_of_kind(&cards, 0x8086, 0x100f, 0), -1);
}

static void cards_are_found_off_the_bus_and_quiet(void **state)
{
    (void)state;
    struct cards cards;
    uint16_t at = ADDRESS(0, 3, 0);
    put_card(at, 0x100b, 0x0022, false);
    cards_find(&cards);
    assert_int_equal(space[at][COMMAND] & (MEMORY | MASTER | NO_INTERRUPT), NO_INTERRUPT);
    card_enable(&cards.list[0], true);
    assert_int_equal(space[at][COMMAND] & (MEMORY | MASTER | NO_INTERRUPT), MEMORY);
    assert_true(card_bus_master(&cards.list[0], true));
    assert_int_equal(space[at][COMMAND] & MASTER, MASTER);
    card_enable(&cards.list[0], false);
    assert_int_equal(space[at][COMMAND] & (MEMORY | MASTER | NO_INTERRUPT), NO_INTERRUPT);
}

static void buses_behind_bridges_are_found_once(void **state)
{
    (void)state;
    struct cards cards;
    put_bridge(ADDRESS(0, 1, 0), 1);
    put_bridge(ADDRESS(1, 0, 0), 2);
    put_bridge(ADDRESS(2, 0, 0), 0); // a loop
    put_bridge(ADDRESS(2, 1, 0), 2); // to its own bus
    put_card(ADDRESS(2, 5, 0), 1, 2, false);
    cards_find(&cards);
    assert_int_equal(cards.count, 1);
    assert_int_equal(cards.list[0].address, ADDRESS(2, 5, 0));
}

static void more_cards_than_fit_are_left_out(void **state)
{
    (void)state;
    struct cards cards;
    for (unsigned device = 0; device < 32; device++)
        for (unsigned function = 0; function < 8; function++)
            put_card(ADDRESS(0, device, function), 1, 2, true);
    cards_find(&cards);
    assert_int_equal(cards.count, CARDS_MAX);
}

static void any_configuration_space_is_survived(void **state)
{
    (void)state;
    random_bus = true;
    for (int run = 0; run < 200; run++) {
        struct cards cards;
        accesses = 0;
        cards_find(&cards);
        assert_true(cards.count <= CARDS_MAX);
        assert_true(accesses < 256 * 32 * 8 * 3 + CARDS_MAX * 100);
        for (unsigned i = 0; i < cards.count; i++)
            for (unsigned bar = 0; bar < CARD_BARS; bar++) {
                struct card_window window = cards.list[i].windows[bar];
                assert_true(window.length_bytes == 0 || window.address % window.length_bytes == 0);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"cards, functions and windows are found", cards_and_windows_are_found, set_up, 0, 0},
        {"cards are found off the bus and quiet", cards_are_found_off_the_bus_and_quiet, set_up, 0,
         0},
        {"buses behind bridges are found once", buses_behind_bridges_are_found_once, set_up, 0, 0},
        {"more cards than fit are left out", more_cards_than_fit_are_left_out, set_up, 0, 0},
        {"any configuration space is survived", any_configuration_space_is_survived, set_up, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
