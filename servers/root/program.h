// SPDX-License-Identifier: BSD-2-Clause
//
// The programs of the image: what root knows of each, starting and ending them.
#ifndef ROOT_PROGRAM_H
#define ROOT_PROGRAM_H

#include <root/image.h>
#include <rt/start.h>
#include <stdbool.h>
#include <stdint.h>

#include "restart.h"

enum program_state {
    PROGRAM_NEW,
    PROGRAM_RUNS,
    PROGRAM_DRAINS, // it has ended, but its card may still reach its memory, until `due_us`
    PROGRAM_PAUSES, // it is to be started again when `due_us` is reached
    PROGRAM_DEAD,   // and stays so
};

struct program_record {
    const struct image_program *image;
    enum program_state state;
    uint32_t restarts; // that succeeded
    struct restart restart;
    uint64_t started_us;
    uint64_t due_us;      // of the restart, the next ping, or the end of waiting for its card
    const char *how;      // it ended
    char how_text[32];    // that, if it is not the same for all
    bool ping_unanswered; // since the last ping
    uint64_t ping_ticks;  // what the program had run until then
    bool ended;           // it said so, with …
    uint32_t exit_code;
    const uint8_t *stack; // where root sees it, null if the program was not loaded by hand
    uint64_t stack_bytes;
    uint64_t device_addresses[8]; // where its device memory is mapped, by number of the device
};

enum {
    PROGRAM_VM, // the first two programs of every image
    PROGRAM_FILES,
};

extern struct program_record programs[IMAGE_PROGRAMS_MAX];
extern unsigned program_count;

// Root's slots for a program.
uint32_t program_space_slot(unsigned number);
uint32_t program_thread_slot(unsigned number);

// The program's number for the VM server, and the label of its endpoints.
static inline uint32_t program_task(unsigned number)
{
    return number + 1;
}

// Whether the image gives a program the PCI bus, or a card on it.
bool program_is_pci_server(unsigned number);
bool program_may_have_card(unsigned number, uint16_t vendor, uint16_t device, uint32_t instance);

// The program's start table, writable.
struct start_table *program_table(unsigned number);

// Tells a program that its start table has changed.
void program_announce(unsigned number);

// Creates the program's space, thread and handles and loads it; it does not run yet. False if that
// failed, with the reason in the log and everything undone.
bool program_create(unsigned number);

// Lets a created program run.
bool program_run_thread(unsigned number);

// Takes everything back that a program has. Its sessions are closed before by the caller.
void program_destroy(unsigned number);

#endif
