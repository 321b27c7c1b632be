/* SPDX-License-Identifier: BSD-2-Clause */
/* All groups of tests of the card, one file each. */
#include "bench.h"

int identity_tests(void);
int interrupt_tests(void);
int transmit_tests(void);
int receive_tests(void);
int filter_tests(void);
int media_tests(void);
int units_tests(void);
int faults_tests(void);
int drivers_tests(void);

int main(void)
{
    return identity_tests() + interrupt_tests() + transmit_tests() + receive_tests() +
           filter_tests() + media_tests() + units_tests() + faults_tests() + drivers_tests();
}
