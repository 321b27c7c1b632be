// SPDX-License-Identifier: BSD-2-Clause
//
// What test programs share that run as the first program on the kernel: output, other spaces,
// threads, the end. A second space gets the same image at the same addresses, so functions run
// there as they stand and share all variables.
#ifndef TESTS_KERNEL_SUPPORT_H
#define TESTS_KERNEL_SUPPORT_H

#include <l4/l4.h>
#include <stdbool.h>

#define STACK_BYTES   4096
#define OWN_PRIORITY  200 // of the first thread
#define SPACE_QUOTA   (256 * 1024)
#define SPACE_HANDLES 64

// Formats: %s, %u, %x (64 bits), %d (int64_t).
void print(const char *format, ...);

// Ends the machine. 0: success.
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

_Noreturn void finish(unsigned code);

// A free slot of the own table.
l4_handle_t slot_new(void);
void slot_free(l4_handle_t slot); // closes what is in it

// A page of memory, mapped for reading and writing in the first space only. Never given back.
void *page_new(void);

// A space with the image of this program in it. Its slots 1 … are free.
l4_handle_t space_new(void);
l4_handle_t space_new_with(uint64_t quota_bytes, uint32_t handles);

// A thread that runs `function(argument)` in a space (L4_SLOT_SPACE: the own one), without pager
// and handler. When the function returns the thread ends.
l4_handle_t thread_new(l4_handle_t space, unsigned priority, void (*function)(uint64_t),
                       uint64_t argument);

// The same, created but not started.
l4_handle_t thread_unstarted(l4_handle_t space, unsigned priority);
void thread_begin(l4_handle_t thread, void (*function)(uint64_t), uint64_t argument);

// Ends a thread and frees its slot.
void thread_drop(l4_handle_t thread);

// The number behind `name`, "calls=" for example, in the kernel's command line, or `otherwise`.
uint64_t option(const char *name, uint64_t otherwise);

// Ends the program with a message if a call that prepares a test fails.
void need(enum l4_status status, const char *what);

#endif
