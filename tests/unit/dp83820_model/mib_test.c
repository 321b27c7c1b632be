/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics. */
#include "bench.h"

#include <string.h>

enum { SMALL = 100 };

static void damaged(struct bench *bench, unsigned damage)
{
    uint8_t frame[2000];

    arrive_damaged(bench, frame, frame_make(frame, station, 0x1234, SMALL), damage);
}

static void counters_count_and_a_read_clears_them(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];

    (void)state;
    set(bench, DP83820_MIBC, 0);
    damaged(bench, DP83820_DAMAGE_FCS);
    damaged(bench, DP83820_DAMAGE_ALIGNMENT);
    damaged(bench, DP83820_DAMAGE_SYMBOL);
    arrive(bench, frame, frame_make(frame, station, 300, SMALL));
    arrive(bench, frame, frame_make(frame, station, 0x1234, 1600));
    assert_int_equal(get(bench, DP83820_RXERRORED), 4);
    assert_int_equal(get(bench, DP83820_RXFCS), 1);
    assert_int_equal(get(bench, DP83820_RXFA), 1);
    assert_int_equal(get(bench, DP83820_RXSYMBOL), 1);
    assert_int_equal(get(bench, DP83820_RXIRL), 1);
    assert_int_equal(get(bench, DP83820_RXLONG), 1);
    for (unsigned offset = DP83820_RXERRORED; offset <= DP83820_TXSQE; offset += 4)
        assert_int_equal(get(bench, offset), 0);
    bench_free(bench);
}

static void frozen_counters_stand_still(void **state)
{
    struct bench *bench = both_ready();

    (void)state;
    assert_bits(get(bench, DP83820_MIBC), DP83820_MIBC_FRZ);
    damaged(bench, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_RXFCS), 0);
    set(bench, DP83820_MIBC, 0);
    damaged(bench, DP83820_DAMAGE_FCS);
    set(bench, DP83820_MIBC, DP83820_MIBC_FRZ);
    damaged(bench, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_RXFCS), 1);
    bench_free(bench);
}

static void all_counters_can_be_cleared_at_once(void **state)
{
    struct bench *bench = both_ready();

    (void)state;
    set(bench, DP83820_MIBC, 0);
    damaged(bench, DP83820_DAMAGE_FCS);
    set(bench, DP83820_MIBC, DP83820_MIBC_ACLR);
    assert_int_equal(get(bench, DP83820_MIBC), 0);
    assert_int_equal(get(bench, DP83820_RXFCS), 0);
    bench_free(bench);
}

static void counters_warn_once_and_stop_at_their_end(void **state)
{
    struct bench *bench = both_ready();
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, SMALL);
    unsigned number = 0;

    (void)state;
    set(bench, DP83820_MIBC, 0);
    for (; number < DP83820_MIB_WARNING - 1; number++)
        arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_no_bits(get(bench, DP83820_MIBC), DP83820_MIBC_WRN);
    arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_MIB);
    assert_bits(get(bench, DP83820_MIBC), DP83820_MIBC_WRN);
    for (; number < 0x10010; number++)
        arrive_damaged(bench, frame, length, DP83820_DAMAGE_FCS);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    assert_int_equal(get(bench, DP83820_RXFCS), 0xffff);
    get(bench, DP83820_RXERRORED);
    assert_no_bits(get(bench, DP83820_MIBC), DP83820_MIBC_WRN);
    bench_free(bench);
}

int mib_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_count_and_a_read_clears_them),
        cmocka_unit_test(frozen_counters_stand_still),
        cmocka_unit_test(all_counters_can_be_cleared_at_once),
        cmocka_unit_test(counters_warn_once_and_stop_at_their_end),
    };

    return cmocka_run_group_tests_name("mib", tests, NULL, NULL);
}
