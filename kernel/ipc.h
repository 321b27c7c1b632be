// SPDX-License-Identifier: BSD-2-Clause
//
// Messages between threads, their items, and messages from the kernel in a thread's name.
#ifndef KERNEL_IPC_H
#define KERNEL_IPC_H

#include "call.h"

static inline bool ipc_tag_valid(const struct thread *sender)
{
    uint64_t tag = sender->registers.dx;
    return l4_tag_words(tag) <= L4_WORDS_MAX && l4_tag_items(tag) <= L4_ITEMS_MAX;
}

// A thread stops waiting: `status` is what its call returns. Leaves all queues, tells nobody.
void ipc_wake(struct thread *thread, enum l4_status status);

// Whether a thread is in IPC and can be taken out of it.
bool ipc_waits(const struct thread *thread);

// Takes a thread out of whatever IPC it is in, with that status. Partners are set free of it.
void ipc_abort(struct thread *thread, enum l4_status status);

// Whoever is in IPC with a thread that ends is told so. One bounded step; true when nobody is left.
bool ipc_end_step(struct thread *thread);

// A handle to an object leaves a space: its threads that wait for that object alone get ENDED. One
// bounded step; true when all have.
bool ipc_forget(struct space *space, const struct object *object);

// `sender` sends its kernel message (thread->message) to the thread of `target` and waits for the
// answer. False if the handle names nobody.
bool ipc_kernel_call(struct thread *sender, const struct handle *target);

// Offers an interrupt's message: delivered at once or queued.
void ipc_offer(struct endpoint *sender, struct thread *receiver, uint64_t label);

// The first queued sender, or null; and takes one off the queue.
struct endpoint *ipc_first_sender(const struct thread *receiver);
void ipc_unqueue(struct endpoint *sender);

// The receiver has the message and goes on. Failure: some items did not arrive.
enum l4_status ipc_deliver(struct endpoint *sender, struct thread *receiver, uint64_t label);

// The receive phase as the thread's wait argument says. BLOCKED: it waits, or has its message and
// registers already. `partner`: whom it sent to, if it did.
unsigned ipc_receive(struct thread *thread, struct thread *partner);

// From now on the server owes the caller an answer. Whom it owed one before will not get it.
void reply_owe(struct thread *server, struct endpoint *caller);

// Answers the caller behind a handle of kind REPLY, which is used up.
enum l4_status reply_saved(struct thread *server, struct handle *handle);

// Whom `server` owes an answer, if anybody, will not get one.
void reply_abandon_caller(struct thread *server, enum l4_status status);

// The same for a caller that nobody remembers any more.
void reply_abandon(struct endpoint *caller, enum l4_status status);

// Sets notification bits and wakes the thread if it waits for such.
void notify(struct thread *thread, uint64_t bits);

// A thread that runs or is about to gets the bits that are set as its message.
void notify_take(struct thread *thread);

// Writes the kernel's message of a thread (thread->message) into the receiver's registers and UTCB.
void fault_message(struct thread *sender, struct thread *receiver, uint64_t label);

// The pager or handler has answered; its registers and UTCB hold the answer.
void fault_answered(struct thread *thread, struct thread *server);

// Asks the thread's pager where to start.
void fault_start(struct thread *thread);

// An exception of a user program, all registers saved. `address`: CR2 or DR6. Entered from the
// assembler.
void fault_enter(struct thread *thread, uint64_t address);

// Carries out the first `count` items of the sender's UTCB. With `anywhere` map items land at their
// offset as if the window were the whole space (answers to page faults) and nothing is written to
// the receiver's UTCB. Returns the first failure; the others are carried out all the same.
enum l4_status items_transfer(struct thread *sender, struct thread *receiver, unsigned count,
                              bool anywhere);

// The same for an item that is alone in its message, if it is an easy one, which most are. False:
// it is not, and nothing has been done. Called from the assembler too.
bool item_transfer_easy(struct thread *sender, struct thread *receiver, bool anywhere);

#endif
