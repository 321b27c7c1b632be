// SPDX-License-Identifier: BSD-2-Clause
//
// Calls inside one program. The UTCB is the same for both ends, as they run on the same thread;
// what the kernel would do to items on their way is done here.
#include <interface/endpoint.h>
#include <l4/memory.h>

// Items as sent become items as received: same addresses, same slots, and kinds of their own.
static void items_arrive(const struct l4_message *message)
{
    unsigned count = l4_tag_items(message->tag);
    for (unsigned i = 0; i < count && i < L4_ITEMS_MAX; i++) {
        struct l4_item *item = &l4_utcb()->items[i];
        unsigned log2_bytes = L4_ITEM_LOG2_BYTES(item->word), rights = L4_ITEM_RIGHTS(item->word);
        if (L4_ITEM_KIND(item->word) == L4_ITEM_MAP) {
            item->word = L4_ITEM_WORD(MESSAGE_MEMORY_HERE, log2_bytes, rights);
            item->offset = (uint64_t)1 << (log2_bytes & 63);
        } else if (L4_ITEM_KIND(item->word) == L4_ITEM_HANDLE) {
            item->word = L4_ITEM_WORD(MESSAGE_HANDLE_HERE, 0, rights);
        }
    }
}

bool endpoint_timed(void *context, struct l4_message *message)
{
    (void)context;
    return message_refuse(message, INTERFACE_CLOSED); // it is a mark, and never called
}

static int call_here(const struct endpoint *endpoint, struct l4_message *message)
{
    if (endpoint->serve == endpoint_timed) {
        enum l4_status status = l4_call_timeout(endpoint->handle, message, endpoint->timeout_us);
        return status == L4_STATUS_OK ? 0 : INTERFACE_KERNEL(status);
    }
    message->label = endpoint->label;
    items_arrive(message);
    // A server that keeps the reply cannot be waited for by the thread that it runs on.
    if (!endpoint->serve(endpoint->context, message))
        return INTERFACE_LATER;
    items_arrive(message);
    return 0;
}

int endpoint_call_here(const struct endpoint *endpoint)
{
    // The server may make calls of its own.
    struct l4_message message = *message_aside();
    int status = call_here(endpoint, &message);
    *message_aside() = message;
    return status;
}

void endpoint_lend_end(const struct endpoint *endpoint, const struct interface_memory *memory)
{
    if (!endpoint->serve || endpoint->serve == endpoint_timed)
        l4_unmap(0, (uintptr_t)memory->base, memory->length_bytes, L4_READ | L4_WRITE | L4_EXECUTE,
                 0);
}
