/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DP83820_DRIVER_TESTS_H
#define DP83820_DRIVER_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int run_normal_tests(void);
int run_hostile_tests(void);
int run_client_tests(void);

#endif
