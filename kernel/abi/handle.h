// SPDX-License-Identifier: BSD-2-Clause
//
// Handles: slots of a space's table. What they may stand for and what they allow.
#ifndef ABI_HANDLE_H
#define ABI_HANDLE_H

// Kinds.
#define L4_KIND_NONE   0
#define L4_KIND_THREAD 1
#define L4_KIND_SPACE  2
#define L4_KIND_IRQ    3 // one interrupt line
#define L4_KIND_REPLY  4 // an answer owed to somebody; used up by answering
#define L4_KIND_MEMORY 5 // authority over physical memory
#define L4_KIND_IRQS   6 // authority to create irq objects
#define L4_KIND_PORTS  7 // authority over I/O ports
#define L4_KIND_LOG    8 // the kernel's debug log

// Rights.
#define L4_RIGHT_SEND    1u  // thread: send and call
#define L4_RIGHT_NOTIFY  2u  // thread: set notification bits of the mask
#define L4_RIGHT_CONTROL 4u  // thread, space, irq, authorities: change, delete, use
#define L4_RIGHT_MINT    8u  // copies may have another label
#define L4_RIGHT_RECEIVE 16u // thread: wait for this thread alone
#define L4_RIGHT_ALL     31u // of a thread's handle
#define L4_RIGHT_OTHER   (L4_RIGHT_CONTROL | L4_RIGHT_MINT) // all there are for other kinds

// The greatest table that SPACE_CREATE makes: it is cleared with interrupts off.
#define L4_HANDLES_MAX 1024

// How deep spaces may stand below the first one: those between are walked over with interrupts off.
#define L4_SPACE_DEPTH_MAX 32

// Slots of the first program's table. Slot 0 is never used.
#define L4_SLOT_THREAD 1
#define L4_SLOT_SPACE  2
#define L4_SLOT_LOG    3
#define L4_SLOT_MEMORY 4
#define L4_SLOT_IRQS   5
#define L4_SLOT_PORTS  6
#define L4_SLOT_FREE   8 // from here on free in the first program

#endif
