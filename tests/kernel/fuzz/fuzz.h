// SPDX-License-Identifier: BSD-2-Clause
//
// What the fuzzer's controller and its attackers agree on.
#ifndef TESTS_KERNEL_FUZZ_H
#define TESTS_KERNEL_FUZZ_H

#include "support.h"

#define ATTACKER_SPACES   4
#define ATTACKER_THREADS  3 // in each
#define ATTACKER_STATES   5 // the last ones for threads that attackers start themselves
#define ATTACKER_HANDLES  128
#define ATTACKER_QUOTA    (1024 * 1024)
#define ATTACKER_PRIORITY 150 // the greatest an attacker may use

// In an attacker's table. Slots from SLOT_RANDOM on are its own to fill.
#define SLOT_OWN_SPACE 1
#define SLOT_BYSTANDER 2
#define SLOT_IRQS      3
#define SLOT_THREADS   8 // of all attackers, ATTACKER_SPACES * ATTACKER_THREADS
#define SLOT_RANDOM    32

// Memory of an attacker's space: its shared state, and pages to play with.
#define STATE_ADDRESS 0x30000000ull
#define PLAY_ADDRESS  0x40000000ull
#define PLAY_PAGES    4
#define LARGE_BYTES   (2ull << 20)
#define LARGE_ADDRESS (PLAY_ADDRESS + LARGE_BYTES) // one page of that size

// Ports that nobody answers at, which attackers hand around.
#define PORT_FIRST 0x9000
#define PORT_COUNT 64

// What an attacker remembers having made: slots by kind.
enum made { MADE_THREAD, MADE_SPACE, MADE_IRQ, MADE_REPLY, MADE_KINDS };
#define MADE_KEPT 8

struct counts {
    uint64_t calls; // so far
    uint64_t refused;
    uint64_t faults; // provoked
};

struct attacker {
    uint64_t random;
    struct counts did;
    uint16_t made[MADE_KINDS][MADE_KEPT];
    uint64_t stack[400];
};

_Static_assert(sizeof(struct attacker) <= 4096, "an attacker's state is the begin of its page");

// Runs for ever, or until one of its calls ends it.
void attack(uint64_t state_address);

// The same for a thread that has a stack pointer into its state, and nothing else.
void attack_again(void);

#endif
