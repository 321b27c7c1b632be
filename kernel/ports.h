// SPDX-License-Identifier: BSD-2-Clause
//
// I/O ports: who may use which, and from whom it got them.
#ifndef KERNEL_PORTS_H
#define KERNEL_PORTS_H

#include <abi/status.h>
#include <stdbool.h>
#include <stdint.h>

struct space;
struct thread;

// Gives a range that lies within one of `from` to `to`, which has none of its ports yet; `from`
// null: from the authority.
enum l4_status ports_give(struct space *from, struct space *to, uint64_t first, uint64_t count);

// The space loses all ports. One bounded step; true when none are left.
bool ports_end_step(struct space *space);

// The task segment's bitmap offset for threads of a space: valid if its bitmap is the loaded one.
uint16_t ports_base(const struct space *space);

// A general protection fault: loads the bitmap of the thread's space if it has one that is not
// loaded. True: try again.
bool ports_fault(struct thread *thread);

#endif
