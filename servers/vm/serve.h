// SPDX-License-Identifier: BSD-2-Clause
//
// The operations of dataspace.idl. Form and ranges of a message are checked by the generated
// dispatch, everything else by the handlers, so that a caller can be wrong only to his own
// disadvantage.
#ifndef VM_SERVE_H
#define VM_SERVE_H

#include <l4/call.h>
#include <stdbool.h>
#include <stdint.h>

#include "space.h"
#include "task.h"

#define SERVE_ROOT 0 // number of root, who may do everything

// One request: what may have come with it, and whether it stays.
struct serve_request {
    uint64_t frame; // number of the supplied page, if there is one
    bool kept;      // set if the handle or the page that came stays in use
};

// Carries out a request of the task whose number is `message->label` and turns the message into the
// answer. False if there is none to send.
bool serve(struct serve_request *request, struct l4_message *message);

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
