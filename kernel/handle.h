// SPDX-License-Identifier: BSD-2-Clause
//
// Handles as the kernel's objects see them: what happens when one goes away.
#ifndef KERNEL_HANDLE_H
#define KERNEL_HANDLE_H

#include "call.h"

// Moves a handle to a free slot of another table, ending waits that relied on it.
void handle_give(struct handle *source, struct handle *slot);

// One bounded step of closing a handle with all that was derived from it; true when done.
bool handle_close_step(struct handle *handle);

// One bounded step of removing all handles of an object except `kept`, which may be null; true when
// done.
bool handle_end_step(struct object *object, const struct handle *kept);

// Keeps a copy of a thread handle inside the kernel (pager, handler, watcher). `source` null:
// forgets.
enum l4_status handle_keep(struct handle *place, struct handle *source);

#endif
