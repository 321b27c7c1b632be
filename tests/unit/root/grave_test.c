// SPDX-License-Identifier: BSD-2-Clause
#include "grave.h"

#include "tests/unit/kernel/check.h"

#include <stdbool.h>
#include <string.h>

#include "program.h"
#include "vm_client.h"

enum { PROGRAMS = 4, ADDRESS = 0x1000, MANY = 1000 };

unsigned program_count = PROGRAMS;
static struct start_table tables[PROGRAMS];
static unsigned cleared[PROGRAMS];
static uint64_t last_cleared[PROGRAMS];

struct start_table *program_table(unsigned number)
{
    return &tables[number];
}

uint32_t vm_delete(uint64_t dataspace)
{
    (void)dataspace;
    return 0;
}

uint32_t vm_detach_for(uint32_t task, uint64_t address)
{
    cleared[task - 1]++;
    last_cleared[task - 1] = address;
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    memset(tables, 0, sizeof tables);
    memset(cleared, 0, sizeof cleared);
    for (unsigned i = 0; i < PROGRAMS; i++)
        grave_forget(i);
    return 0;
}

static void what_is_gone_waits_until_it_was_seen(void **state)
{
    (void)state;
    grave_attachment(1, ADDRESS);
    tables[1].changes++;
    grave_attachment(1, 2 * ADDRESS);
    grave_seen(1, 0);
    grave_seen(2, 7);
    assert_int_equal(cleared[1], 0);
    grave_seen(1, 1);
    assert_int_equal(cleared[1], 1);
    assert_int_equal(last_cleared[1], ADDRESS);
    assert_int_equal(grave_count(1), 1);
    grave_seen(1, 2);
    assert_int_equal(cleared[1], 2);
    assert_int_equal(grave_count(1), 0);
}

static void who_never_says_what_he_has_seen_harms_himself_alone(void **state)
{
    (void)state;
    grave_attachment(1, ADDRESS);
    for (unsigned i = 1; i <= MANY; i++) {
        grave_attachment(2, i * ADDRESS);
        tables[2].changes++;
    }
    assert_int_equal(cleared[1], 0);
    assert_int_equal(grave_count(1), 1);
    assert_int_equal(cleared[2] + grave_count(2), MANY);
    assert_int_equal(last_cleared[2], cleared[2] * ADDRESS); // the oldest go first
    // Whoever comes then has a grave too.
    for (unsigned i = 0; i < 20; i++)
        grave_attachment(3, ADDRESS);
    assert_int_equal(cleared[3], 0);
    assert_int_equal(grave_count(3), 20);
}

#define GRAVE_TEST(claim, function)                                                                \
    {                                                                                              \
        claim, function, set_up, 0, 0                                                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        GRAVE_TEST("what is gone waits until it was seen", what_is_gone_waits_until_it_was_seen),
        GRAVE_TEST("who never says what he has seen harms himself alone",
                   who_never_says_what_he_has_seen_harms_himself_alone),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
