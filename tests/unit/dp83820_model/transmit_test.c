/* SPDX-License-Identifier: BSD-2-Clause */
/* The transmit engine. */
#include "bench.h"

#include <string.h>

static void a_packet_of_one_descriptor_leaves_and_is_completed(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, stranger, 0x1234, 100);
    uint32_t isr, cmdsts;

    (void)state;
    media(bench);
    tx_ring(bench, 4);
    tx_put(bench, 0, frame, length, 0);
    set(bench, DP83820_CR, DP83820_CR_TXE);
    assert_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    run(bench, 10 * MICROSECOND);
    assert_left(bench, frame, length);
    cmdsts = dp83820_tx32_cmdsts(tx_slot(bench, 0));
    assert_int_equal(cmdsts, DP83820_TX_STATUS_OK | length);
    isr = get(bench, DP83820_ISR);
    assert_int_equal(isr, DP83820_INTERRUPT_TXOK | DP83820_INTERRUPT_TXIDLE);
    assert_int_equal(get(bench, DP83820_TXDP), tx_address(1));
    assert_no_bits(get(bench, DP83820_CR), DP83820_CR_TXE);
    bench_free(bench);
}

int transmit_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_of_one_descriptor_leaves_and_is_completed),
    };

    return cmocka_run_group_tests_name("transmit", tests, NULL, NULL);
}
