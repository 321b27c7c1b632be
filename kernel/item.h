// SPDX-License-Identifier: BSD-2-Clause
//
// Typed items of messages: mappings, ports and handles on their way.
#ifndef KERNEL_ITEM_H
#define KERNEL_ITEM_H

#include "call.h"

// Carries out the first `count` items of the sender's UTCB. With `anywhere` map items land at their
// offset as if the window were the whole space (answers to page faults) and nothing is written to
// the receiver's UTCB. Returns the first failure; the others are carried out all the same.
enum l4_status items_transfer(struct thread *sender, struct thread *receiver, unsigned count,
                              bool anywhere);

// The same for an item that is alone in its message, if it is an easy one, which most are. False:
// it is not, and nothing has been done. Called from the assembler too.
bool item_transfer_easy(struct thread *sender, struct thread *receiver, bool anywhere);

#endif
