// SPDX-License-Identifier: BSD-2-Clause
//
// Page tables.
#include "table.h"

#include "cpu.h"

#define ENTRIES_A_STEP 64 // looking at so many empty entries costs as much as a mapping
#define TOP_USER_LAST  256
#define CLEAN_MAX      4 // of each order; out of the frames that are in nobody's quota

static inline uint64_t *table_at(uint64_t entry)
{
    return pool_at(entry & PAGE_ADDRESS);
}

struct place place_walk(struct space *space, uint64_t address, enum place_use use)
{
    uint64_t *table = space->top;
    for (unsigned level = 4; level > 1; level--) {
        uint64_t *entry = &table[table_index(address, level)];
        if ((*entry & (PAGE_PRESENT | PAGE_LARGE)) != PAGE_PRESENT)
            return (struct place){entry, level};
        table = table_at(*entry);
    }
    space->last[use] = (struct space_table){table, address >> SHIFT(2)};
    return (struct place){&table[table_index(address, 1)], 1};
}

// Tables that came back empty and need no clearing, by order; linked through their first entry.
static struct {
    uint64_t *first;
    unsigned count;
} clean[2];

static uint64_t *table_take(struct space *space, unsigned order, enum l4_status *status)
{
    uint64_t *table = clean[order].first;
    if (table && quota_charge(&space->quota, FRAME_BYTES << order)) {
        clean[order].first = (uint64_t *)*table;
        clean[order].count--;
        *table = 0;
        return table;
    }
    table = space_alloc(space, order, status);
    if (table)
        zero_words(table, TABLE_ENTRIES);
    return table;
}

static void table_give(struct space *space, uint64_t *table, unsigned order)
{
    if (table == space->system_table || clean[order].count == CLEAN_MAX) {
        space_free(space, table, order);
        return;
    }
    *table = (uint64_t)clean[order].first;
    clean[order].first = table;
    clean[order].count++;
    quota_refund(&space->quota, FRAME_BYTES << order);
}

struct place place_make(struct space *space, struct place place, uint64_t address, unsigned level,
                        enum l4_status *status)
{
    while (place.level > level && !*place.entry) {
        uint64_t *lower = table_take(space, place.level <= 3, status);
        if (!lower)
            return (struct place){0};
        *place.entry = physical_of(lower) | PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_ACCESSED;
        place.level--;
        place.entry = &lower[table_index(address, place.level)];
    }
    return place;
}

uint64_t *table_system(struct space *space, enum l4_status *status)
{
    struct place place = place_walk(space, L4_INFO_ADDRESS, PLACE_TAKE);
    return place_make(space, place, L4_INFO_ADDRESS, 1, status).entry;
}

static void spend(unsigned *steps, uint64_t empty)
{
    uint64_t cost = 1 + empty / ENTRIES_A_STEP;
    *steps -= cost < *steps ? (unsigned)cost : *steps;
}

uint64_t place_rest(struct place place, uint64_t address, uint64_t limit, unsigned *steps)
{
    uint64_t bytes = 1ull << SHIFT(place.level), count = 1;
    if (!*place.entry) {
        count = count_zero_words(place.entry, TABLE_ENTRIES - table_index(address, place.level));
        spend(steps, count);
    }
    uint64_t rest = count * bytes - (address & (bytes - 1));
    return rest < limit ? rest : limit;
}

// Gives back the tables below one; false if the steps were used up.
static bool drop_below(struct space *space, uint64_t *table, unsigned level, unsigned *steps)
{
    unsigned last = level == 4 ? TOP_USER_LAST : TABLE_ENTRIES;
    for (unsigned i = 0; i < last; i++) {
        uint64_t empty = count_zero_words(&table[i], last - i);
        if (!*steps)
            return false;
        spend(steps, empty);
        i += (unsigned)empty;
        if (i == last)
            break;
        if (level > 2 && !drop_below(space, table_at(table[i]), level - 1, steps))
            return false;
        table_give(space, table_at(table[i]), level <= 3);
        table[i] = 0;
    }
    return true;
}

bool tables_drop(struct space *space, unsigned *steps)
{
    return drop_below(space, space->top, 4, steps);
}
