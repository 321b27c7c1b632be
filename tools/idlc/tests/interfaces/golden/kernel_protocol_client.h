/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from kernel_protocol.idl. */
/* A sample of messages that the kernel itself composes. */
/*
 * Stubs of the client. They return 0, an error of the interface, or a negative status
 * (interface/status.h); results are valid only with 0.
 */
#ifndef IDL_KERNEL_PROTOCOL_CLIENT_H
#define IDL_KERNEL_PROTOCOL_CLIENT_H

#include <tools/idlc/tests/interfaces/good/kernel_protocol.h>
#include <interface/endpoint.h>

/*
 * A thread touched a page that is not mapped. Errors: refused. Blocks until the answer is there,
 * which may take long.
 */
static inline int kernel_protocol_page_fault(const struct endpoint *server, uint64_t address,
                                             uint64_t instruction,
                                             enum kernel_protocol_access access,
                                             struct interface_memory *page)
{
    struct l4_message message = {0};
    message.w[0] = address;
    message.w[1] = instruction;
    message.w[2] = access;
    message.tag = L4_TAG(KERNEL_PROTOCOL_PAGE_FAULT_LABEL, 3, 0) | L4_TAG_KERNEL;
    int status = endpoint_call(server, &message);
    if (status != 0)
        return status;
    if (message.tag != L4_TAG(0, 0, 1))
        return message_failure(message.tag);
    if (!message_memory_get(0, page, 1073741824, L4_READ))
        return message_failure(message.tag);
    return 0;
}

#endif
