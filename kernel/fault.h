// SPDX-License-Identifier: BSD-2-Clause
//
// Page faults, exceptions and start requests: messages that the kernel sends in a thread's name.
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include "thread.h"

// Writes the message of a thread (thread->message) into the receiver's registers and UTCB.
void fault_message(struct thread *sender, struct thread *receiver, uint64_t label);

// The pager or handler has answered; its registers and UTCB hold the answer.
void fault_answered(struct thread *thread, struct thread *server);

// Asks the thread's pager where to start.
void fault_start(struct thread *thread);

#endif
