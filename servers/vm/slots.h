// SPDX-License-Identifier: BSD-2-Clause
//
// Handle slots of the VM server, agreed with root, which starts it by hand: its thread, space and
// log as in idl/root.idl, the authority over memory, and its own.
#ifndef VM_SLOTS_H
#define VM_SLOTS_H

enum {
    SLOT_LOG = 3,
    SLOT_ROOT = 4, // to notify
    SLOT_MEMORY = 7,
    SLOT_RECEIVED = 8, // handles that came with requests
    SLOT_RECEIVED_COUNT = 72,
    SLOT_PENDING = 96, // replies owed to threads whose page a manager has to supply
    SLOT_PENDING_COUNT = 160,
    SLOT_COUNT = 256,
};

#endif
