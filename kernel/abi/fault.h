// SPDX-License-Identifier: BSD-2-Clause
//
// What the kernel sends in the name of a thread: page faults and the start request to its pager,
// exceptions to its handler. All are calls with L4_TAG_KERNEL set; the answer lets the thread go
// on. The label that the receiver sees is that of the handle with which pager or handler was set.
//
// The words of the messages are the members of the structures, in order.
#ifndef ABI_FAULT_H
#define ABI_FAULT_H

#include <stdint.h>

// Labels of the tags.
#define L4_PROTOCOL_PAGE_FAULT 1
#define L4_PROTOCOL_EXCEPTION  2
#define L4_PROTOCOL_START      3

// Label of an answer that does not help: the fault becomes an exception, an exception ends the
// thread.
#define L4_ANSWER_REFUSED 0xffff

// Page fault. Answer: map items, with offsets as if the window were the whole space, or no items if
// the page is there by now.
struct l4_page_fault {
    uint64_t address;
    uint64_t ip;
    uint64_t access; // L4_READ, L4_WRITE or L4_EXECUTE, and L4_FAULT_PRESENT
};

#define L4_FAULT_PRESENT 8 // something is mapped, but does not allow this access

// Exception. Answer: no words to go on with unchanged registers, or all words with the new ones
// (the flags that matter to the system are kept; the first three are not read). A breakpoint hit is
// vector 1 or 3, an unanswered page fault vector 14.
struct l4_exception {
    uint64_t vector;
    uint64_t error;
    uint64_t address; // page fault: the address; debug: DR6
    uint64_t ip;
    uint64_t flags;
    uint64_t sp;
    uint64_t ax, bx, cx, dx, si, di, bp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};

#define L4_EXCEPTION_WORDS 21

_Static_assert(sizeof(struct l4_exception) == L4_EXCEPTION_WORDS * 8, "one word a member");

// Start. No words; the answer has these.
struct l4_start {
    uint64_t ip;
    uint64_t sp;
    uint64_t argument;
};

#endif
