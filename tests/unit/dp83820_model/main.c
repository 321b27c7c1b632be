/* SPDX-License-Identifier: BSD-2-Clause */
/* All groups of tests of the card, one file each. */
#include "bench.h"

int transmit_tests(void);
int receive_tests(void);

int main(void)
{
    return transmit_tests() + receive_tests();
}
