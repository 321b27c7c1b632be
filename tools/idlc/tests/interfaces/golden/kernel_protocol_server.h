/* SPDX-License-Identifier: BSD-2-Clause */
/* Written by idlc from kernel_protocol.idl. */
/* A sample of messages that the kernel itself composes. */
/* The dispatch of the server. */
#ifndef IDL_KERNEL_PROTOCOL_SERVER_H
#define IDL_KERNEL_PROTOCOL_SERVER_H

#include <tools/idlc/tests/interfaces/good/kernel_protocol.h>

/*
 * What a server does. `sender` is the label of the handle that the client used. A handler returns 0,
 * an error of the interface or a negative status; results count only with 0. Arguments are checked
 * before, and are valid until the handler returns; handles and memory that came with map are the
 * server's from then on, whatever it returns. What is not served is null.
 */
struct kernel_protocol_handlers {
    /*
     * A thread touched a page that is not mapped. May keep the reply (l4_reply_save), return
     * INTERFACE_LATER and answer with kernel_protocol_page_fault_reply.
     */
    int (*page_fault)(void *context, uint64_t sender, uint64_t address, uint64_t instruction,
                      enum kernel_protocol_access access, struct interface_memory *page);
};

static inline bool kernel_protocol_serve_page_fault(const struct kernel_protocol_handlers *handlers,
                                                    void *context, struct l4_message *message)
{
    if (!handlers->page_fault)
        return message_refuse(message, INTERFACE_UNKNOWN);
    if (!message_has_kernel_shape(message, 3, 0) ||
        !kernel_protocol_access_is_valid(message->w[2]))
        return message_refuse(message, INTERFACE_MALFORMED);
    struct interface_memory page = {0};
    int status = handlers->page_fault(context, message->label, message->w[0], message->w[1],
                                      (enum kernel_protocol_access)message->w[2], &page);
    if (status == INTERFACE_LATER)
        return false;
    if (status != 0)
        return message_answer(message, status);
    if (!message_memory_put(0, &page, page.rights))
        return message_answer(message, INTERFACE_REFUSED);
    message->tag = L4_TAG(0, 0, 1);
    return true;
}

/* Answers a call of page_fault whose reply was kept; the handle is used up. Never blocks. */
static inline int kernel_protocol_page_fault_reply(l4_handle_t reply, int status,
                                                   const struct interface_memory *page)
{
    struct l4_message message = {0};
    if (status != 0)
        return message_reply_failure(reply, status);
    if (!message_memory_put(0, page, page->rights))
        return INTERFACE_MALFORMED;
    message.tag = L4_TAG(0, 0, 1);
    return message_reply(reply, &message);
}

/*
 * Serves one message and turns it into its answer. Returns whether there is one to send now.
 */
static inline bool kernel_protocol_dispatch(const struct kernel_protocol_handlers *handlers,
                                            void *context, struct l4_message *message)
{
    switch (l4_tag_label(message->tag)) {
    case KERNEL_PROTOCOL_PAGE_FAULT_LABEL:
        return kernel_protocol_serve_page_fault(handlers, context, message);
    default:
        return message_refuse(message, INTERFACE_UNKNOWN);
    }
}

#endif
