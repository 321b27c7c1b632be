// SPDX-License-Identifier: BSD-2-Clause
//
// The operations of dataspace.idl on plain numbers: who asks, what, with which words. Every check
// is done here, so that a caller can be wrong only to his own disadvantage.
#ifndef VM_SERVE_H
#define VM_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "space.h"
#include "task.h"

#define SERVE_WORDS    6
#define SERVE_ROOT     0 // number of root, who may do everything
#define SERVE_MANAGERS 8

struct serve_request {
    uint32_t caller;    // number of the task that asks
    uint32_t operation; // number in dataspace.idl
    unsigned words_in;
    uint64_t words[SERVE_WORDS]; // in, and then out
    unsigned words_out;
    uint32_t handle; // slot of a handle that came with it, 0: none
    uint64_t frame;  // number of a supplied page that came with it, 0: none
    bool kept;       // set if handle or page stay in use
};

// Carries out a request. Returns an error of dataspace.idl, ERROR_MALFORMED for a message that is
// none of its operations.
uint32_t serve(struct serve_request *request);

#define ERROR_MALFORMED 0xfffe

enum fault_result {
    FAULT_MAP,     // map `page` with `rights` at the page of the address
    FAULT_ASK,     // the manager has to supply the page
    FAULT_REFUSED, // nothing there, not allowed so, or no memory
};

struct fault {
    uint32_t task;
    uint64_t address;
    uint32_t access;
    // Out:
    void *page;
    uint32_t rights;
    struct dataspace *dataspace; // FAULT_ASK: whose, and which page of it
    uint64_t index;
};

enum fault_result serve_fault(struct fault *fault);

// Slot of the endpoint of the manager who announced a dataspace, 0 if it is gone.
uint32_t serve_manager(const struct dataspace *dataspace);

#endif
