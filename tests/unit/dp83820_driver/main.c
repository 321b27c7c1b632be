/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests.h"

int main(void)
{
    int failed = run_normal_tests();

    failed += run_client_tests();
    failed += run_hostile_tests();
    return failed;
}
