/* SPDX-License-Identifier: BSD-2-Clause */
/* All groups of tests of the card, one file each. */
#include "bench.h"

int identity_tests(void);
int reset_tests(void);
int interrupt_tests(void);
int transmit_ring_tests(void);
int transmit_stop_tests(void);
int transmit_frame_tests(void);
int transmit_wire_tests(void);
int receive_ring_tests(void);
int receive_frame_tests(void);
int receive_error_tests(void);
int receive_checksum_tests(void);
int receive_wire_tests(void);
int wide_tests(void);
int filter_tests(void);
int eeprom_tests(void);
int transceiver_tests(void);
int link_tests(void);
int fibre_tests(void);
int mib_tests(void);
int pause_tests(void);
int wake_tests(void);
int faults_tests(void);
int snapshot_tests(void);
int linux_steps_tests(void);
int bsd_steps_tests(void);
int plan9_steps_tests(void);
int loader_steps_tests(void);

int main(void)
{
    static int (*const groups[])(void) = {
        identity_tests,
        reset_tests,
        interrupt_tests,
        transmit_ring_tests,
        transmit_stop_tests,
        transmit_frame_tests,
        transmit_wire_tests,
        receive_ring_tests,
        receive_frame_tests,
        receive_error_tests,
        receive_checksum_tests,
        receive_wire_tests,
        wide_tests,
        filter_tests,
        eeprom_tests,
        transceiver_tests,
        link_tests,
        fibre_tests,
        mib_tests,
        pause_tests,
        wake_tests,
        faults_tests,
        snapshot_tests,
        linux_steps_tests,
        bsd_steps_tests,
        plan9_steps_tests,
        loader_steps_tests,
    };
    int failed = 0;

    for (size_t at = 0; at < sizeof groups / sizeof groups[0]; at++)
        failed += groups[at]();
    return failed;
}
