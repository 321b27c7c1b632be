// SPDX-License-Identifier: BSD-2-Clause
//
// Messages between threads, and from the kernel in a thread's name.
#ifndef KERNEL_IPC_H
#define KERNEL_IPC_H

#include "call.h"

// A thread stops waiting: `status` is what its call returns. Leaves all queues, tells nobody.
void ipc_wake(struct thread *thread, enum l4_status status);

// Whether a thread is in IPC and can be taken out of it.
bool ipc_waits(const struct thread *thread);

// Takes a thread out of whatever IPC it is in, with that status. Partners are set free of it.
void ipc_abort(struct thread *thread, enum l4_status status);

// Whom `server` owes an answer will not get one.
void ipc_abandon_caller(struct thread *server, enum l4_status status);

// The same for a caller that nobody remembers any more.
void ipc_abandon(struct endpoint *caller, enum l4_status status);

// Whoever is in IPC with a thread that ends is told so. One bounded step; true when nobody is left.
bool ipc_end_step(struct thread *thread);

// Threads of `space` that wait for `thread` alone lose it: they get ENDED.
void ipc_forget(struct space *space, struct thread *thread);

// Whether `receiver` would take a message of `sender` now.
bool ipc_accepts(const struct thread *receiver, const struct endpoint *sender);

// `sender` sends its kernel message (thread->message) to the thread of `target` and waits for the
// answer. False if the handle names nobody.
bool ipc_kernel_call(struct thread *sender, const struct handle *target);

// Offers an interrupt's message: delivered at once or queued.
void ipc_offer(struct endpoint *sender, struct thread *receiver, uint64_t label);

// Removes a queued sender.
void ipc_unqueue(struct endpoint *sender);

// Sets notification bits and wakes the thread if it waits for such.
void notify(struct thread *thread, uint64_t bits);

#endif
