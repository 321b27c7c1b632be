// SPDX-License-Identifier: BSD-2-Clause
//
// The same names on the host, where no kernel is: shadows <l4/call.h> in unit tests. System calls
// go to a function that the test sets; without one, every handle names nothing.
#ifndef L4_CALL_H
#define L4_CALL_H

#include <abi/handle.h>
#include <abi/message.h>
#include <abi/operation.h>
#include <abi/status.h>
#include <abi/utcb.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t l4_handle_t;

struct l4_message {
    uint64_t label;
    uint64_t tag;
    uint64_t w[L4_REGISTER_WORDS];
};

#define L4_INLINE static inline __attribute__((always_inline))

// What stands in for the kernel. The message's words are both arguments and results.
extern enum l4_status (*host_kernel)(uint64_t operation, uint64_t first, uint64_t second,
                                     uint64_t third, struct l4_message *message);
extern struct l4_utcb host_utcb;

L4_INLINE struct l4_utcb *l4_utcb(void)
{
    return &host_utcb;
}

L4_INLINE enum l4_status l4_system_call(uint64_t operation, uint64_t first, uint64_t second,
                                        uint64_t third, struct l4_message *message)
{
    return host_kernel ? host_kernel(operation, first, second, third, message) : L4_STATUS_HANDLE;
}

L4_INLINE enum l4_status l4_wordless_call(uint64_t operation, uint64_t first, uint64_t second,
                                          struct l4_message *message)
{
    *message = (struct l4_message){0};
    return l4_system_call(operation, first, second, 0, message);
}

L4_INLINE enum l4_status l4_short_call(uint64_t operation, uint64_t first, uint64_t second,
                                       uint64_t third)
{
    struct l4_message message = {0};
    return l4_system_call(operation, first, second, third, &message);
}

const char *l4_status_text(enum l4_status status);

#endif
