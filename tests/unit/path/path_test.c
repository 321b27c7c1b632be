/* SPDX-License-Identifier: BSD-2-Clause */
/* From the wire through card, driver, network server and echo server back to the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "path.h"
#include "tests/unit/net/frames.h"

static int set_up(void **state)
{
    (void)state;
    return path_start() ? 0 : -1;
}

static void a_frame_on_the_wire_comes_back_echoed(void **state)
{
    (void)state;
    assert_true(path_echoes(1024, 1));
}

static void every_length_comes_back_whole(void **state)
{
    (void)state;
    for (uint16_t length = 1; length <= 1472; length++)
        assert_true(path_echoes(length, (uint8_t)length));
    assert_int_equal(path_bus()->rule_breaks, 0);
}

/* In bursts that share an interrupt, and one by one. */
static void thousands_of_datagrams_come_back_without_a_loss(void **state)
{
    (void)state;
    static uint8_t frame[HOST_BUS_FRAME_BYTES];
    static const char *const holdoffs[] = {"0", "100"};
    uint8_t payload[200] = {0};

    for (unsigned i = 0; i < 2; i++) {
        unsigned answers = 0;

        assert_true(path_driver_restart(holdoffs[i]));
        for (unsigned j = 0; j < 5000; j++) {
            path_wire_in(frame, frame_udp(frame, 4000, PATH_PORT, payload, sizeof(payload)));
            path_run(j % 20 ? 1 : 300);
            while (path_wire_out(frame))
                answers++;
        }
        path_run(10000);
        while (path_wire_out(frame))
            answers++;
        assert_int_equal(answers, 5000);
    }
    assert_true(path_driver_restart("0"));
}

static void a_link_that_was_down_echoes_again(void **state)
{
    (void)state;
    dp83820_link_set(path_bus()->card, false);
    path_run(10000);
    dp83820_link_set(path_bus()->card, true);
    path_run(5000000);
    assert_true(path_echoes(100, 1));
}

static void a_new_driver_takes_over(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        assert_true(path_driver_restart("0"));
        assert_true(path_echoes(1024, (uint8_t)i));
    }
}

/* Each fault that leaves memory alone, rare and always, and another driver where one gave up. */
static void the_echo_comes_back_after_each_fault_of_the_card(void **state)
{
    (void)state;
    static const unsigned faults[] = {
        DP83820_FAULT_STUCK_OWN, DP83820_FAULT_WRONG_LENGTH, DP83820_FAULT_STORM,
        DP83820_FAULT_LOST,      DP83820_FAULT_REMOVED,      DP83820_FAULT_EEPROM,
        DP83820_FAULT_SLOW_PHY,  DP83820_FAULT_RESET_HANGS,  DP83820_FAULT_ABORT,
        DP83820_FAULT_UNDERRUN,  DP83820_FAULT_BAD_FRAME,
    };

    for (unsigned i = 0; i < 2 * sizeof(faults) / sizeof(faults[0]); i++) {
        unsigned fault = faults[i / 2];

        dp83820_fault_set(path_bus()->card, fault, i % 2 ? 1 : 5);
        for (unsigned j = 0; j < 20; j++)
            path_echoes(100, (uint8_t)j);
        dp83820_fault_set(path_bus()->card, fault, 0);
        path_run(3000000);
        if (path_card()->ring.port.gone)
            assert_true(path_driver_restart("0"));
        assert_true(path_echoes(1024, 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_on_the_wire_comes_back_echoed),
        cmocka_unit_test(every_length_comes_back_whole),
        cmocka_unit_test(thousands_of_datagrams_come_back_without_a_loss),
        cmocka_unit_test(a_link_that_was_down_echoes_again),
        cmocka_unit_test(a_new_driver_takes_over),
        cmocka_unit_test(the_echo_comes_back_after_each_fault_of_the_card),
    };

    return cmocka_run_group_tests_name("path", tests, set_up, NULL);
}
