// SPDX-License-Identifier: BSD-2-Clause
//
// Cases of the kernel test: a claim and a function that is true if it holds.
#ifndef TESTS_KERNEL_TEST_H
#define TESTS_KERNEL_TEST_H

#include "support.h"

#define HIGHER (OWN_PRIORITY + 10) // runs as soon as it can
#define LOWER  (OWN_PRIORITY - 10) // runs when the test waits

struct test {
    const char *claim;
    bool (*holds)(void);
};

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return check_failed(__FILE__, __LINE__, #condition);                                   \
    } while (0)

// Says which condition did not hold. False.
bool check_failed(const char *file, int line, const char *condition);

// Lets other threads run for that long.
void pause_us(uint32_t time_us);

// A page of the window that tests may fill and empty, one after the other.
#define FREE_ADDRESS 0x20000000ull
#define FREE_TABLES  32 // of 2 MiB

#define THREADS 32 // more than a test has at a time

// Each ends with an empty claim.
extern const struct test ipc_tests[], partner_tests[], notify_tests[], handle_tests[],
    memory_tests[], fault_tests[], space_tests[], schedule_tests[], irq_tests[], port_tests[],
    preempt_tests[], error_tests[], wait_tests[], hostile_tests[], state_tests[], item_tests[],
    ending_tests[], log_tests[], dear_tests[];

#endif
