// SPDX-License-Identifier: BSD-2-Clause
//
// How the kernel is called: the one place where registers have names.
#ifndef L4_CALL_H
#define L4_CALL_H

#include <abi/handle.h>
#include <abi/message.h>
#include <abi/operation.h>
#include <abi/status.h>
#include <abi/utcb.h>
#include <stddef.h>
#include <stdint.h>

// A slot of the program's handle table. 0 names nothing.
typedef uint32_t l4_handle_t;

// What goes into a call beside its operation, and what comes back. Functions of this library keep
// it in registers: inlined, no member is ever stored.
struct l4_message {
    uint64_t label; // received: label of the handle that the sender used
    uint64_t tag;
    uint64_t w[L4_REGISTER_WORDS];
};

#define L4_INLINE static inline __attribute__((always_inline))

// The general call: operation, three arguments, six words in; status, label, tag, six words out.
L4_INLINE enum l4_status l4_system_call(uint64_t operation, uint64_t first, uint64_t second,
                                        uint64_t third, struct l4_message *message)
{
    uint64_t status = operation;
    uint64_t w3 = message->w[3];
    register uint64_t w0 __asm__("r8") = message->w[0];
    register uint64_t w1 __asm__("r9") = message->w[1];
    register uint64_t w2 __asm__("r10") = message->w[2];
    register uint64_t w4 __asm__("r12") = message->w[4];
    register uint64_t w5 __asm__("r13") = message->w[5];
    __asm__ volatile("syscall"
                     : "+a"(status), "+D"(first), "+S"(second), "+d"(third), "+b"(w3), "+r"(w0),
                       "+r"(w1), "+r"(w2), "+r"(w4), "+r"(w5)
                     :
                     : "rcx", "r11", "r14", "r15", "memory", "cc");
    message->label = first;
    message->tag = third;
    message->w[0] = w0;
    message->w[1] = w1;
    message->w[2] = w2;
    message->w[3] = w3;
    message->w[4] = w4;
    message->w[5] = w5;
    return (enum l4_status)status;
}

// The general call where nothing is sent, so the words need not be loaded. What is left in their
// registers goes nowhere: this is for those who owe no answer.
L4_INLINE enum l4_status l4_wordless_call(uint64_t operation, uint64_t first, uint64_t second,
                                          struct l4_message *message)
{
    uint64_t status = operation, tag = 0, w3;
    register uint64_t w0 __asm__("r8");
    register uint64_t w1 __asm__("r9");
    register uint64_t w2 __asm__("r10");
    register uint64_t w4 __asm__("r12");
    register uint64_t w5 __asm__("r13");
    __asm__ volatile("syscall"
                     : "+a"(status), "+D"(first), "+S"(second), "+d"(tag), "=b"(w3), "=r"(w0),
                       "=r"(w1), "=r"(w2), "=r"(w4), "=r"(w5)
                     :
                     : "rcx", "r11", "r14", "r15", "memory", "cc");
    *message = (struct l4_message){.label = first, .tag = tag, .w = {w0, w1, w2, w3, w4, w5}};
    return (enum l4_status)status;
}

// A call with three arguments and neither words nor results. What is left in the registers of the
// words is not ours to hide: the kernel does not look.
L4_INLINE enum l4_status l4_short_call(uint64_t operation, uint64_t first, uint64_t second,
                                       uint64_t third)
{
    uint64_t status = operation;
    __asm__ volatile("syscall"
                     : "+a"(status), "+D"(first), "+S"(second), "+d"(third)
                     :
                     : "rcx", "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory",
                       "cc");
    return (enum l4_status)status;
}

// The UTCB of the calling thread.
L4_INLINE struct l4_utcb *l4_utcb(void)
{
    struct l4_utcb *utcb;
    __asm__("mov %%fs:0, %0" : "=r"(utcb));
    return utcb;
}

// A sentence for a status.
const char *l4_status_text(enum l4_status status);

#endif
