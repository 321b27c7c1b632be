// SPDX-License-Identifier: BSD-2-Clause
//
// Quota: never exceeded, never created, never lost.
#include "tests/unit/kernel/check.h"

#include "kernel/quota.h"

#define SPACES 8
#define TOTAL  1000000

static void limits_hold(void **state)
{
    (void)state;
    struct quota quota;
    quota_init(&quota, 100);
    assert_true(quota_charge(&quota, 60));
    assert_false(quota_charge(&quota, 41));
    assert_false(quota_charge(&quota, UINT64_MAX));
    assert_true(quota_charge(&quota, 40));
    assert_int_equal(quota_left(&quota), 0);
    assert_true(quota_charge(&quota, 0));
    quota_refund(&quota, 30);
    assert_int_equal(quota_left(&quota), 30);
    quota_refund(&quota, 1000);
    assert_int_equal(quota_left(&quota), 100);
}

static void transfer_takes_only_what_is_unused(void **state)
{
    (void)state;
    struct quota from, to;
    quota_init(&from, 100);
    quota_init(&to, 0);
    assert_true(quota_charge(&from, 70));
    assert_false(quota_transfer(&from, &to, 31));
    assert_true(quota_transfer(&from, &to, 30));
    assert_int_equal(quota_left(&to), 30);
    quota_init(&to, UINT64_MAX);
    quota_refund(&from, 70);
    assert_false(quota_transfer(&from, &to, 1));
    assert_int_equal(from.limit_bytes, 70);
}

static void sum_is_constant(void **state)
{
    (void)state;
    struct quota quotas[SPACES] = {0};
    uint64_t charged[SPACES] = {0};
    quota_init(&quotas[0], TOTAL);
    for (int step = 0; step < 100000; step++) {
        uint32_t a = random_below(SPACES), b = random_below(SPACES);
        uint64_t bytes = random_below(TOTAL / 4);
        switch (random_below(3)) {
        case 0:
            quota_transfer(&quotas[a], &quotas[b], bytes);
            break;
        case 1:
            if (quota_charge(&quotas[a], bytes))
                charged[a] += bytes;
            break;
        default:
            bytes = bytes < charged[a] ? bytes : charged[a];
            quota_refund(&quotas[a], bytes);
            charged[a] -= bytes;
        }
        uint64_t sum = 0;
        for (int i = 0; i < SPACES; i++) {
            assert_true(quotas[i].used_bytes <= quotas[i].limit_bytes);
            assert_int_equal(quotas[i].used_bytes, charged[i]);
            sum += quotas[i].limit_bytes;
        }
        assert_int_equal(sum, TOTAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a charge beyond the limit is refused", limits_hold, 0, 0, 0},
        {"only unused quota moves", transfer_takes_only_what_is_unused, 0, 0, 0},
        {"the sum over all spaces never changes", sum_is_constant, 0, 0, 0},
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
