// SPDX-License-Identifier: BSD-2-Clause
//
// The generated mock stands in for a server: it checks what it is asked and answers what the test
// says.
#include "sample.h"

#include <tools/idlc/tests/interfaces/good/everything_mock.h>

static void the_mock_answers_what_the_test_says(void **state)
{
    (void)state;
    expect_value(everything_mock_configure, rate, 10);
    expect_value(everything_mock_configure, wanted, EVERYTHING_SPEED_FAST);
    expect_value(everything_mock_configure, promiscuous, 0);
    will_return(everything_mock_configure, EVERYTHING_ERROR_BUSY);
    assert_int_equal(everything_configure(&everything_mock, 10, EVERYTHING_SPEED_FAST, false),
                     EVERYTHING_ERROR_BUSY);
}

static void results_are_taken_in_order(void **state)
{
    (void)state;
    static const uint8_t address[6] = {1, 2, 3, 4, 5, 6};
    uint8_t mac[6];
    uint32_t mtu_bytes;
    will_return(everything_mock_info, address);
    will_return(everything_mock_info, 1500);
    will_return(everything_mock_info, 0);
    assert_int_equal(everything_info(&everything_mock, mac, &mtu_bytes), 0);
    assert_memory_equal(mac, address, sizeof(mac));
    assert_int_equal(mtu_bytes, 1500);
}

static void strings_are_compared_and_answered(void **state)
{
    (void)state;
    const uint16_t hints[2] = {7, 8};
    uint32_t index;
    char full_name[65];
    expect_string(everything_mock_find, name, "eth0");
    expect_memory(everything_mock_find, hints, hints, sizeof(hints));
    expect_value(everything_mock_find, hints_count, 2);
    will_return(everything_mock_find, 3);
    will_return(everything_mock_find, "ethernet 0");
    will_return(everything_mock_find, 0);
    assert_int_equal(everything_find(&everything_mock, "eth0", hints, 2, &index, full_name), 0);
    assert_int_equal(index, 3);
    assert_string_equal(full_name, "ethernet 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mock_answers_what_the_test_says),
        cmocka_unit_test(results_are_taken_in_order),
        cmocka_unit_test(strings_are_compared_and_answered),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
