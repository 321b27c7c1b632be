// SPDX-License-Identifier: BSD-2-Clause
//
// User thread control block: memory shared by a thread and the kernel, where the part of a message
// that does not fit registers stands, and what the thread is willing to receive. `fs:0` holds its
// address. The kernel believes nothing that stands here.
//
// Preemption control. While `delay` is not zero the kernel does not preempt the thread, for at most
// the time that THREAD_CONTROL allows; if it wanted to, it sets `delay_pending`, and the thread
// clears `delay` and yields soon. After a real preemption `preempted` has grown. If the thread was
// preempted with its instruction pointer in [restart_begin, restart_end), it goes on at
// `restart_at` instead.
#ifndef ABI_UTCB_H
#define ABI_UTCB_H

#include <abi/message.h>

#define L4_UTCB_BYTES   1024
#define L4_INFO_ADDRESS 0x7fffffc00000ull // the information page, in every space
#define L4_UTCB_FIRST   0x7fffffc01000ull // UTCB of the first thread in a space
#define L4_USER_END     0x7ffffffff000ull // user addresses are below
#define L4_USER_MAP_END 0x7fffffc00000ull // mappings end here

struct l4_utcb {
    struct l4_utcb *self;
    void *user[7]; // the thread's own: user[0] is the runtime's thread-local pointer

    // From here to `restart_at` a new thread finds zeros.
    uint64_t window_base;  // where map items may land; aligned to the window's size
    uint64_t window_log2;  // log2 of its bytes, 0: none
    uint32_t handle_first; // slots where handle items land, in order
    uint32_t handle_count;
    uint32_t accept_ports; // 1: I/O port items are accepted
    uint32_t spare;

    uint32_t delay;
    uint32_t delay_pending;
    uint64_t preempted;
    uint64_t restart_begin;
    uint64_t restart_end; // 0: none
    uint64_t restart_at;
    uint64_t spare2[7];

    struct l4_item items[L4_ITEMS_MAX];
    uint64_t aside[16];           // the thread's own, for a while
    uint64_t words[L4_WORDS_MAX]; // 0 … 5 are in registers and not used here
};

#define L4_UTCB_READ_BYTES                                                                         \
    (__builtin_offsetof(struct l4_utcb, spare2) - __builtin_offsetof(struct l4_utcb, window_base))

_Static_assert(sizeof(struct l4_utcb) == L4_UTCB_BYTES, "a UTCB is one KiB");
_Static_assert(__builtin_offsetof(struct l4_utcb, words) == 512, "the words are the second half");

#endif
