/* SPDX-License-Identifier: BSD-2-Clause */
/* The receive engine. */
#include "bench.h"

#include <string.h>

static void a_frame_fills_an_armed_descriptor(void **state)
{
    struct bench *bench = bench_new(NULL);
    uint8_t frame[2000];
    size_t length = frame_make(frame, station, 0x1234, 100);
    uint32_t cmdsts;

    (void)state;
    rx_ring(bench, 4);
    start(bench);
    assert_int_equal(get(bench, DP83820_ISR), 0);
    arrive(bench, frame, length);
    cmdsts = dp83820_rx32_cmdsts(rx_slot(bench, 0));
    assert_bits(cmdsts, DP83820_RX_STATUS_OWN | DP83820_RX_STATUS_OK);
    assert_int_equal(dp83820_rx_status_dest(cmdsts), DP83820_RX_STATUS_DEST_UNICAST);
    assert_int_equal(dp83820_rx_status_size(cmdsts), length);
    assert_memory_equal(rx_data(bench, 0), frame, length);
    assert_int_equal(get(bench, DP83820_ISR), DP83820_INTERRUPT_RXOK | DP83820_INTERRUPT_RXDESC);
    assert_int_equal(get(bench, DP83820_RXDP), rx_address(1));
    bench_free(bench);
}

int receive_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_fills_an_armed_descriptor),
    };

    return cmocka_run_group_tests_name("receive", tests, NULL, NULL);
}
