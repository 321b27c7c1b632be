// SPDX-License-Identifier: BSD-2-Clause
//
// Handle slots: root's own, and those that every program finds filled (idl/root.idl).
#ifndef ROOT_SLOTS_H
#define ROOT_SLOTS_H

enum {
    SLOT_WATCH = 16,     // root's own thread, to be notified: bit n is the end of program n
    SLOT_JOURNAL = 17,   // the thread that hands root's lines to the console server
    SLOT_FILES = 18,     // the boot-file server, with a label that no session's end has
    SLOT_IRQ_FIRST = 24, // one for each interrupt line
    SLOT_IRQ_COUNT = 40,
    SLOT_PROGRAMS = 64,
    SLOTS_PER_PROGRAM = 4,
    SLOT_OF_SPACE = 0,
    SLOT_OF_THREAD = 1,
    SLOT_OF_PAGER = 2,
    SLOT_OF_HANDLER = 3,
};

enum {
    CHILD_THREAD = 1,
    CHILD_SPACE = 2,
    CHILD_LOG = 3,
    CHILD_ROOT = 4,
    CHILD_VM = 5,
    CHILD_MEMORY = 7, // the VM server only: vm/slots.h
    CHILD_IRQS = 7,   // the PCI server only: authority over interrupt lines
    CHILD_IRQ = 8,
    CHILD_IRQ_COUNT = 8,
    CHILD_SESSION = 16,
    CHILD_CONSOLE = 80,
    CHILD_FREE = 96,
    CHILD_HANDLES = 256,
};

// Labels of messages to root: program n asks with n + 1, its exceptions arrive with HANDLER_LABEL
// + n.
#define HANDLER_LABEL 0x10000u

// Root's priority; programs have at most 250.
#define ROOT_PRIORITY 252

// The label of what root itself sends.
#define ROOT_LABEL 0

// What the boot-file server knows root by.
#define FILES_LABEL 0x10000u

// Notification bits of root beside those of the programs: the VM server has found an overstayer.
#define BIT_OVERSTAYED (1ull << 60)

#endif
